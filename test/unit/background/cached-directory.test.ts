import { describe, expect, it } from "vitest";
import { cachedDirectory, isOutlived } from "../../../src/background/cached-directory.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import type { Directory, DirectoryAnswer } from "../../../src/protocol/directory.ts";
import type { KeptDirectoryAnswer } from "../../../src/store/directory-answers.ts";

const HOUR = 3_600_000;
const bob: DirectoryAnswer = { certificates: [{ certificate: Uint8Array.of(1), source: "directory", others: [], ciphers: [], preferredAt: null }], name: "Bob", list: false };
const nobody: DirectoryAnswer = { certificates: [], name: null, list: false };

function setup(answers: Record<string, DirectoryAnswer> = {}) {
  let now = Date.parse("2026-09-10T00:00:00Z");
  const kept = new Map<string, KeptDirectoryAnswer>();
  const asked: string[] = [];
  const state = { fails: null as Code | null, hold: null as Promise<void> | null, most: 0 };
  let running = 0;
  const inner: Directory = {
    id: "ldap",
    host: "ldap.example.org",
    search: () => Promise.resolve([]),
    expand: () => Promise.resolve(null),
    async lookUp(address) {
      asked.push(address);
      state.most = Math.max(state.most, ++running);
      await state.hold;
      running--;
      if (state.fails) throw new SmimeError(state.fails);
      return answers[address] ?? nobody;
    },
  };
  const cached = cachedDirectory(inner, {
    answers: { get: (_directory, address) => Promise.resolve(kept.get(address)), put: (all) => Promise.resolve(all.forEach((one) => void kept.set(one.address, one))) },
    clock: () => new Date(now),
    time: 30,
  });
  return { asked, kept, state, pass: (time: number) => (now += time), look: (address: string) => cached.lookUp(address).then(({ name }) => name, codeOf) };
}

describe("a directory's answers", () => {
  it("count a day, and that there is nothing an hour", async () => {
    const { look, asked, pass } = setup({ "bob@lab.test": bob });
    for (const address of ["bob@lab.test", "BOB@lab.test", "dave@lab.test", "dave@lab.test"]) await look(address);
    expect(asked).toEqual(["bob@lab.test", "dave@lab.test"]);
    pass(HOUR);
    expect([await look("bob@lab.test"), await look("dave@lab.test"), asked.length]).toEqual(["Bob", null, 3]);
    pass(23 * HOUR - 1);
    await look("bob@lab.test");
    expect(asked).toHaveLength(3);
    pass(1);
    await look("bob@lab.test");
    expect(asked).toHaveLength(4);
  });

  it("are waited for together, and few questions go at once", async () => {
    const { look, asked, state } = setup({ "bob@lab.test": bob });
    let go = (): void => undefined;
    state.hold = new Promise((resolve) => (go = resolve));
    const all = [...Array.from({ length: 3 }, () => look("bob@lab.test")), ...Array.from({ length: 150 }, (_, i) => look(`p${i}@lab.test`))];
    await new Promise((resolve) => setTimeout(resolve, 5));
    go();
    await Promise.all(all);
    expect([asked.length, state.most]).toEqual([151, 100]);
  });

  it("stand in for a directory that cannot be reached; that there is nothing does not", async () => {
    const { look, state, pass } = setup({ "bob@lab.test": bob });
    await look("bob@lab.test");
    await look("dave@lab.test");
    state.fails = "directory.unreachable";
    pass(48 * HOUR);
    expect([await look("bob@lab.test"), await look("dave@lab.test"), await look("new@lab.test")]).toEqual(["Bob", "directory.unreachable", "directory.unreachable"]);
    pass(30 * 24 * HOUR);
    expect(await look("bob@lab.test")).toBe("directory.unreachable");
  });

  it.each([["directory.unreachable", 30_000], ["directory.login", 300_000]] as const)("are not asked for again for a while after %s", async (code, pause) => {
    const { look, asked, state, pass } = setup();
    state.fails = code;
    expect([await look("a@lab.test"), await look("b@lab.test"), asked.length]).toEqual([code, code, 1]);
    pass(pause - 1);
    await look("c@lab.test");
    expect(asked).toHaveLength(1);
    pass(1);
    state.fails = null;
    expect([await look("c@lab.test"), asked.length]).toEqual([null, 2]);
  });

  it("are given up in time", async () => {
    const { look, state } = setup();
    state.hold = new Promise(() => undefined);
    expect(await look("bob@lab.test")).toBe("directory.time");
  });
});

describe("what directories said long ago", () => {
  const now = new Date("2026-09-10T00:00:00Z");
  it.each([
    ["ldap", "2026-08-11T00:00:00Z", false],
    ["ldap", "2026-08-10T23:59:59Z", true],
    ["ldap", "no date", true],
    ["copy ldap", "2020-01-01T00:00:00Z", false],
  ])("of %s at %s is forgotten: %s", (directory, askedAt, expected) => {
    expect(isOutlived({ directory, askedAt }, now)).toBe(expected);
  });
});
