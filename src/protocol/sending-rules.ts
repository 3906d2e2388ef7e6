/** How encrypted copies for Bcc recipients are made: one for each, one for all of them, or one message for everybody. */
export type BccCopies = "each" | "together" | "one";

/** What the organisation decided about messages, as far as their author is told while he writes. */
export interface SendingRules {
  bcc: BccCopies;
  /** The subject stays readable outside an encryption. */
  subjectOpen: boolean;
  /** A reply to a signed message is signed, where there is a key. */
  signReplies: boolean;
  /** Drafts on this computer are encrypted to their author, and open with his key alone. */
  draftsToAuthor: boolean;
}
