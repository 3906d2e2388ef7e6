import { equal, randomBytes } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { buildEnveloped } from "../cms/build-enveloped.ts";
import { readCms } from "../cms/content-info.ts";
import { openEnveloped } from "../cms/open.ts";
import type { PrivateKey } from "../keys/private-key.ts";
import { readAlgorithm } from "../pki/algorithm.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { readSingle, TAG } from "../pki/der-reader.ts";
import { verifyWithKey } from "../pki/verify-signature.ts";
import type { KeyPort } from "../protocol/key-port.ts";

/**
 * Uses a key for what it is for, and holds the result against its certificate, before it takes the place of another form of it.
 * Throws `keys.vault-damaged` if the two do not belong together.
 */
export async function proveKey(key: PrivateKey): Promise<void> {
  if (key.canSign) await proveSigning(key);
  if (key.canDecrypt) await proveDecrypting(key);
}

async function proveSigning(key: PrivateKey): Promise<void> {
  const data = randomBytes(32);
  const digest = key.requiredDigest ?? "sha256";
  const { signature, algorithm } = await key.sign(digest, data);
  const verdict = await verifyWithKey(parseCertificate(key.certificate).spki, readAlgorithm(readSingle(algorithm, TAG.sequence)), data, signature, { digest });
  // What this platform cannot check is no reason to refuse a key.
  if (verdict === "broken") throw new SmimeError("keys.vault-damaged");
}

async function proveDecrypting(key: PrivateKey): Promise<void> {
  const content = randomBytes(32);
  const { certificate } = key;
  const sealed = await buildEnveloped({ content, cipher: "aes-256-gcm", recipients: [{ certificate, keyTransport: "rsaEncryption", useKeyIdentifier: false }] }).catch((error: unknown) => {
    // Nothing is encrypted to such a certificate any more; what was is still read with its key.
    if (["keys.algorithm", "keys.weak"].includes(codeOf(error))) return null;
    throw error;
  });
  const cms = sealed && readCms(sealed);
  if (cms?.type !== "auth-enveloped-data") return;
  const own = { id: "", certificate, canSign: false, canDecrypt: true };
  const port: Pick<KeyPort, "certificates" | "unwrap"> = { certificates: () => Promise.resolve([own]), unwrap: async (request) => ({ contentKey: await key.unwrap(request) }) };
  const opened = await openEnveloped(cms, port as KeyPort).catch(() => null);
  if (opened === null || !equal(opened.content, content)) throw new SmimeError("keys.vault-damaged");
}
