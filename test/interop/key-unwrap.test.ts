import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../src/base/bytes.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { matchIdentities, readPkcs12 } from "../../src/keys/pkcs12.ts";
import { contextTag, DerReader, octetStringContent, TAG } from "../../src/pki/der-reader.ts";
import type { UnwrapRequest } from "../../src/protocol/key-port.ts";

const corpus = join(import.meta.dirname, "../../../shared/corpora/thunderbird-smime/smime-interop");
const present = existsSync(corpus);
if (!present) console.log("skipped: content keys that OpenSSL wrapped for Thunderbird's tests, which are not here");

function bodyOf(file: string): Bytes {
  const mail = readFileSync(join(corpus, file), "latin1");
  return new Uint8Array(Buffer.from(mail.split(/\r?\n\r?\n/).slice(1).join(""), "base64"));
}

/** The first RecipientInfo of an EnvelopedData, read here so that this test needs no other room. */
function firstRecipient(der: Bytes, keyLength: number): UnwrapRequest {
  const contentInfo = new DerReader(der, "ber").enter();
  contentInfo.next(TAG.oid);
  const enveloped = contentInfo.enter(contextTag(0)).enter();
  enveloped.next(TAG.integer);
  const recipient = enveloped.enter(TAG.set).next();
  const fields = new DerReader(recipient.content, "ber");
  fields.next(TAG.integer);
  if (recipient.tag === TAG.sequence) {
    fields.next();
    const algorithm = fields.next(TAG.sequence).raw;
    return { kind: "key-transport", certificateId: "", algorithm, encryptedKey: octetStringContent(fields.next()), keyLength };
  }
  const originator = fields.enter(contextTag(0)).enter(contextTag(1));
  originator.next(TAG.sequence);
  const originatorKey = originator.next(TAG.bitString).content.subarray(1);
  const ukm = fields.enterOptional(contextTag(1))?.next(TAG.octetString).content ?? null;
  const algorithm = fields.next(TAG.sequence).raw;
  const encrypted = fields.enter().enter();
  encrypted.next();
  const encryptedKey = encrypted.next(TAG.octetString).content;
  return { kind: "key-agreement", certificateId: "", algorithm, originatorKey, originatorAlgorithm: null, ukm, encryptedKey, keyLength };
}

describe.skipIf(!present)("content keys that OpenSSL wrapped", () => {
  it.each([
    ["fran-ec_ossl-aes128-sha256.env", "Fran-ec.p12", 16],
    ["fran-ec_ossl-aes256-sha512.env", "Fran-ec.p12", 32],
    ["fran-oaep-label_ossl.env", "Fran.p12", 32],
    ["fran-oaep-sha256hash-sha256mgf_ossl.env", "Fran.p12", 32],
    ["fran-oaep-sha256hash_ossl.env", "Fran.p12", 16],
    ["fran-oaep_ossl.env", "Fran.p12", 24],
  ])("AL-03: %s", async (file, holder, keyLength) => {
    const [identity] = await matchIdentities(await readPkcs12(readFileSync(join(corpus, holder)), "nss"));
    if (identity === undefined) throw new Error("no identity");
    const key = openStoredKey(await importSoftwareKey(identity.pkcs8, identity.certificate));
    const request = firstRecipient(bodyOf(file), keyLength);
    expect(await key.unwrap(request)).toHaveLength(keyLength);
    // OAEP and the key wrap authenticate: a changed one never opens.
    const changed = request.encryptedKey.slice();
    changed[5] = (changed[5] as number) ^ 1;
    await expect(key.unwrap({ ...request, encryptedKey: changed })).rejects.toThrow("cms.decrypt-failed");
  });
});
