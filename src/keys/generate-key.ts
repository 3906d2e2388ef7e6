import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { derNull, derOid, derSequence } from "../pki/der.ts";
import { derEcdsaSignature } from "../pki/ecdsa-signature.ts";
import { OID, type OidName } from "../pki/oids.ts";
import type { DigestName } from "../protocol/key-port.ts";
import type { BornKey } from "./born-key.ts";
import { certificationRequest, type RequestedUse, type RequestWish } from "./certification-request.ts";
import { sealKey, type SealedKey } from "./protected-key.ts";
import { type Sealed, seal } from "./sealed-key.ts";

/** The kinds of keys that are made here. */
export type NewKeyKind = "rsa-3072" | "p-256" | "ed25519" | "x25519";

/**
 * The private half of a key that has no certificate yet. `born`: it never was outside the platform and never will be. `octets`: its
 * PKCS#8, sealed, because it decrypts: whoever loses it loses mail, so it can be backed up. `protected`: its PKCS#8 under a vault, for
 * the name that it waits under, whatever it is for.
 */
export type KeyMaterial = { kind: "born"; key: BornKey } | { kind: "octets"; sealed: Sealed } | { kind: "protected"; key: SealedKey; sealedFor: string };

/** What a new key is sealed under from its birth, and for which name. */
export interface Shelter {
  name: string;
  vault: { id: string; key: CryptoKey };
}

export interface GeneratedKey {
  material: KeyMaterial;
  /** SubjectPublicKeyInfo, DER. */
  spki: Bytes;
  /** PKCS#10, DER; null for a key that cannot sign one. */
  request: Bytes | null;
}

/** What is to be made. */
export interface NewKey {
  kind: NewKeyKind;
  use: RequestedUse;
  name: string;
  address: string;
  /** What a signing RSA key that is born not extractable is bound to for good. */
  digest: DigestName;
}

const DIGESTS: Record<DigestName, { web: string; rsa: OidName }> = {
  sha256: { web: "SHA-256", rsa: "sha256WithRSAEncryption" },
  sha384: { web: "SHA-384", rsa: "sha384WithRSAEncryption" },
  sha512: { web: "SHA-512", rsa: "sha512WithRSAEncryption" },
};

/** FIPS 186-5 B.3; 3072 bits are as strong as P-256 (SP 800-57 part 1, table 2). */
const RSA_3072 = { modulusLength: 3072, publicExponent: Uint8Array.of(1, 0, 1) };

/**
 * Makes a key and asks for its certificate. Without a shelter a key that only signs is not extractable from its birth. Under one every
 * key is, because what is not cannot be sealed: it lies nowhere but in memory until it is.
 * @throws SmimeError `keys.address`; `keys.algorithm` where the platform lacks the kind, and for an Ed25519 or X25519 key that is to do what it cannot
 */
export async function generateKey(wanted: NewKey, shelter: Shelter | null = null): Promise<GeneratedKey> {
  const { kind, use } = wanted;
  if ((kind === "ed25519" && use !== "sign") || (kind === "x25519" && use !== "encrypt")) throw new SmimeError("keys.algorithm");
  const extractable = shelter !== null || use !== "sign";
  const { privateKey, publicKey } = await make(wanted, extractable);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  const request = kind === "x25519" ? null : await certificationRequest(wishOf(wanted, spki), (data) => signRequest(kind, wanted.digest, privateKey, data));
  return { spki, request, material: extractable ? await octetsOf(privateKey, shelter) : { kind: "born", key: bornKey(wanted, privateKey) } };
}

async function make({ kind, digest }: NewKey, extractable: boolean): Promise<CryptoKeyPair> {
  try {
    switch (kind) {
      case "rsa-3072":
        return await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", hash: DIGESTS[digest].web, ...RSA_3072 }, extractable, ["sign", "verify"]);
      case "p-256":
        return await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, extractable, ["sign", "verify"]);
      case "ed25519":
        return await crypto.subtle.generateKey("Ed25519", extractable, ["sign", "verify"]);
      case "x25519":
        return await crypto.subtle.generateKey("X25519", extractable, ["deriveBits"]);
    }
  } catch (error) {
    throw new SmimeError("keys.algorithm", { cause: error });
  }
}

const wishOf = ({ kind, use, name, address }: NewKey, spki: Bytes): RequestWish => ({ name, address, use, spki, encryptsBy: kind === "rsa-3072" ? "keyEncipherment" : "keyAgreement" });

async function octetsOf(privateKey: CryptoKey, shelter: Shelter | null): Promise<KeyMaterial> {
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  try {
    if (shelter === null) return { kind: "octets", sealed: await seal(pkcs8) };
    return { kind: "protected", key: await sealKey(shelter.name, pkcs8, shelter.vault), sealedFor: shelter.name };
  } finally {
    pkcs8.fill(0);
  }
}

function bornKey({ kind, digest }: NewKey, signing: CryptoKey): BornKey {
  if (kind === "rsa-3072") return { kind: "rsa", digest, signing };
  return kind === "p-256" ? { kind: "ec", curve: "prime256v1", signing } : { kind: "ed25519", signing };
}

async function signRequest(kind: NewKeyKind, digest: DigestName, key: CryptoKey, data: Bytes): Promise<{ signature: Bytes; algorithm: Bytes }> {
  const sign = async (as: AlgorithmIdentifier | EcdsaParams): Promise<Bytes> => new Uint8Array(await crypto.subtle.sign(as, key, data));
  switch (kind) {
    case "rsa-3072":
      return { signature: await sign("RSASSA-PKCS1-v1_5"), algorithm: derSequence(derOid(OID[DIGESTS[digest].rsa]), derNull()) };
    case "p-256":
      return { signature: derEcdsaSignature(await sign({ name: "ECDSA", hash: "SHA-256" })), algorithm: derSequence(derOid(OID["ecdsa-with-SHA256"])) };
    default:
      return { signature: await sign("Ed25519"), algorithm: derSequence(derOid(OID.ED25519)) };
  }
}
