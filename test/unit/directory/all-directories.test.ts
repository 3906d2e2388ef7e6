import { describe, expect, it } from "vitest";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { expandEverywhere, lookUpEverywhere, mergePeople, searchEverywhere } from "../../../src/directory/all-directories.ts";
import type { Directory, FoundCertificate, ListMembers } from "../../../src/protocol/directory.ts";

const certificate = (octet: number, more: Partial<FoundCertificate> = {}): FoundCertificate => ({ certificate: Uint8Array.of(octet), source: "directory", others: [], ciphers: [], preferredAt: null, ...more });

function directory(host: string, { certificates = [] as FoundCertificate[], people = [] as string[], list = null as ListMembers | null, fails = false } = {}): Directory {
  const answer = <T>(value: T): Promise<T> => (fails ? Promise.reject(new SmimeError("directory.unreachable")) : Promise.resolve(value));
  return {
    id: host,
    host,
    search: () => answer(people.map((address) => ({ address, name: null }))),
    lookUp: () => answer({ certificates, name: host, list: list !== null }),
    expand: () => answer(list),
  };
}
const budget = { deadline: Infinity, members: 10 };

describe("all directories at once", () => {
  it("answer in their order, and one that fails stops no other and is named", async () => {
    const found = await lookUpEverywhere([directory("one", { certificates: [certificate(1)] }), directory("down", { fails: true }), directory("two", { certificates: [certificate(2), certificate(1)] })], "bob@lab.test");
    expect(found.certificates.map((each) => each.certificate[0])).toEqual([1, 2]);
    expect(found.failed).toEqual([{ host: "down", code: "directory.unreachable" }]);
    expect(found).toMatchObject({ name: "one", list: false });
  });

  it("tell of one certificate once, with what signed mail said of it wherever that is kept (CE-01)", async () => {
    const kept = certificate(1, { source: "signed-mail", ciphers: ["aes-256-gcm"], preferredAt: "2026-01-01T00:00:00Z", others: [Uint8Array.of(9)] });
    const { certificates } = await lookUpEverywhere([directory("one", { certificates: [certificate(1, { place: "one" })] }), directory("kept", { certificates: [kept] })], "bob@lab.test");
    expect(certificates).toEqual([certificate(1, { place: "one", ciphers: ["aes-256-gcm"], preferredAt: "2026-01-01T00:00:00Z", others: [Uint8Array.of(9)] })]);
    const own = await lookUpEverywhere([directory("one", { certificates: [certificate(1)] }), directory("kept", { certificates: [certificate(1, { source: "own" })] })], "me@lab.test");
    expect(own.certificates.map(({ source }) => source)).toEqual(["own"]);
  });

  it("offer each person once", async () => {
    expect(await searchEverywhere([directory("one", { people: ["Bob@lab.test"] }), directory("down", { fails: true }), directory("two", { people: ["bob@lab.test", "eve@lab.test"] })], "b")).toEqual([{ address: "Bob@lab.test", name: null }, { address: "eve@lab.test", name: null }]);
    expect(mergePeople([{ address: "a@x.test", name: null }, { address: "A@x.test", name: "Ann" }])).toEqual([{ address: "a@x.test", name: "Ann" }]);
  });

  it("leave no member of a list out, and nobody is sure of one while a directory cannot answer", async () => {
    const list = (...names: string[]): ListMembers => ({ members: names.map((address) => ({ address, name: null })), unresolved: names.includes("x") ? ["x"] : [] });
    const [one, two] = [directory("one", { list: list("a@x.test") }), directory("two", { list: list("A@x.test", "b@x.test", "x") })];
    expect(await expandEverywhere([one, two], "team@x.test", budget)).toMatchObject({ members: [{ address: "A@x.test" }, { address: "b@x.test" }, { address: "x" }], unresolved: ["x"] });
    expect(await expandEverywhere([directory("none")], "team@x.test", budget)).toBeNull();
    expect(await expandEverywhere([one, directory("down", { fails: true })], "team@x.test", budget).catch(codeOf)).toBe("directory.unreachable");
  });
});
