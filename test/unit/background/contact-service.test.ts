import { describe, expect, it } from "vitest";
import { contactsName, contactService } from "../../../src/background/contact-service.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import type { KeptDirectoryAnswer } from "../../../src/store/directory-answers.ts";
import { issue } from "../pki/support/authority.ts";

const root = issue({ name: "Root", ca: true });
const bob = issue({ name: "Bob", issuer: root, emails: ["bob@lab.test"] }).certificate.der;
const card = (address: string): Uint8Array<ArrayBuffer> => utf8(`BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob Example\r\nEMAIL:${address}\r\nKEY;ENCODING=b:${Buffer.from(bob).toString("base64")}\r\nEND:VCARD\r\n`);

function setup() {
  let now = Date.parse("2026-09-10T00:00:00Z");
  const kept = new Map<string, KeptDirectoryAnswer>();
  const service = contactService({ get: (directory, address) => Promise.resolve(kept.get(`${directory} ${address}`)), put: (all) => Promise.resolve(all.forEach((one) => void kept.set(`${one.directory} ${one.address}`, one))) }, () => new Date(now));
  return { service, pass: (time: number) => (now += time) };
}
const alices = contactsName({ origin: "https://mail.lab.test", account: "alice@lab.test" });

describe("contacts of the webmail (CE-03)", () => {
  it("are candidates for the address that they name, in the account that they are from, for a day", async () => {
    const { service, pass } = setup();
    expect(await service.learn(alices, "BOB@lab.test", card("bob@lab.test"))).toBe(true);
    const look = async (name = alices) => (await service.directory(name).lookUp("Bob@lab.test")).certificates;
    expect(await look()).toEqual([{ certificate: bob, others: [], source: "contacts", ciphers: [], preferredAt: null }]);
    expect(await look(contactsName({ origin: "https://mail.lab.test", account: "carol@lab.test" }))).toEqual([]);
    pass(24 * 3_600_000 - 1);
    expect(await look()).toHaveLength(1);
    pass(1);
    expect(await look()).toEqual([]);
  });

  it("say nothing of another address, and forget a KEY that is gone", async () => {
    const { service } = setup();
    expect(await service.learn(alices, "bob@lab.test", card("eve@lab.test"))).toBe(false);
    await service.learn(alices, "bob@lab.test", card("bob@lab.test"));
    expect(await service.learn(alices, "bob@lab.test", utf8(""))).toBe(false);
    expect((await service.directory(alices).lookUp("bob@lab.test")).certificates).toEqual([]);
  });
});
