import type { ContentCipher } from "./draft.ts";
import { list, record, text } from "./shape.ts";

/** For whom a message would be encrypted: its author and everybody in To, Cc and Bcc, with what the author decided about them. */
export const cipherQuestion = record({
  from: text(320),
  people: list(text(320), 5000),
  /** Certificates that the author chose among several, by their fingerprints. */
  chosen: list(record({ address: text(320), sha256: text(64) }), 5000),
  /** Members of lists that are to get nothing. */
  leftOut: list(text(320), 5000),
});

/** Somebody whose mail program decides about the cipher; `told`: it announced what it reads, otherwise nothing is known of it. */
export interface CipherReader {
  address: string;
  told: boolean;
}

/** The cipher that Send would take now, and because of whom. */
export interface CipherPlan {
  /** Null where the organisation allows none. */
  cipher: ContentCipher | null;
  /** Those because of whom it is none that stands before it in the organisation's list. */
  because: CipherReader[];
  /** Those who cannot read it: they count as people without a certificate. */
  without: CipherReader[];
}
