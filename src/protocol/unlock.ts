import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { PinTries } from "./card-messages.ts";
import { areRelated } from "./origin-pattern.ts";
import { bool, count, list, nullable, octets, type Of, record, type Shape, text, variant, word } from "./shape.ts";

/** What a security key answers, and the salt that it is asked with. */
const octets32: Shape<Bytes> = (value) => {
  const read = octets(32)(value);
  if (read.length !== 32) throw new SmimeError("protocol.malformed");
  return read;
};

/** What a person gives to unlock keys; goes from windows of ours to the background alone. */
export const unlockSecret = variant("kind", {
  passphrase: record({ kind: word("passphrase"), passphrase: text(1024) }),
  "security-key": record({ kind: word("security-key"), credential: octets(1024), output: octets32 }),
  "recovery-code": record({ kind: word("recovery-code"), code: text(200) }),
});

export type UnlockSecret = Of<typeof unlockSecret>;

/** What is said of a secret that opened nothing. */
export const WRONG_SECRET = { passphrase: "keys.passphrase-wrong", "security-key": "keys.security-key-wrong", "recovery-code": "keys.recovery-code-wrong" } as const;

/** A security key that a page of ours registered, and what it answered when it was asked for the first time. */
export const registeredKey = record({ credential: octets(1024), salt: octets32, transports: list(text(32), 16), label: text(100), output: octets32 });

export type RegisteredKey = Of<typeof registeredKey>;

/** How keys that are imported are to be protected. */
export const wantedProtection = variant("kind", {
  none: record({ kind: word("none") }),
  /** The passphrase of the vault that is there, or one for the first. */
  passphrase: record({ kind: word("passphrase"), vault: nullable(text(64)), passphrase: text(1024) }),
  /** One of the security keys that are there, or the first with the recovery code that was shown. */
  "security-key": record({ kind: word("security-key"), vault: nullable(text(64)), credential: octets(1024), output: octets32, first: nullable(record({ registered: registeredKey, code: text(200) })) }),
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

/** A security key that can be asked, and the salt that it answers. */
export interface AuthenticatorFacts {
  credential: Bytes;
  salt: Bytes;
  transports: string[];
  label: string;
}

/** Where security keys are registered and asked in this browser. */
export interface SecurityKeyPlace {
  /** The relying party's domain; null for the extension's own origin. */
  relyingParty: string | null;
  /** Why it cannot be done here. */
  code: "ok" | "keys.relying-party-missing" | "keys.relying-party-webmail" | "keys.relying-party-permission";
}

/** What the unlock window is told. */
export interface UnlockQuestion {
  /** What is asked for. */
  kind: "passphrase" | "security-key" | "card";
  /** The security keys of which one is asked. */
  authenticators: AuthenticatorFacts[];
  securityKeys: SecurityKeyPlace;
  /** The card on which the key lies; null for a key in the browser. */
  card: { label: string; reader: string; pinPad: boolean; tries: PinTries } | null;
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

/** One way to open keys, for the options page. `addedAt` is ISO 8601; other kinds than security keys have no label. */
export interface LockRow {
  id: string;
  kind: "passphrase" | "security-key" | "recovery-code";
  label: string;
  addedAt: string | null;
}

/** What is locked and unlocked, for pages of ours. */
export interface LockFacts {
  vaults: {
    id: string;
    kind: "passphrase" | "security-key";
    /** Names of the identities whose keys lie in it. */
    identities: string[];
    /** How many keys lie in it besides, which wait for their certificates. */
    waiting: number;
    /** Those of the identities that are unlocked now. */
    unlocked: string[];
    /** When the first of them is locked again, ISO 8601; null for when the browser is closed. */
    until: string | null;
    /** The ways to open it. */
    locks: LockRow[];
  }[];
  /** Cards in readers that need a PIN, by their labels. */
  cards: { label: string; open: boolean }[];
  securityKeys: SecurityKeyPlace;
  /** As in the unlock window. */
  choices: (number | null)[];
  minutes: number | null;
  /** The least protection that the organisation asks of keys; none of somebody's addresses in particular. */
  required: Protection;
}

/** Whether a webmail, once it is added, leaves only the recovery code to keys that open with a security key: a page of it could ask the same ones. */
export function endsSecurityKeys({ securityKeys: { relyingParty, code }, vaults }: Pick<LockFacts, "securityKeys" | "vaults">, origin: string): boolean {
  const used = vaults.some(({ locks }) => locks.some(({ kind }) => kind === "security-key"));
  return used && relyingParty !== null && code !== "keys.relying-party-webmail" && areRelated(new URL(origin).hostname, relyingParty);
}
