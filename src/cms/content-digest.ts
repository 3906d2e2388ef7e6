import type { Bytes } from "../base/bytes.ts";

/** WebCrypto's names of the digests it has, by OpenSSL's. */
const digests: Record<string, string> = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

/** WebCrypto's name of a digest by OpenSSL's; null if it has none. */
export function webCryptoDigest(name: string): string | null {
  return digests[name] ?? null;
}

/** Digests octets with an algorithm by OpenSSL's name; null if WebCrypto does not have it. */
export async function digest(name: string, data: Bytes): Promise<Bytes | null> {
  const algorithm = webCryptoDigest(name);
  return algorithm === null ? null : new Uint8Array(await crypto.subtle.digest(algorithm, data));
}

/** Tells whether a digest is one that no signature may rest on any more (RFC 8551 Appendix B.1). */
export function isOutdatedDigest(name: string): boolean {
  // MD2 and MD4 have no name in our table; they are told by their identifiers.
  return ["1.2.840.113549.2.2", "1.2.840.113549.2.4", "md5", "sha1"].includes(name);
}
