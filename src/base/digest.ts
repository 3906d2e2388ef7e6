import { sha224, sha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

/** WebCrypto's names of the digests it has, by OpenSSL's. */
const WEB_DIGESTS: Readonly<Record<string, string>> = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

/** WebCrypto's name of a digest by OpenSSL's; null if it has none. */
export function webCryptoDigest(name: string): string | null {
  return WEB_DIGESTS[name] ?? null;
}

/**
 * Digests octets with an algorithm by OpenSSL's name: SHA-1, SHA-256, SHA-384, SHA-512, and SHA-224, which no WebCrypto has
 * (docs/decisions/0007). Null if the digest is not known here.
 */
export async function digest(name: string, data: Bytes): Promise<Bytes | null> {
  if (name === "sha224") return sha224(data);
  const algorithm = webCryptoDigest(name);
  return algorithm === null ? null : new Uint8Array(await crypto.subtle.digest(algorithm, data));
}

/** SHA-256 at once, of public octets: for a few KiB it costs less than the way to WebCrypto and back. */
export function sha256Now(data: Bytes): Bytes {
  return sha256(data);
}
