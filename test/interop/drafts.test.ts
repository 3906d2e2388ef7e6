import { afterAll, describe, expect, it } from "vitest";
import { type Bytes, latin1, utf8 } from "../../src/base/bytes.ts";
import { buildEnveloped } from "../../src/cms/build-enveloped.ts";
import { wrapPkcs7 } from "../../src/mime/build.ts";
import type { UnsentDraft } from "../../src/protocol/draft.ts";
import { openDraft } from "../../src/smime/open-draft.ts";
import { sealDraft } from "../../src/smime/seal-draft.ts";
import { localKeys } from "./support/local-keys.ts";
import { makePeople, RSA } from "./support/people.ts";

const people = makePeople();
afterAll(() => people.remove());
const alice = people.make("alice", RSA, ["keyUsage=digitalSignature,keyEncipherment"]);
const keyOfMac = () => crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
const address = (name: string) => ({ name: null, address: `${name}@example.test` });

const unsent: UnsentDraft = {
  draft: {
    from: address("alice"), to: [address("bob")], cc: [], bcc: [address("carol")], subject: "Figures", text: "Hello\r\nthere",
    attachments: [{ name: "a.txt", type: "text/plain", bytes: utf8("file"), contentId: null }],
    inReplyTo: "m@example.test", references: ["m@example.test"], messageId: "d@example.test", date: "2026-05-03T08:31:00Z",
  },
  sign: true, encrypt: false, originalEncrypted: true, unproved: false, forwarded: [0],
};
const ports = () => ({ keys: localKeys([alice]), trust: { validate: () => Promise.reject(new Error("nothing is signed")), find: () => Promise.resolve([]) } });

/** Something that anybody can encrypt to Alice. */
async function plant(payload: string): Promise<Bytes> {
  const cms = await buildEnveloped({ content: utf8(payload), cipher: "aes-256-cbc", recipients: [{ certificate: alice.certificate, keyTransport: "rsaesOaep", useKeyIdentifier: false }] });
  return wrapPkcs7(cms, "enveloped-data", "From: alice@example.test\r\nTo: alice@example.test\r\nSubject: [...]\r\nMIME-Version: 1.0\r\n");
}

describe("drafts on the server (CO-06)", () => {
  it("come back whole, Bcc and choices included, to whom has the key that marked them", async () => {
    const mac = await keyOfMac();
    const { unsent: back, ours } = await openDraft(await sealDraft(unsent, [alice.certificate], mac), ports(), mac);
    expect(ours).toBe(true);
    expect(back).toMatchObject({ ...unsent, draft: { ...unsent.draft, date: expect.any(String) as string, text: expect.stringContaining("Hello") as string, attachments: [expect.objectContaining({ name: "a.txt", bytes: utf8("file") }) as object] } });
  });

  it("tell the server nobody's name", async () => {
    const mime = latin1(await sealDraft(unsent, [alice.certificate], await keyOfMac()));
    expect(mime).not.toMatch(/bob@|carol@|Figures|m@example|Mailseal-Draft/);
    expect(mime).toMatch(/^Subject: \[\.\.\.\]\r$/m);
    expect(mime).toMatch(/^To: alice@example\.test\r$/m);
  });

  it("are not ours with another key, a wrong mark or none, and then say to whom they would go", async () => {
    const mac = await keyOfMac();
    const sealed = await sealDraft(unsent, [alice.certificate], mac);
    expect((await openDraft(sealed, ports(), await keyOfMac())).ours).toBe(false);
    for (const mark of [`Mailseal-Draft: ${"0".repeat(64)}\r\n`, "Mailseal-Draft: 1\r\n", ""]) {
      const planted = await plant(`${mark}Mailseal-Draft-State: none\r\nBcc: eve@example.test\r\nFrom: alice@example.test\r\nTo: bob@example.test\r\nContent-Type: text/plain; hp="cipher"\r\n\r\nSend this on.\r\n`);
      const { unsent: found, ours } = await openDraft(planted, ports(), mac);
      expect(ours).toBe(false);
      expect(found.draft.bcc).toEqual([address("eve")]);
      // Without a mark nothing is believed of what it says about protection.
      expect(found).toMatchObject({ encrypt: true, originalEncrypted: true, unproved: true });
    }
  });

  it("of another computer hide outside what their author's answer hid (CO-03)", async () => {
    const hidden = { addresses: ["bob@example.test"], names: [], identifiers: ["m@example.test"] };
    const sealed = await sealDraft({ ...unsent, draft: { ...unsent.draft, hidden } }, [alice.certificate], await keyOfMac());
    const { unsent: back, ours } = await openDraft(sealed, ports(), await keyOfMac());
    expect([ours, back.draft.hidden]).toEqual([false, hidden]);
  });

  it("need a certificate", async () => {
    await expect(sealDraft(unsent, [], await keyOfMac())).rejects.toMatchObject({ code: "send.no-own-certificate" });
  });
});
