/**
 * What one message may ask of the parser. Far above what real mail needs, far below what would hurt:
 * every value bounds work or memory that a hostile sender could otherwise choose.
 */
export const mimeLimits = {
  /** Octets of one message. A 25 MB attachment, signed opaquely and encrypted, has been base64-encoded three times. */
  messageSize: 256 * 1024 * 1024,
  /** Multiparts within multiparts. */
  depth: 50,
  /** Entities in one message, the root included. */
  parts: 1000,
  /** Octets of one header section, and so of one field and of one line of it. */
  headerSize: 2 * 1024 * 1024,
  /** Fields of one header section. */
  headerFields: 5000,
  /** Parameters of one Content-Type or Content-Disposition field. */
  parameters: 200,
  /** Places looked at for boundaries, all multiparts together: each one around a place looks again. */
  searchSteps: 400_000_000,
  /** Characters of a boundary; RFC 2046 §5.1.1 allows 70, some programs write more. */
  boundary: 256,
  /** Mailboxes of one address field. */
  addresses: 5000,
  /** Message identifiers taken from one field. */
  identifiers: 200,
  /** Characters of each list of what an answer hides outside, as its draft writes them: three fit a header section, with room for the rest. */
  hiddenSize: 400_000,
  /** `cid:` addresses looked at in one HTML text; there cannot be more pictures than parts. */
  references: 5000,
  /** Characters of an attachment's name. */
  fileName: 200,
} as const;

export type MimeLimits = { readonly [name in keyof typeof mimeLimits]: number };
