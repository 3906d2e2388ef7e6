import { type Bytes, copy, equal } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { readPublicKey } from "../pki/public-key.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { DigestName } from "../protocol/key-port.ts";
import type { StoredKey } from "./stored-key.ts";

/** A signing key that was made here and never was extractable; WebCrypto binds an RSA key to one digest at its birth. */
export type BornKey = { kind: "rsa"; digest: DigestName; signing: CryptoKey } | { kind: "ec"; curve: string; signing: CryptoKey } | { kind: "ed25519"; signing: CryptoKey };

/** Whether two SubjectPublicKeyInfo, DER, are of one key, however an authority wrote its parameters. Throws `pki.malformed`. */
export function samePublicKey(a: Bytes, b: Bytes): boolean {
  const [one, other] = [readPublicKey(a), readPublicKey(b)];
  return one.algorithm.name === other.algorithm.name && one.curve === other.curve && equal(one.key, other.key);
}

/**
 * A born key with the certificate that was issued for it, as keys are kept; whoever calls has compared both (`samePublicKey`).
 * @throws SmimeError `keys.wrong-use` if the certificate forbids to sign
 */
export function storeBornKey(key: BornKey, certificate: Bytes): StoredKey {
  if (!keyUsageAllows(parseCertificate(certificate), "sign")) throw new SmimeError("keys.wrong-use");
  const own = copy(certificate);
  switch (key.kind) {
    case "rsa":
      return { certificate: own, kind: "rsa", scheme: "RSASSA-PKCS1-v1_5", signing: { [key.digest]: key.signing }, pss: null, decryption: null };
    case "ec":
      return { certificate: own, kind: "ec", curve: key.curve, signing: key.signing, agreement: null };
    case "ed25519":
      return { certificate: own, kind: "ed25519", signing: key.signing };
  }
}
