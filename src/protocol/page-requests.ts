import type { Bytes } from "../base/bytes.ts";
import { type CardAnswers, cardRequests } from "./card-requests.ts";
import type { CertificateDetails, CertificateLists, TrustOffer } from "./certificates.ts";
import type { CertificateFacts } from "./frame-requests.ts";
import type { HostStatus } from "./host-port.ts";
import type { IdentityFacts, IdentityPreview } from "./identities.ts";
import type { OrganisationContacts, OrganisationState } from "./managed.ts";
import { type OwnKeyAnswers, ownKeyRequests } from "./own-key-requests.ts";
import type { BackupFacts, Ending } from "./own-keys.ts";
import { type RepairState, savedStores, type StoreDamage } from "./repair.ts";
import type { Confirmation, NamedMessage } from "./shapes.ts";
import { bool, count, list, nothing, nullable, octets, record, text, word } from "./shape.ts";
import type { RevocationFacts } from "./trust-port.ts";
import { type LockFacts, type UnlockAnswer, type AuthenticatorFacts, registeredKey, unlockMinutes, type UnlockQuestion, unlockSecret, wantedProtection } from "./unlock.ts";

/**
 * What our own top-level pages may ask (set-up, options, certificates, popup). No page of the web can open or embed them.
 */
export const pageRequests = {
  /** Everything that set-up and options show. */
  "state": nothing,
  /** What is wrong with the database, and what of it can be saved. */
  "repair.state": nothing,
  /** Records of a store to be saved, from a place on; private keys, passwords and what the organisation set are not among them. Throws `store.damaged`, `store.unavailable`. */
  "repair.read": record({ store: word(...savedStores), from: count() }),
  /** The person was told of a loss and goes on with what is there. */
  "repair.acknowledge": nothing,
  /** Deletes the whole database and begins a new one. Throws `protocol.forbidden` while nothing is wrong, `store.unavailable`. */
  "repair.start-anew": nothing,
  /** What the organisation tells its people. */
  "organisation": nothing,
  /** Reads a PKCS#12 file and shows what is in it, keeping nothing. Throws `keys.pkcs12-*`. */
  "identity.preview": record({ file: octets(1_000_000), password: text(1024) }),
  /**
   * Imports the keys of a PKCS#12 file, protected as asked, and binds them to the granted webmails. Throws `keys.passphrase-short`,
   * `keys.passphrase-wrong`, `keys.unlock-wait`, `keys.protection-required`.
   */
  "identity.import": record({ file: octets(1_000_000), password: text(1024), protection: wantedProtection }),
  ...ownKeyRequests,
  /** Removes a key at once and for good: there is no undoing. */
  "identity.remove": record({ id: text(128) }),
  /** Chooses which of several keys of an address signs, or is encrypted to; null leaves it to the rules. Throws `keys.not-found`, `protocol.forbidden`, why the certificate cannot be used. */
  "identity.choose": record({ address: text(320), use: word("sign", "encrypt"), id: nullable(text(128)) }),
  /** Trusts an authority whose fingerprint the user confirmed. Throws `pki.malformed`, `pki.not-a-ca`. */
  "anchor.add": record({ certificate: octets(65536), confirmedSha256: text(64) }),
  /** Removes an authority that the user trusts, or one of a file that completes paths. */
  "anchor.remove": record({ sha256: text(64) }),
  /** Shows what a .cer, .pem, .p7b or .p7c file holds, keeping nothing. */
  "certificates.preview": record({ file: octets(1_000_000) }),
  /** Keeps the certificates of other people from such a file, and its authorities, which complete paths. Throws `pki.malformed`, `limits.intermediates`. */
  "certificates.import": record({ file: octets(1_000_000) }),
  "certificates.remove": record({ sha256: text(64) }),
  /** Everything that the Certificates page lists. */
  "certificates.lists": nothing,
  /** Whether these, other people's and one's own, were revoked, by what is kept here; nobody is asked. */
  "certificates.revocation": record({ sha256: list(text(64), 50) }),
  /** Throws `store.not-found`. */
  "certificates.details": record({ sha256: text(64) }),
  /** A vCard of the person whose certificate this is, for address books. */
  "certificates.card": record({ sha256: text(64) }),
  /** What a reader offered to be trusted, once; null if nothing waits. */
  "trust.offered": nothing,
  /** What could be trusted so that a kept certificate would be. Throws `store.not-found`. */
  "trust.offer-kept": record({ sha256: text(64) }),
  /** Trusts one certificate by itself after its fingerprint was compared, or distrusts it. Throws `pki.malformed`, `pki.key-usage`. */
  "trust.decide": record({ certificate: octets(65536), confirmedSha256: text(64), decision: word("trusted", "distrusted") }),
  /** Takes a decision on one certificate back. */
  "trust.forget": record({ sha256: text(64) }),
  /** Keeps the revocation lists of a .crl or .pem file. Throws `revocation.malformed`, `limits.revocation`. */
  "revocation.import": record({ file: octets(40_000_000) }),
  /** The lists that were imported. */
  "revocation.lists": nothing,
  "revocation.remove": record({ key: text(80) }),
  /** Takes a removal back, by the name that it answered. Throws `store.not-found` if it is too late. */
  "removal.undo": record({ undo: text(64) }),
  /** Called after the browser's own permission prompt said yes. */
  "webmail.granted": record({ origin: text(300) }),
  "webmail.remove": record({ origin: text(300) }),
  /** Adds a directory of the user's own. Throws `directory.address`. */
  "directory.add": record({ url: text(2000), startTls: bool, loginName: text(1000), password: text(1000) }),
  "directory.remove": record({ id: text(4000) }),
  "settings.set": record({ signByDefault: nullable(bool), encryptByDefault: nullable(bool), composeInOwnWindow: nullable(bool) }),
  /** Whether the native host can be used; it is started to find out. */
  "host.status": nothing,
  /** What the active tab shows, verdict and message by the same reader; for the popup. */
  "verdict.current": record({ tab: nullable(text(20)) }),
  /** A click in a window of ours: mail of this webmail opens again after its failure budget was used up. */
  "opening.allow": record({ origin: text(300) }),
  /** What the confirmation window is asked to show; null if nobody waits for an answer any more. */
  "confirm.details": record({ id: text(64) }),
  "confirm.answer": record({ id: text(64), confirmed: bool }),
  /** Which webmail shows the message whose password is asked for; null if nobody waits for it any more. */
  "secret.details": record({ id: text(64) }),
  /** The password of one message, used once and kept nowhere; null for none. */
  "secret.answer": record({ id: text(64), password: nullable(text(1024)) }),
  /** What the unlock window asks for; null if nobody waits for it any more. */
  "unlock.details": record({ id: text(64) }),
  /** One attempt, and for how long it is to last. Throws `keys.vault-damaged`, `store.not-found` if nobody waits. */
  "unlock.answer": record({ id: text(64), secret: unlockSecret, minutes: unlockMinutes }),
  "unlock.cancel": record({ id: text(64) }),
  /** Opens the unlock window for all keys of a vault. */
  "unlock.open": record({ vault: text(64) }),
  /** Locks every key now. */
  "locks.lock": nothing,
  /** What is locked and unlocked; for the popup. */
  "locks.state": nothing,
  /** Changes a vault's passphrase. Throws `keys.passphrase-short`, `keys.vault-damaged`, `store.not-found`. */
  "locks.change-passphrase": record({ vault: text(64), old: text(1024), next: text(1024) }),
  /** Whether a secret opens a vault, which unlocks nothing. Throws `keys.recovery-code-malformed`, `keys.vault-damaged`, `store.not-found`. */
  "locks.check": record({ vault: text(64), secret: unlockSecret }),
  /**
   * Changes how keys are protected that are here; `secret` opens what they lie in, if anything. Throws `keys.not-found`, `keys.needs-file`,
   * `keys.locked`, and of the new protection what `identity.import` throws.
   */
  "locks.protect": record({ ids: list(text(64), 1000), secret: nullable(unlockSecret), protection: wantedProtection }),
  /** The security keys that can be asked to open a vault. Throws `store.not-found`. */
  "locks.authenticators": record({ vault: text(64) }),
  /** A new recovery code, which is kept nowhere until it comes back with a security key or by `locks.renew-recovery-code`. */
  "locks.recovery-code": nothing,
  /** Adds a security key to those that open a vault. Throws `keys.security-key-known`, `limits.key-locks`, the code of `securityKeys`. */
  "locks.add-authenticator": record({ vault: text(64), secret: unlockSecret, registered: registeredKey }),
  /** Puts a new recovery code in the place of the old one. */
  "locks.renew-recovery-code": record({ vault: text(64), secret: unlockSecret, code: text(200) }),
  /** Forgets a security key. Throws `keys.last-lock`. */
  "locks.remove": record({ vault: text(64), lock: text(64) }),
  /** How long keys stay unlocked, where the window is not told otherwise. */
  "locks.minutes": record({ minutes: unlockMinutes }),
  ...cardRequests,
} as const;

export interface PageAnswers extends CardAnswers, OwnKeyAnswers {
  "state": ExtensionState;
  "repair.state": RepairState;
  "repair.read": { records: unknown[]; next: number | null };
  "repair.acknowledge": null;
  "repair.start-anew": null;
  "organisation": OrganisationContacts;
  "identity.preview": IdentityPreview;
  /** `backups` are those of which a backup may be saved. */
  "identity.import": { identities: IdentityFacts[]; backups: BackupFacts[] };
  "identity.remove": null;
  "identity.choose": null;
  "anchor.add": Removal;
  "anchor.remove": Removal;
  "certificates.preview": { certificates: CertificateFacts[] };
  /**
   * `intermediates` complete paths from now on; those that may be trusted stand among the `offers` too. `mine` belong to own keys;
   * `unfitting` are for an address that a key waits for, and of another key; `unprotectable` are of a key that can never have the
   * protection that the organisation asks for.
   */
  "certificates.import": { kept: CertificateFacts[]; intermediates: CertificateFacts[]; offers: TrustOffer[]; mine: CertificateFacts[]; unfitting: CertificateFacts[]; unprotectable: CertificateFacts[] };
  "certificates.remove": Removal;
  "certificates.lists": CertificateLists;
  /** By SHA-256; one that is gone is left out. */
  "certificates.revocation": Record<string, RevocationFacts>;
  "certificates.details": CertificateDetails;
  "certificates.card": Bytes;
  "trust.offered": TrustOffer | null;
  "trust.offer-kept": TrustOffer;
  "trust.decide": Removal;
  "trust.forget": Removal;
  "revocation.import": { lists: RevocationListFacts[] };
  "revocation.lists": RevocationListFacts[];
  "revocation.remove": Removal;
  "removal.undo": null;
  "webmail.granted": null;
  "webmail.remove": null;
  "directory.add": null;
  "directory.remove": null;
  "settings.set": null;
  "host.status": HostStatus;
  "verdict.current": { verdict: CurrentVerdict; message: NamedMessage | null } | null;
  "opening.allow": null;
  "confirm.details": Confirmation | null;
  "confirm.answer": null;
  "secret.details": SecretQuestion | null;
  "secret.answer": null;
  "unlock.details": UnlockQuestion | null;
  "unlock.answer": UnlockAnswer;
  "unlock.cancel": null;
  "unlock.open": null;
  "locks.lock": null;
  "locks.state": LockFacts;
  "locks.change-passphrase": UnlockAnswer;
  "locks.check": UnlockAnswer;
  "locks.protect": UnlockAnswer;
  "locks.authenticators": AuthenticatorFacts[];
  "locks.recovery-code": { code: string };
  "locks.add-authenticator": UnlockAnswer;
  "locks.renew-recovery-code": UnlockAnswer;
  "locks.remove": null;
  "locks.minutes": null;
}

/** Something was removed or decided; by this name it can be undone for some seconds, null if there was nothing. */
export interface Removal {
  undo: string | null;
}

/** A revocation list that the user imported. Its signature is checked when a certificate is asked about, never before. */
export interface RevocationListFacts {
  key: string;
  /** RFC 4514. */
  issuer: string;
  /** ISO 8601. */
  thisUpdate: string;
  nextUpdate: string | null;
  entries: number;
  addedAt: string;
}

/** Who fetches revocation lists, OCSP answers and missing certificates of authorities. */
export interface FetchingState {
  way: "host" | "relay" | "browser" | "none";
  /** The user allowed the browser to fetch from everywhere. */
  allowed: boolean;
  /** The organisation switched the check off. */
  off: boolean;
}

/** What the password window is told. */
export interface SecretQuestion {
  /** The webmail that shows the message. */
  origin: string;
}

/** What a key of one's own is used for: its signature, or that mail to its owner is encrypted to it. */
export type KeyUse = "sign" | "encrypt";

/** Who of several keys does one thing for an address. */
export interface AddressUse {
  /** Names of the identities that can, newest certificate first. */
  able: string[];
  /** The one that does it now; null if none can. */
  used: string | null;
  /** The user's choice, if it counts. */
  chosen: string | null;
  /** The organisation does not let people choose. */
  locked: boolean;
}

/** An address of one's own with its keys. */
export interface OwnAddress {
  address: string;
  uses: Record<KeyUse, AddressUse>;
}

export interface ExtensionState {
  /** Something is wrong with the database, and it answers all the same. */
  damage: StoreDamage | null;
  identities: IdentityFacts[];
  addresses: OwnAddress[];
  /** `unused`: no card software is named; `resting`: readers are left alone since a logout; `watched`: a key on a card that is here is among the identities. */
  cards: "unused" | "resting" | "watched";
  /** Signing certificates that end soon or have ended. */
  endings: Ending[];
  anchors: (CertificateFacts & { managed: boolean })[];
  people: CertificateFacts[];
  /** Webmails of user and organisation; `granted` is false while the browser has not been allowed there, which a policy cannot do. */
  webmails: { origin: string; managed: boolean; granted: boolean }[];
  /** Directories of user and organisation by their names, in which no password stands. */
  directories: { id: string; managed: boolean }[];
  /** Origins of webmails where too many messages could not be opened: nothing opens there until it is allowed again. */
  paused: string[];
  fetching: FetchingState;
  /** The organisation has what others told removed when somebody signs out. */
  answersGo: boolean;
  locks: LockFacts;
  organisation: OrganisationState;
  settings: { signByDefault: boolean; encryptByDefault: boolean; composeInOwnWindow: boolean; locked: string[] };
}

export interface CurrentVerdict {
  /** Key of the sentence in `_locales`. */
  sentence: string;
  /** What stands in the sentence: names, addresses, dates. */
  substitutions: string[];
  author: string | null;
  signed: "verified" | "unverified" | "none";
  encrypted: "decrypted" | "failed" | "none";
}
