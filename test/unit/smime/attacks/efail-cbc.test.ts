import { describe, expect, it } from "vitest";
import { type Bytes, concat, fromLatin1 } from "../../../../src/base/bytes.ts";
import { readCms } from "../../../../src/cms/content-info.ts";
import { derElement, derOctetString, derOid, derSequence } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { BLOCK, mask, pictureAround, places, recipientsOf, withCiphertext } from "./efail-gadgets.ts";
import { attacks, type Expectation } from "./expectation.ts";
import { alice, altered, bobReads, encryptedObject, enveloped, html, message, plain, SECRET, signed, signedOpaque } from "./stage.ts";

const known = "Content-Type: text/html; charset=utf-8\r\n\r\n".slice(0, BLOCK);
const page = html(`<p>${SECRET} ${"The price is a secret. ".repeat(8)}</p>`);
const open: Expectation = { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.no-integrity"] };
const shut: Expectation = { author: null, signed: "none", encrypted: "failed", problems: ["cms.decrypt-failed"], never: SECRET };

attacks("EFAIL, CBC gadgets: what may have been changed is text, whatever it has become (UI-08)", [
  ["control: unchanged", async () => message(enveloped(withCiphertext(await encryptedObject(page), (blocks) => blocks))), { ...open, text: SECRET }],
  [
    "a picture's address around the secret",
    async () => message(enveloped(pictureAround(await encryptedObject(page), known))),
    // What of the secret is still there as text depends on the noise between: a "<" in it swallows the rest.
    { ...open },
  ],
  [
    "another first block by the initialisation vector: the same type under another name",
    async () => {
      const object = await encryptedObject(page);
      const { iv } = places(object);
      return message(enveloped(altered(object, iv, ...mask(object.subarray(iv, iv + BLOCK), known, "CONTENT-TYPE: te"))));
    },
    { ...open, text: SECRET },
  ],
  [
    "a first block that is no header any more: everything is text",
    async () => {
      const object = await encryptedObject(page);
      const { iv } = places(object);
      return message(enveloped(altered(object, iv, ...mask(object.subarray(iv, iv + BLOCK), known, "<img src=//e.te/"))));
    },
    { ...open, text: SECRET },
  ],
  [
    "blocks of the secret doubled",
    async () => message(enveloped(withCiphertext(await encryptedObject(page), (blocks) => concat(blocks.subarray(0, 128), blocks.subarray(32))))),
    { ...open },
  ],
  [
    "gadgets in a text that Alice signed: her signature no longer holds, and the text is inert",
    async () => {
      const object = await encryptedObject(await signed(alice, page));
      return message(enveloped(withCiphertext(object, (blocks) => concat(blocks.subarray(0, 400 - (400 % BLOCK)), blocks.subarray(384)))));
    },
    { author: null, signed: "unverified", encrypted: "decrypted", problems: ["smime.no-integrity"] },
  ],
  ["control: what Alice signed keeps its HTML", async () => message(enveloped(await encryptedObject(await signedOpaque(alice, page)))), { author: "alice@lab.test", signed: "verified", encrypted: "decrypted", html: true, text: SECRET }],
  ["the last block cut off", async () => message(enveloped(withCiphertext(await encryptedObject(page), (blocks) => blocks.subarray(0, -BLOCK)))), { ...shut }],
  ["half a block", async () => message(enveloped(withCiphertext(await encryptedObject(page), (blocks) => blocks.subarray(0, -5)))), { ...shut }],
  ["no block at all", async () => message(enveloped(withCiphertext(await encryptedObject(page), () => new Uint8Array(0)))), { ...shut }],
]);

const gcm = (entity: string) => encryptedObject(entity, "aes-256-gcm");
const sealed = (object: Bytes): string => enveloped(object, "authEnveloped-data");

attacks("authenticated encryption: no octet before the tag was checked (UI-08, AL-04)", [
  ["control: unchanged, HTML and all, since nobody else chose an octet of it", async () => message(sealed(await gcm(page))), { author: null, signed: "none", encrypted: "decrypted", html: true, text: SECRET }],
  ["one bit of the text", async () => { const object = await gcm(page); const { text } = places(object); return message(sealed(altered(object, text + 50, (object[text + 50] as number) ^ 1))); }, { ...shut }],
  ["one bit of the tag", async () => { const object = await gcm(page); return message(sealed(altered(object, object.length - 1, (object.at(-1) as number) ^ 1))); }, { ...shut }],
  ["one bit of the wrapped key", async () => { const object = await gcm(page); const { text } = places(object); return message(sealed(altered(object, text - 70, (object[text - 70] as number) ^ 1))); }, { ...shut }],
]);

describe("GCM's ciphertext under CBC's name (AEAD downgrade)", () => {
  it("is never HTML and never the secret, and each failure looks like every other (UI-08)", async () => {
    const object = await gcm(page);
    const { text, length } = places(object);
    const recipients = recipientsOf(object);
    const failures = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const iv = crypto.getRandomValues(new Uint8Array(BLOCK));
      const size = length - (length % BLOCK);
      const algorithm = derSequence(derOid(OID["aes-256-cbc"]), derOctetString(iv));
      // Each round ends elsewhere, so that one in 256 happens to have a right padding.
      const cut = size - BLOCK * (i % 8);
      const content = derSequence(derOid(OID.data), algorithm, derElement(0x80, concat(object.subarray(text, text + cut - BLOCK), crypto.getRandomValues(new Uint8Array(BLOCK)))));
      const downgraded = derSequence(derOid(OID.envelopedData), derElement(0xa0, derSequence(Uint8Array.of(2, 1, 2), recipients, content)));
      const { status, content: shown } = await bobReads(message(enveloped(downgraded)));
      expect(shown.body.html).toBeUndefined();
      expect(JSON.stringify(shown.body)).not.toContain(SECRET);
      if (status.summary.encrypted === "failed") failures.add(JSON.stringify(status));
    }
    expect(failures.size).toBe(1);
  });
});

describe("failed decryption", () => {
  it("looks the same whatever was wrong once a key was used (UI-08)", async () => {
    const object = await encryptedObject(plain(`${SECRET} ${"x".repeat(100)}`));
    const { text, length } = places(object);
    const last = text + length - 1;
    const seen = new Set<string>();
    for (const bad of [
      altered(object, last, (object[last] as number) ^ 0x80),
      altered(object, last - 16, (object[last - 16] as number) ^ 0x7f),
      withCiphertext(object, (blocks) => blocks.subarray(0, -3)),
      withCiphertext(object, (blocks) => blocks.subarray(0, -16)),
      altered(object, text - 60, 1, 2, 3),
      await encryptedObject(latinHeaders()),
    ]) {
      const { status, content, decryptedSource } = await bobReads(message(enveloped(bad)));
      seen.add(JSON.stringify([status, content.body, decryptedSource]));
    }
    expect([...seen].map((each) => (JSON.parse(each) as [{ problems: string[] }])[0].problems)).toEqual([["cms.decrypt-failed"]]);
  });

  it("a type of content that is no mail is said before a key is used, so that its code tells nothing of the rest", async () => {
    const object = await encryptedObject(plain(SECRET));
    const cms = readCms(object);
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    // id-data is 1.2.840.113549.1.7.1; the last octet makes another type of it.
    const at = Buffer.from(object).indexOf(Buffer.from(derOid(OID.data)), recipientsOf(object).length) + 10;
    const other = altered(object, at, 9);
    const { text, length } = places(other);
    const last = text + length - 1;
    const codes = [];
    for (const each of [other, altered(other, last, (other[last] as number) ^ 0x80)]) codes.push((await bobReads(message(enveloped(each)))).status.problems);
    expect(codes).toEqual([["cms.content-type-unknown"], ["cms.content-type-unknown"]]);
  });
});

/** A text that is decrypted and refused: more header fields than one header may have. */
function latinHeaders(): string {
  return `${"X: y\r\n".repeat(6000)}\r\n${String.fromCharCode(...fromLatin1("text"))}`;
}
