/** Tells whether a digest is one that no signature may rest on any more (RFC 8551 Appendix B.1). */
export function isOutdatedDigest(name: string): boolean {
  // MD2 and MD4 have no name in our table; they are told by their identifiers.
  return ["1.2.840.113549.2.2", "1.2.840.113549.2.4", "md5", "sha1"].includes(name);
}
