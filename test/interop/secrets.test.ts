import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Bytes, copy, fromHex, utf8 } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { openEnveloped } from "../../src/cms/open.ts";
import { type Secrets, secretPort } from "../../src/keys/secrets.ts";
import { localKeys } from "./support/local-keys.ts";
import { makePeople, RSA } from "./support/people.ts";
import { must } from "./support/programs.ts";

const people = makePeople();
afterAll(() => people.remove());
const alice = people.make("alice", RSA);
const text = utf8("Content-Type: text/plain\r\n\r\nFor whom knows the word.\r\n");
const textFile = join(people.folder, "text");
writeFileSync(textFile, text);

const encrypted = (...args: string[]): Bytes => copy(must("openssl", ["cms", "-encrypt", "-binary", "-in", textFile, "-outform", "DER", ...args]));

async function opened(object: Bytes, secrets: Partial<Secrets>): Promise<string> {
  const cms = readCms(object);
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  return openEnveloped(cms, localKeys([]), secretPort({ keys: [], passwords: [], ...secrets })).then(
    ({ content, keyTransport }) => (Buffer.from(content).equals(text) ? keyTransport : "another text"),
    codeOf,
  );
}

const word = utf8("the word");

describe("recipients that no certificate names, written by OpenSSL", () => {
  it.each(["-aes128", "-aes192", "-aes256", "-des3"])("password (RFC 3211), %s", async (cipher) => {
    const object = encrypted(cipher, "-pwri_password", "the word");
    expect(await opened(object, { passwords: [utf8("another"), word] })).toBe("id-alg-PWRI-KEK");
    // A secret was used: one code from then on, whatever was wrong.
    expect(await opened(object, { passwords: [utf8("another")] })).toBe("cms.decrypt-failed");
    expect(await opened(object, {})).toBe("cms.no-recipient-key");
  });

  it.each([["-aes128", 16, "id-aes128-wrap"], ["-aes192", 24, "id-aes192-wrap"], ["-aes256", 32, "id-aes256-wrap"]] as const)("key that both have, %s", async (cipher, length, name) => {
    const key = new Uint8Array(length).fill(0xa7);
    const object = encrypted(cipher, "-secretkey", Buffer.from(key).toString("hex"), "-secretkeyid", "c0ffee");
    const identifier = fromHex("c0ffee");
    expect(await opened(object, { keys: [{ identifier: fromHex("00"), key }, { identifier, key }] })).toBe(name);
    expect(await opened(object, { keys: [{ identifier: fromHex("c0ffe0"), key }] })).toBe("cms.no-recipient-key");
    expect(await opened(object, { keys: [{ identifier, key: new Uint8Array(length) }] })).toBe("cms.decrypt-failed");
    expect(await opened(object, { keys: [{ identifier, key: new Uint8Array(8) }] })).toBe("cms.decrypt-failed");
  });

  it("a password beside a certificate: whoever has either reads it", async () => {
    const object = encrypted("-aes256", "-pwri_password", "the word", alice.certificateFile);
    expect(await opened(object, { passwords: [word] })).toBe("id-alg-PWRI-KEK");
    const cms = readCms(object);
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    expect((await openEnveloped(cms, localKeys([alice]))).keyTransport).toBe("rsaEncryption");
  });

  it("RD-04 a changed password recipient opens nothing", async () => {
    const object = encrypted("-aes256", "-pwri_password", "the word");
    const cms = readCms(object);
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    const [recipient] = cms.recipients;
    if (recipient?.kind !== "password") throw new Error(recipient?.kind);
    for (let i = 0; i < recipient.encryptedKey.length; i++) {
      const changed = copy(object);
      const at = Buffer.from(object).indexOf(recipient.encryptedKey) + i;
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(["cms.no-recipient-key", "cms.decrypt-failed"]).toContain(await opened(changed, { passwords: [word] }));
    }
  });
});
