/** The largest public lists have some hundred thousand entries in 20 MiB; a million entries have to work (40 octets each). */
export const crlLimits = {
  /** Octets of one list, DER. */
  size: 256 * 1024 * 1024,
  /** Extensions of a list or of one entry. */
  extensions: 50,
  /** Certificate issuers that one indirect list names. */
  issuers: 10_000,
  /** Distribution points of one certificate, and names of one point. */
  points: 100,
} as const;

/** Answers are 500 octets to 5 KiB; some responders answer for a whole batch. */
export const ocspLimits = {
  size: 1024 * 1024,
  /** Certificates asked about in one answer. */
  responses: 1000,
  /** Certificates that come along. */
  certificates: 20,
} as const;

/** What one check may cost, however many lists and answers are at hand. */
export const revocationLimits = {
  /** Signatures that are computed. */
  signatures: 100,
  /** Signers outside the path whose own path and revocation are looked at. */
  standings: 40,
  /** How far a list's signer may need another list, and that one's signer the next. */
  depth: 4,
} as const;

/** What one certificate's check may fetch: places, and octets of a list (ten times the largest public ones) and of an answer. */
export const fetchLimits = {
  places: 6,
  crl: 64 * 1024 * 1024,
  ocsp: 256 * 1024,
} as const;
