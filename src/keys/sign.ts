import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { derInteger, derNull, derOid, derSequence, derTagged } from "../pki/der.ts";
import { derEcdsaSignature } from "../pki/ecdsa-signature.ts";
import { OID } from "../pki/oids.ts";
import type { DigestName } from "../protocol/key-port.ts";
import type { StoredKey } from "./stored-key.ts";

const DIGESTS: Record<DigestName, { web: string; octets: number; ecdsa: keyof typeof OID }> = {
  sha256: { web: "SHA-256", octets: 32, ecdsa: "ecdsa-with-SHA256" },
  sha384: { web: "SHA-384", octets: 48, ecdsa: "ecdsa-with-SHA384" },
  sha512: { web: "SHA-512", octets: 64, ecdsa: "ecdsa-with-SHA512" },
};

/** Signs with a kept key; see `PrivateKey.sign`. */
export async function signWith(stored: StoredKey, digestName: DigestName, data: Bytes, pss: boolean): Promise<{ signature: Bytes; algorithm: Bytes }> {
  if (stored.kind === "x25519" || stored.signing === null) throw new SmimeError("keys.wrong-use");
  const digest = DIGESTS[digestName];
  const sign = async (key: CryptoKey, as: AlgorithmIdentifier | RsaPssParams | EcdsaParams): Promise<Bytes> =>
    new Uint8Array(await crypto.subtle.sign(as, key, data));
  switch (stored.kind) {
    case "rsa": {
      const key = stored.signing[digestName];
      if (stored.scheme === "RSA-PSS" || pss) {
        const pssKey = stored.scheme === "RSA-PSS" ? key : stored.pss?.[digestName];
        if (pssKey === undefined) throw new SmimeError("keys.algorithm");
        return { signature: await sign(pssKey, { name: "RSA-PSS", saltLength: digest.octets }), algorithm: signatureAlgorithm("rsa-pss", digestName) };
      }
      if (key === undefined) throw new SmimeError("keys.algorithm");
      return { signature: await sign(key, stored.scheme), algorithm: signatureAlgorithm("rsa-pkcs1", digestName) };
    }
    case "ec": {
      const raw = await sign(stored.signing, { name: "ECDSA", hash: digest.web });
      return { signature: derEcdsaSignature(raw), algorithm: signatureAlgorithm("ecdsa", digestName) };
    }
    case "ed25519":
      return { signature: await sign(stored.signing, "Ed25519"), algorithm: signatureAlgorithm("ed25519", digestName) };
  }
}

export type SignatureScheme = "rsa-pkcs1" | "rsa-pss" | "ecdsa" | "ed25519";

/** The AlgorithmIdentifier under which CMS names a signature, DER. */
export function signatureAlgorithm(scheme: SignatureScheme, digestName: DigestName): Bytes {
  switch (scheme) {
    case "rsa-pkcs1":
      // RFC 3370 §3.2: rsaEncryption, which all programs verify; the digest stands beside it.
      return derSequence(derOid(OID.rsaEncryption), derNull());
    case "rsa-pss":
      return pssAlgorithm(digestName);
    case "ecdsa":
      return derSequence(derOid(OID[DIGESTS[digestName].ecdsa]));
    case "ed25519":
      return derSequence(derOid(OID.ED25519));
  }
}

/** RSASSA-PSS-params (RFC 4055 §3.1): one digest for both, salt as long as it. */
function pssAlgorithm(digestName: DigestName): Bytes {
  const hash = derSequence(derOid(OID[digestName]), derNull());
  const parameters = derSequence(
    derTagged(0, hash),
    derTagged(1, derSequence(derOid(OID.mgf1), hash)),
    derTagged(2, derInteger(DIGESTS[digestName].octets)),
  );
  return derSequence(derOid(OID.rsassaPss), parameters);
}
