import type { TrustOffer } from "./certificates.ts";
import type { CertificateFacts } from "./frame-requests.ts";
import type { OrganisationContacts } from "./managed.ts";
import type { IdentityFacts } from "./identities.ts";
import { type Of, record, text, word } from "./shape.ts";
import type { LockFacts, Protection, SecurityKeyPlace } from "./unlock.ts";

/** What keys a person wants. */
export const keyWish = record({
  /** Common name of the certificate; empty: the address stands there. */
  name: text(200),
  address: text(320),
  /** `curve25519`: Ed25519 to sign and X25519 to be encrypted to, always two keys. */
  suite: word("rsa-3072", "p-256", "curve25519"),
  /** One key for both, or one to sign, which nobody can copy, and one to be encrypted to. */
  shape: word("one", "two"),
});

export type KeyWish = Of<typeof keyWish>;

/** Characters that a backup's password has at least. */
export const LEAST_BACKUP_PASSWORD = 12;

/** A key that waits for its certificate. */
export interface WaitingFacts {
  id: string;
  /** Keys that were made together have the same. */
  group: string;
  kind: "rsa-3072" | "p-256" | "ed25519" | "x25519";
  use: "sign" | "encrypt" | "both";
  name: string;
  address: string;
  /** ISO 8601. */
  madeAt: string;
  /** The request; of an X25519 key, which cannot sign one, its public key. */
  pem: string;
  /** What of its use no certificate that came allows yet. */
  missing: ("sign" | "encrypt")[];
  protection: Protection;
  /** Whether it can have the protection that the organisation asks for: it has, it can get it now, or it never will. */
  code: "ok" | "keys.protect-first" | "keys.born-unprotected" | "keys.card-only";
}

/** Whether a key that decrypts can be saved in a file: not any more, or not as the organisation has it. */
export type BackupState = "possible" | "gone" | "forbidden";

export interface BackupFacts {
  id: string;
  certificate: CertificateFacts;
  /** It signs too, so a copy of it signs as its owner. */
  both: boolean;
  state: BackupState;
  /** It came in a file, which its owner may have kept. */
  fromFile: boolean;
  /** What opens it, which is asked for: whoever finds an unlocked browser shall not carry keys away. Null for a key without protection. */
  lock: { vault: string; kind: "passphrase" | "security-key" } | null;
}

/** Everything that the page of own keys shows. */
export interface OwnKeysState {
  waiting: WaitingFacts[];
  backups: BackupFacts[];
  /** Whom a new key may be for: names and addresses of own certificates. */
  known: { name: string; address: string }[];
  organisation: OrganisationContacts;
  /** Where security keys are asked here. */
  securityKeys: SecurityKeyPlace;
}

/** What a certificate that came was for. */
export interface IssuedAnswer {
  identities: IdentityFacts[];
  /** Authorities of the file that could be trusted. */
  offers: TrustOffer[];
  /** Certificates of keys that can never have the protection that the organisation asks for. */
  unprotectable: CertificateFacts[];
}

/** How a new key, or one that waits, may be protected. */
export interface ProtectionOffer {
  /** The least that the organisation asks of keys for the address. */
  required: Protection;
  locks: LockFacts;
}

/** A signing certificate that ends soon or has ended, the last one of its address. */
export interface Ending {
  id: string;
  address: string;
  /** ISO 8601. */
  notAfter: string;
  ended: boolean;
  /** The person has put it off for a while. */
  dismissed: boolean;
}
