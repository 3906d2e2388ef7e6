import { describe, expect, it } from "vitest";
import { cachedDirectory } from "../../../src/background/cached-directory.ts";
import { copyName, directoryCopies } from "../../../src/background/directory-copies.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { ldapDirectory } from "../../../src/directory/ldap-directory.ts";
import type { KeptDirectoryAnswer } from "../../../src/store/directory-answers.ts";
import { fakeLdap, place, type Values } from "../directory/fake-ldap.ts";
import { issue } from "../pki/support/authority.ts";

const HOUR = 3_600_000;
const root = issue({ name: "Root", ca: true });
const certificate = (name: string, more: object = {}) => issue({ name, issuer: root, emails: [`${name}@lab.test`], ...more }).certificate.der;
const entry = (name: string, more: Record<string, Values> = {}): Record<string, Record<string, Values>> => ({ [`uid=${name},dc=lab,dc=test`]: { mail: `${name}@lab.test`, ...more } });
const content = {
  ...entry("bob", { userCertificate: certificate("bob"), proxyAddresses: "smtp:bobby@lab.test" }),
  ...entry("old", { userCertificate: certificate("old", { to: "2026-01-01T00:00:00Z" }) }),
  ...entry("web", { userCertificate: certificate("web", { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] }) }),
  ...entry("dave"),
};

function setup(entries = content, fails: () => SmimeError | null = () => null) {
  const fake = fakeLdap(entries, { fails });
  const kept = new Map<string, KeptDirectoryAnswer>();
  let dates: Record<string, string> = {};
  const answers = {
    get: (directory: string, address: string) => Promise.resolve(kept.get(`${directory} ${address}`)),
    put: (all: readonly KeptDirectoryAnswer[]) => Promise.resolve(all.forEach((one) => void kept.set(`${one.directory} ${one.address}`, one))),
  };
  const copies = directoryCopies(fake.search, {
    put: answers.put,
    forget: (directory) => Promise.resolve([...kept.keys()].filter((key) => key.startsWith(`${directory} `)).forEach((key) => void kept.delete(key))),
    dates: () => Promise.resolve({ ...dates }),
    setDates: (changed) => Promise.resolve(void (dates = { ...changed })),
  }, fake.clock);
  const directory = cachedDirectory(ldapDirectory(place(), { search: fake.search, clock: fake.clock, timeout: 1000, useProxies: true }), { answers, clock: fake.clock, time: 1000, copy: copyName(place(), true) });
  return { ...fake, copies, renew: () => copies.renew([place()], true), addresses: () => [...kept.values()].filter((one) => one.directory.startsWith("copy")).map(({ address }) => address).sort(), look: (address: string) => directory.lookUp(address).then(({ certificates }) => certificates.length, codeOf) };
}

describe("an off-line copy of a directory", () => {
  it("holds people with a certificate that is valid and for mail, by each address", async () => {
    const { renew, addresses } = setup();
    await renew();
    expect(addresses()).toEqual(["bob@lab.test", "bobby@lab.test"]);
  });

  it("serves when the directory cannot be reached, and not before", async () => {
    let down = false;
    const { renew, look, pass } = setup(content, () => (down ? new SmimeError("directory.unreachable") : null));
    await renew();
    expect(await look("dave@lab.test")).toBe(0);
    down = true;
    pass(HOUR);
    expect([await look("bobby@lab.test"), await look("dave@lab.test")]).toEqual([1, "directory.unreachable"]);
  });

  it("is made anew after a day, and kept while that fails", async () => {
    let down = false;
    const { renew, addresses, asked, pass } = setup(content, () => (down ? new SmimeError("directory.unreachable") : null));
    await renew();
    const first = asked.length;
    pass(24 * HOUR - 1);
    await renew();
    expect(asked).toHaveLength(first);
    down = true;
    pass(HOUR);
    await renew();
    expect([asked.length, addresses().length]).toEqual([first + 1, 2]);
    pass(HOUR - 1);
    await renew();
    expect(asked).toHaveLength(first + 1);
    down = false;
    pass(600_000);
    await renew();
    expect(asked.length).toBeGreaterThan(first + 1);
  });

  it("goes two days after it was last made for somebody, so that accounts of two organisations may take turns", async () => {
    const { copies, renew, addresses, asked, pass } = setup();
    await renew();
    const first = asked.length;
    for (let turn = 0; turn < 3; turn++) {
      pass(HOUR);
      await copies.renew([], true);
      await renew();
    }
    expect([addresses().length, asked.length]).toEqual([2, first]);
    pass(45 * HOUR - 1);
    await copies.renew([], true);
    expect(addresses()).toHaveLength(2);
    pass(600_000);
    await copies.renew([], true);
    expect(addresses()).toEqual([]);
  });

  it("is read in parts where one answer would be too large", async () => {
    const der = certificate("p");
    const crowd = Object.assign({}, ...Array.from({ length: 2500 }, (_, i) => entry(`${"abcde"[i % 5]}${i}`, { userCertificate: der }))) as typeof content;
    const { renew, addresses, asked } = setup(crowd);
    await renew();
    expect(addresses()).toHaveLength(2500);
    expect(asked[1]?.filter).toMatchObject({ kind: "and", filters: [{ kind: "begins", attribute: "mail", value: "a" }, {}] });
  });
});
