/** What one CMS object may ask of us. Each is far above what mail needs and far below what hurts. */
export const cmsLimits = {
  /** Elements read. A streamed 25 MB text in segments of one line each has about 340,000. */
  nodes: 1_000_000,
  /** Nesting of elements; real objects stay below twenty. */
  depth: 64,
  /** RecipientInfos and encrypted keys together. */
  recipients: 20_000,
  /** Passwords' and shared keys' entries that are tried: deriving a key from a password takes long on purpose. */
  secrets: 16,
  /** Each SignerInfo costs a digest and a public-key operation or more. */
  signers: 32,
  /** Signatures checked without WebCrypto (SHA-224, mixed PSS), for all signers together: up to 12 ms each. */
  slowChecks: 32,
  /** Certificates and revocation lists carried along. */
  certificates: 256,
  /** Octets that compressed content may grow to. */
  decompressed: 256 * 1024 * 1024,
} as const;
