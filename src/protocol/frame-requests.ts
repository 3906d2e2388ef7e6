import type { Bytes } from "../base/bytes.ts";
import { type CipherPlan, cipherQuestion } from "./cipher-plan.ts";
import type { Draft, SealedEnvelope, SealPlan } from "./draft.ts";
import { MOST_OWN_KEYS, type OwnCertificate, type SignReply, type UnwrapReply } from "./key-port.ts";
import { helpTopics } from "./help-topics.ts";
import type { AddressEntry } from "./message-content.ts";
import type { Ending } from "./own-keys.ts";
import type { OutboxRecord } from "./outbox.ts";
import type { ReceiptAnswer, ReceiptCheck, ReceiptOffer } from "./receipts.ts";
import type { SendingRules } from "./sending-rules.ts";
import { bool, count, list, nothing, nullable, octets, record, text, variant, word } from "./shape.ts";
import { address, confirmation, findRequest, learnedSigner, namedMessage, passwordRecipient, requestingSignature, signRequest, strangerCertificate, trustRequest, unwrapRequest } from "./shapes.ts";
import type { RevocationFacts, TrustAnswer } from "./trust-port.ts";
import { unlockWish } from "./unlock.ts";
import type { FrameMode, MessageRef } from "./webmail.ts";
import type { Meeting } from "./window-port.ts";

/** What the first signed and the first encrypted message that a person opens explain. */
export const HINTS = ["signed", "encrypted"] as const;
export type Hint = (typeof HINTS)[number];
export const hintName = word(...HINTS);

/** Who is asked for a certificate, each in the field that he has in the message that waits. */
const askedPeople = record({ from: text(320), to: list(text(320), 5000), cc: list(text(320), 5000), bcc: list(text(320), 5000) });

/**
 * What a frame of ours may ask once it has redeemed its ticket; before that, `frame.redeem` alone.
 * The background knows tab, origin, account and message from the ticket and takes none of them from the frame.
 */
export const frameRequests = {
  /** Binds this frame. Good once: a reloaded frame is not bound again. */
  "frame.redeem": record({ ticket: text(64) }),
  /** Finds another page of the webmail that serves this window, because its own is gone; window only. */
  "window.rejoin": nothing,
  /** Brings the webmail that this window writes for to the front, in the tab that it has or a new one; window only. */
  "window.webmail": nothing,
  /** The size that a person gave this window, for the next one; window only. */
  "window.size": record({ width: count(20_000), height: count(20_000) }),
  /** Lists own certificates usable in this frame's webmail. */
  "keys.certificates": nothing,
  /** `KeyPort.choose`. */
  "keys.choose": record({ certificateIds: list(text(128), MOST_OWN_KEYS) }),
  /** `KeyPort.unwrap`; reader only, at most two for one message. `visible` is what the frame's observer saw. */
  "keys.unwrap": record({ request: unwrapRequest, visible: bool }),
  /**
   * Reports that the message opened. Until then every message for which a private key was used counts against the
   * origin's failure budget, so that a page cannot hide failures by removing the frame.
   */
  "keys.opened": nothing,
  /**
   * Asks a person, in a window of ours, for the password of this reader's message and answers the content key (docs/decisions/0011);
   * null if the window was closed. Throws `cms.decrypt-failed` for a wrong one, `keys.failure-budget`, `keys.not-allowed-here`.
   */
  "secret.unwrap": record({ recipients: list(passwordRecipient, 16), visible: bool }),
  /** The reader does not wait for the password any more. */
  "secret.cancel": nothing,
  /**
   * Has a person unlock the key that this frame's message waits for, or that signs, in a window of ours; answers whether it was.
   * Throws `keys.not-found`, `keys.not-allowed-here`, `keys.no-signing-key`.
   */
  "keys.unlock": unlockWish,
  /** `KeyPort.sign`; composer only. */
  "keys.sign": signRequest,
  "trust.validate": trustRequest,
  "trust.find": findRequest,
  /** Opens the Certificates page with what could be trusted so that this signer's certificate would be; reader only. */
  "trust.offer": strangerCertificate,
  /**
   * The person pressed the button that names this host: it may be asked for the certificates of authorities that this reader's
   * message lacks, and so learns that somebody reads it. Nothing is fetched until `trust.validate` is asked again.
   */
  "trust.fetch-issuer": record({ host: text(253) }),
  /** Keeps what a verified signature told of its signer; the background validates it again. */
  "people.learn": learnedSigner,
  /** Completion for To, Cc and Bcc: what is kept, or also what the directories answer in their time. */
  "people.search": record({ words: text(200), directories: bool }),
  /** Whether a certificate was found for each address; a list's members are found with it. */
  "people.lookup": record({ addresses: list(text(320), 200) }),
  /** Hands over what the webmail's address book says of somebody, and answers what is known of him now. */
  "people.contacts": record({ address: text(320), cards: octets(2_000_000) }),
  /** The vCard with which somebody who signed can be added to the webmail's contacts; reader only. */
  "people.card": record({ address: text(320) }),
  /** Plans one Send, or says what stands in its way. Asking does not send anything. */
  "send.prepare": record({
    from: address,
    to: list(address, 5000),
    cc: list(address, 5000),
    bcc: list(address, 5000),
    sign: bool,
    encrypt: bool,
    /** Addresses without a certificate that the author, asked by name, wants to send to all the same. */
    unreadableFor: list(text(320), 5000),
    /** Addresses of whose certificates the author knows that their revocation could not be checked. */
    uncheckedFor: list(text(320), 5000),
    /** Certificates that the author chose among several, by their fingerprints. */
    chosen: list(record({ address: text(320), sha256: text(64) }), 5000),
    /** Members of lists that are to get nothing. */
    leftOut: list(text(320), 5000),
    /** Members of lists that the author was shown: to others nothing is sent. */
    members: list(text(320), 5000),
    /** Asks the people for a receipt; nothing without a signature. */
    receipt: bool,
  }),
  /** The cipher that Send would take now, and because of whom; composer only. */
  "send.cipher": cipherQuestion,
  /** The note that asks people for their certificate, as it would go out; made of fixed words. Composer only. */
  "note.show": askedPeople,
  /** Makes it, finished and signed, or says what stands in its way; sending it needs the ticket. */
  "note.prepare": askedPeople,
  /**
   * Has a person confirm a Send in a window of ours, where no page can cover or move anything. Answers whether it was.
   * What is shown passes through the background's memory and is kept nowhere.
   */
  "send.confirm": confirmation,
  /** Takes over a record that the frame has put into the store with its finished ciphertext. */
  "outbox.begin": record({ send: text(64), ticket: text(64) }),
  "outbox.state": record({ send: text(64) }),
  /** What this account did not get sent, or of which nobody knows, oldest first; not what another page is sending. */
  "outbox.unfinished": nothing,
  /** Makes this frame's page the one that reports of a Send whose page is gone. Throws `protocol.forbidden` if it is not gone. */
  "outbox.adopt": record({ send: text(64) }),
  /** Forgets a Send with its finished ciphertext, as its author decided. */
  "outbox.discard": record({ send: text(64) }),
  /** Whether a receipt may be sent for the message that this reader shows, and by which of the addresses it was written to. */
  "receipt.look": record({ signature: requestingSignature, addressed: list(text(320), 5000) }),
  /** Makes the receipt, or says what stands in its way. It is signed here and handed out finished; sending it needs the ticket. */
  "receipt.prepare": record({
    signature: requestingSignature,
    addressed: list(text(320), 5000),
    /** The message was encrypted, so its receipt is too. */
    encrypt: bool,
    header: record({ subject: text(200), messageId: text(990), inReplyTo: nullable(text(990)) }),
  }),
  /** Whether a receipt that a verified author signed confirms a message of ours. */
  "receipt.check": record({
    author: text(320),
    contentType: text(200),
    contentIdentifier: text(4000),
    originatorSignature: text(8192),
    msgSigDigest: nullable(text(200)),
  }),
  /** Composer's first state: identities, defaults, forced modes. */
  /** `from`: the address that is written with, where it was chosen: an organisation's rules follow its address. */
  /** Says nothing for a week of a signing certificate that ends. */
  "ending.put-off": record({ id: text(128) }),
  "composer.state": record({ from: nullable(text(320)) }),
  /** What the toolbar popup shows for this tab: a sentence's key and the names and dates in it, no content. */
  "verdict.show": record({ sentence: text(64), substitutions: list(text(1000), 4), author: nullable(text(320)), signed: word("verified", "unverified", "none"), encrypted: word("decrypted", "failed", "none") }),
  /** The reader cannot be seen any more: the toolbar must not speak of its message. */
  "verdict.hide": nothing,
  /**
   * Names the message that this reader shows, to a popup that asks at this moment (`question`). It passes through the
   * background's memory to the popup and is kept nowhere; null if the reader cannot be seen.
   */
  "popup.tell": record({ question: text(64), message: nullable(namedMessage) }),
  /** Explanations that nobody has dismissed yet; reader only. */
  "hints.pending": nothing,
  /** Never to be shown again. */
  "hints.dismiss": record({ hints: list(hintName, HINTS.length) }),
  /** Opens one of our windows. */
  "window.open": variant("page", {
    setup: record({ page: word("setup") }),
    certificates: record({ page: word("certificates") }),
    options: record({ page: word("options") }),
    keys: record({ page: word("keys") }),
    help: record({ page: word("help"), topic: word(...helpTopics) }),
  }),
} as const;

export interface FrameAnswers {
  "frame.redeem": {
    secret: string;
    kind: "reader" | "composer";
    origin: string;
    account: string;
    message: MessageRef | null;
    mode: FrameMode | null;
    /** Present in a window of its own: where its content script waits, and the kept draft that the window goes on with. */
    window?: { meeting: Meeting; draft: string | null };
  };
  /** Null if no page of the webmail is open, or none is signed in to the same account. */
  "window.rejoin": Meeting | null;
  "window.webmail": null;
  "window.size": null;
  "keys.certificates": OwnCertificate[];
  "keys.choose": string;
  "keys.unwrap": UnwrapReply;
  "keys.opened": null;
  "secret.unwrap": { index: number; contentKey: Bytes } | null;
  "secret.cancel": null;
  "keys.unlock": { unlocked: boolean };
  "keys.sign": SignReply;
  "trust.validate": TrustAnswer;
  "trust.find": Bytes[];
  "trust.offer": null;
  "trust.fetch-issuer": null;
  "people.learn": null;
  "people.search": AddressEntry[];
  "people.lookup": RecipientState[];
  /** Null if there is no certificate in them. */
  "people.contacts": RecipientState | null;
  /** Null if no certificate of his is kept to be encrypted to. */
  "people.card": Bytes | null;
  "send.prepare": PrepareAnswer;
  "send.cipher": CipherPlan;
  "note.show": Draft;
  "note.prepare": NoteAnswer;
  "send.confirm": { confirmed: boolean };
  "outbox.begin": null;
  "outbox.state": OutboxRecord;
  "outbox.unfinished": OutboxRecord[];
  "outbox.adopt": OutboxRecord;
  "outbox.discard": null;
  "receipt.look": ReceiptOffer;
  "receipt.prepare": ReceiptAnswer;
  "receipt.check": ReceiptCheck;
  "ending.put-off": null;
  "composer.state": ComposerState;
  "verdict.show": null;
  "verdict.hide": null;
  "popup.tell": null;
  "hints.pending": Hint[];
  "hints.dismiss": null;
  "window.open": null;
}

/**
 * Why one of several usable certificates is used: the author chose it, the person's newest signed mail prefers it, its key is for
 * encryption alone, or it was found in the place that comes first.
 */
export type ChoiceReason = "only" | "chosen" | "preferred" | "single-use" | "place";

export interface RecipientState {
  address: string;
  /** `found`: a valid certificate; `problem`: only unusable ones, with the first reason in `code`. */
  state: "found" | "none" | "problem";
  code: string;
  /** For the chip's details; null if there is none. */
  certificate: CertificateFacts | null;
  /** Of that certificate; absent if it does not validate anyway. */
  revocation?: RevocationFacts;
  /** Host of the directory that the certificate is from. */
  place?: string;
  /** What the directory calls the person. */
  name?: string;
  why?: ChoiceReason;
  /** Every certificate that could be used, the one in use among them; only where there are several. */
  usable?: CertificateFacts[];
  /** Directories that could not be asked. */
  failed?: { host: string; code: string }[];
  /** The address is a list's; `state` sums its members up, and is `problem` with the list's own code where they could not be found. */
  list?: ListState;
}

/** The members of a list, as the composer shows them. */
export interface ListState {
  members: RecipientState[];
  /** Members of whom no address was found, as the directory calls them. */
  unresolved: string[];
}

/** What a person is told of a certificate. */
export interface CertificateFacts {
  subject: string;
  name: string;
  addresses: string[];
  issuer: string;
  issuerName: string;
  serial: string;
  notBefore: string;
  notAfter: string;
  sha256: string;
  /** Key as people name it, for example `RSA 2048` or `EC P-256`. */
  key: string;
  canSign: boolean;
  canEncrypt: boolean;
  source: "signed-mail" | "file" | "directory" | "contacts" | "own" | "message";
}

export type PrepareAnswer =
  | { state: "ready"; plan: SealPlan }
  | { state: "missing"; addresses: string[]; problems: RecipientState[]; mayGoClear: boolean; mayLeaveUnreadable: boolean }
  /** Whether these people's certificates were revoked, the sender's among them, could not be checked, and the author has not said that he knows. */
  | { state: "unchecked"; people: { address: string; code: string }[] }
  /** `names`: whom or what the code is about, where it is about somebody. */
  | { state: "refused"; code: string; names?: string[] };

export type NoteAnswer = { state: "ready"; ticket: string; envelopes: SealedEnvelope[] } | { state: "refused"; code: string };

export interface ComposerState {
  /** Own addresses that have a signing key whose certificate has not ended. */
  canSign: string[];
  /** Own addresses that have an encryption certificate. */
  canEncrypt: string[];
  /** The signing certificate of the address, if it ends soon or has ended and was not put off. */
  ending: Ending | null;
  defaults: { sign: boolean; encrypt: boolean };
  forced: { sign: boolean; encrypt: boolean };
  rules: SendingRules;
}
