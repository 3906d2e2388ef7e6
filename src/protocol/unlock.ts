import { bool, count, nullable, type Of, record, text, variant, word } from "./shape.ts";

/** What a person gives to unlock keys; goes from windows of ours to the background alone. */
export const unlockSecret = variant("kind", {
  passphrase: record({ kind: word("passphrase"), passphrase: text(1024) }),
});

/** How keys that are imported are to be protected. */
export const wantedProtection = variant("kind", {
  none: record({ kind: word("none") }),
  /** The passphrase of the vault that is there, or one for the first. */
  passphrase: record({ kind: word("passphrase"), passphrase: text(1024) }),
});

export type WantedProtection = Of<typeof wantedProtection>;

/** What a frame wants a key for; of the message it says what a person recognises it by. */
export const unlockWish = variant("use", {
  read: record({ use: word("read"), message: nullable(record({ from: nullable(text(320)), date: nullable(text(64)) })), visible: bool }),
  sign: record({ use: word("sign"), from: text(320), visible: bool }),
});

/** Minutes that keys stay unlocked; null for as long as the browser runs. */
export const unlockMinutes = nullable(count(100_000));

/** What keys are protected by, the least first. */
export type Protection = "none" | "passphrase" | "security-key" | "card";

/** What the unlock window is told. */
export interface UnlockQuestion {
  /** What is asked for. */
  kind: "passphrase" | "security-key";
  /** The key that is wanted; null where all of a vault are. */
  key: { name: string; addresses: string[] } | null;
  /** How many keys are unlocked with it. */
  keys: number;
  /** The webmail that wants it; null for a page of ours. */
  origin: string | null;
  use: "read" | "sign" | "page";
  /** What the frame says of the message that it shows. */
  message: { from: string | null; date: string | null } | null;
  /** Minutes to choose from, null for as long as the browser runs; none where each message asks. */
  choices: (number | null)[];
  preselected: number | null;
  /** Milliseconds until an attempt may be made. */
  wait: number;
}

/** How an attempt ended; `wait` is in milliseconds, until the next one. */
export type UnlockAnswer = { state: "opened" } | { state: "wrong" | "wait"; wait: number };

/** What is locked and unlocked, for pages of ours. */
export interface LockFacts {
  vaults: {
    id: string;
    kind: "passphrase" | "security-key";
    /** Names of the identities whose keys lie in it. */
    identities: string[];
    /** Those of them that are unlocked now. */
    unlocked: string[];
    /** When the first of them is locked again, ISO 8601; null for when the browser is closed. */
    until: string | null;
  }[];
  /** As in the unlock window. */
  choices: (number | null)[];
  minutes: number | null;
  /** The least protection that the organisation asks of keys; none of somebody's addresses in particular. */
  required: Protection;
}
