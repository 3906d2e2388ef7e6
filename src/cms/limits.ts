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
  /** Names that a receipt request lists of those who are asked: more than a message has recipients. */
  receiptsFrom: 5000,
  /** Names of those whom a receipt goes to (ub-receiptsTo of RFC 2634 §2.7): nobody has a crowd written to in our name. */
  receiptsTo: 16,
  /** Octets of one address in a receipt request (RFC 5321 §4.5.3.1: 64, an @, 255). */
  receiptAddress: 320,
  /** Octets of a content identifier, which other programs make of a name, a time and a random number. */
  contentIdentifier: 1024,
  /** Octets of the signature value that a receipt repeats: RSA of 16384 bits. */
  signatureValue: 2048,
  /** Octets that compressed content may grow to. */
  decompressed: 256 * 1024 * 1024,
} as const;
