import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import type { CipherPlan } from "../../protocol/cipher-plan.ts";
import type { Draft, HiddenOutside } from "../../protocol/draft.ts";
import type { RecipientState } from "../../protocol/frame-requests.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { Ending } from "../../protocol/own-keys.ts";
import type { OutboxRecord } from "../../protocol/outbox.ts";
import type { FrameMode, WebmailIdentity } from "../../protocol/webmail.ts";
import type { SendingRules } from "../../protocol/sending-rules.ts";
import { draftSentence, type RecipientKnowledge } from "../sentence/draft-sentence.ts";
import { addressKey, type Recipient } from "./recipients.ts";

export type Field = "to" | "cc" | "bcc";

/** A file that goes along, while it is being read and afterwards. */
export interface DraftFile {
  id: string;
  name: string;
  type: string;
  size: number;
  /** Octets read so far. */
  read: number;
  /** Null until all is read. */
  bytes: Bytes | null;
  /** For a picture shown in the text. */
  contentId: string | null;
  /** True for a file of the message that is forwarded: it goes when the quote goes. */
  fromOriginal: boolean;
}

/** What stands between the press of Send and the end of it. */
export type SendingStep =
  | { step: "preparing" }
  /** Certificates of many people are being looked for; the numbers are in `looking`. */
  | { step: "looking-up" }
  /** A window of ours asks to unlock the key that signs. */
  | { step: "unlocking" }
  | { step: "sealing"; done: number; of: number }
  | { step: "sending"; index: number; of: number }
  | { step: "looking" }
  /** It goes to a window of its own. */
  | { step: "moving" }
  | { step: "saving" };

/** A question that has to be answered before anything else. */
export type Question =
  | { ask: "missing"; addresses: string[]; problems: RecipientState[]; mayGoClear: boolean; mayLeaveUnreadable: boolean }
  /** Whether these people's certificates were revoked could not be checked; `unreadableFor` was decided before. */
  | { ask: "unchecked"; people: { address: string; code: string }[]; unreadableFor: string[] }
  /** The note that asks for certificates, as it would go out. */
  | { ask: "certificate-note"; note: Draft }
  | { ask: "unencrypt-quote" }
  /** The page filled in people or text, and its author is to look at it before it goes (in a window of its own). */
  | { ask: "from-page"; choices: SendChoices }
  | { ask: "discard" };

/** A line above the text that offers something, and can be dismissed. */
export type Notice =
  | { about: "native-text" }
  | { about: "quote-unproved"; original: InspectedMessage; why: "sender" | "recipients" }
  | { about: "original-failed"; code: Code }
  | { about: "draft-found"; savedAt: string }
  | { about: "draft-discarded" }
  /** These people were asked for their certificates; the message waits. */
  | { about: "asked"; people: string[] }
  /** It was found in Drafts and not saved here: its recipients are spelled out. */
  | { about: "draft-unproved" };

export interface ComposerModel {
  /** False until identities and defaults are known. */
  ready: boolean;
  mode: FrameMode;
  account: string;
  identities: WebmailIdentity[];
  /** Id of the chosen identity. */
  identity: string;
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  shown: { cc: boolean; bcc: boolean };
  subject: string;
  /** Whether the text is written without formatting. */
  plain: boolean;
  files: DraftFile[];
  sign: boolean;
  encrypt: boolean;
  /** Ask the recipients for a signed receipt; counts with a signature only. */
  receipt: boolean;
  forced: { sign: boolean; encrypt: boolean };
  canSign: string[];
  canEncrypt: string[];
  /** What is known of each recipient, by `addressKey`; absent while it is being looked up. */
  known: Record<string, RecipientState>;
  /** How far the search for many certificates is. */
  looking: { done: number; of: number } | null;
  /** Fingerprints of certificates that the author chose, by `addressKey`; for this message alone. */
  chosen: Record<string, string>;
  /** Members of lists that get nothing. */
  leftOut: string[];
  /** The message that is answered was encrypted: what is quoted of it must not go out readable (CO-02). */
  originalEncrypted: boolean;
  /** What that message hid outside, and this one hides too (CO-03); null if nothing. */
  hidden: HiddenOutside | null;
  /** Text or recipients came from the page and not from the author's hands. */
  fromPage: boolean;
  /** The page, or a link in it, filled in people or text of a new message. */
  pageWrote: boolean;
  rules: SendingRules;
  /** The signing certificate of the address that is written with, where it ends soon or has ended. */
  ending: Ending | null;
  /** What a new message begins with. */
  defaults: { sign: boolean; encrypt: boolean };
  /** It was begun from a draft that was not saved here. */
  unproved: boolean;
  inReplyTo: string | null;
  references: string[];
  notice: Notice | null;
  question: Question | null;
  sending: SendingStep | null;
  /** `names`: whom or what it is about. */
  problem: { code: Code; detail?: string; names?: string[] } | null;
  result: SendResultShown | null;
  /** What Send would encrypt with, as it was asked last; null where nobody can say. */
  cipher: CipherPlan | "asking" | null;
  savedAt: Date | null;
  /** Why nothing of it could be kept on this computer for a while; null where it can. */
  unkept: Code | null;
  /** Whether the frame has its place in the page or covers it. */
  window: "pane" | "window";
  /** In the webmail's page, or in a window of its own. */
  place: "page" | "window";
  /** In a window: no page of the webmail is there to send by. */
  away: boolean;
}

/** What the author decided about one Send besides what the composer shows. */
export interface SendChoices {
  /** Addresses that may receive it although they cannot read it. */
  unreadableFor: string[];
  /** Addresses of whose certificates he was told that their revocation could not be checked. */
  uncheckedFor?: string[];
  /** He unlocked the key for this Send: it goes on where it stopped, by the same press. */
  unlocked?: boolean;
}

/** What is shown in the composer's place once the server has been asked. */
export interface SendResultShown {
  state: "sent" | "sent-not-filed" | "partly" | "failed" | "unknown";
  record: OutboxRecord;
  code: Code | null;
  /** Labels of those it reached. */
  sentTo: string[];
  /** True once Sent was searched and the message was not found there. */
  looked: boolean;
  /** Labels of those of whom it is not known. */
  unknownTo: string[];
  /** Labels of those it certainly did not reach. */
  notSentTo: string[];
  /** The server's own words about a refusal. */
  detail: string;
}

export function emptyModel(mode: FrameMode, account: string): ComposerModel {
  return {
    ready: false,
    mode,
    account,
    identities: [],
    identity: "",
    to: [],
    cc: [],
    bcc: [],
    shown: { cc: false, bcc: false },
    subject: "",
    plain: false,
    files: [],
    sign: true,
    encrypt: true,
    receipt: false,
    forced: { sign: false, encrypt: false },
    canSign: [],
    canEncrypt: [],
    known: {},
    looking: null,
    chosen: {},
    leftOut: [],
    originalEncrypted: false,
    hidden: null,
    unproved: false,
    fromPage: false,
    pageWrote: false,
    rules: { bcc: "each", subjectOpen: false, signReplies: false, draftsToAuthor: true },
    ending: null,
    defaults: { sign: false, encrypt: false },
    inReplyTo: null,
    references: [],
    notice: null,
    question: null,
    sending: null,
    problem: null,
    result: null,
    cipher: null,
    savedAt: null,
    unkept: null,
    window: "pane",
    place: "page",
    away: false,
  };
}

export function allRecipients(model: Pick<ComposerModel, "to" | "cc" | "bcc">): Recipient[] {
  return [...model.to, ...model.cc, ...model.bcc];
}

export function labelOf({ name, address }: { name: string | null; address: string }): string {
  return name ?? address;
}

export function chosenIdentity(model: ComposerModel): WebmailIdentity | undefined {
  return model.identities.find(({ id }) => id === model.identity) ?? model.identities[0];
}

/** Who would read it behind one chip: a person, or the members of a list. */
function readersOf({ known, encrypt, leftOut }: ComposerModel, person: Recipient): { label: string; state: RecipientKnowledge }[] {
  const state = person.valid ? known[addressKey(person.address)] : undefined;
  // In the clear a list is an address like any other.
  if (!state?.list || !encrypt) return [{ label: labelOf(person), state: person.valid ? (state?.state ?? "searching") : "problem" }];
  const { members, unresolved } = state.list;
  if (members.length === 0 || unresolved.length > 0) return [{ label: labelOf(person), state: "list" }];
  const without = new Set(leftOut.map(addressKey));
  return members.filter(({ address }) => !without.has(addressKey(address))).map((member) => ({ label: member.name ?? member.address, state: member.state }));
}

/** How many people a list stands for; null for a person. */
export function listSize(state: RecipientState | undefined): number | null {
  return state?.list ? state.list.members.length + state.list.unresolved.length : null;
}

/** Of whose certificates Send asks, or is asking, because nobody could say whether they were revoked. Where nobody may ask at all it goes ahead. */
function uncheckedOf({ known, question, encrypt, identities, leftOut }: ComposerModel, people: Recipient[]): string[] {
  if (question?.ask === "unchecked") {
    const named = new Map([...identities, ...people].map((person) => [addressKey(person.address), labelOf(person)]));
    return question.people.map(({ address }) => named.get(addressKey(address)) ?? address);
  }
  if (!encrypt) return [];
  const without = new Set(leftOut.map(addressKey));
  const readers = people.flatMap((person) => {
    const state = person.valid ? known[addressKey(person.address)] : undefined;
    return state?.list ? state.list.members.filter(({ address }) => !without.has(addressKey(address))).map((member) => ({ label: member.name ?? member.address, state: member })) : [{ label: labelOf(person), state }];
  });
  return readers.filter(({ state }) => state?.state === "found" && state.revocation?.state === "unreachable" && state.revocation.detail?.code !== "revocation.no-way").map(({ label }) => label);
}

/** The sentence about what Send would do now. */
export function sentenceOf(model: ComposerModel): ReturnType<typeof draftSentence> {
  const own = addressKey(chosenIdentity(model)?.address ?? "");
  return draftSentence({
    sign: model.sign,
    encrypt: model.encrypt,
    recipients: allRecipients(model).flatMap((person) => readersOf(model, person)),
    unchecked: uncheckedOf(model, allRecipients(model)),
    canSign: model.canSign.map(addressKey).includes(own),
    canEncrypt: model.canEncrypt.map(addressKey).includes(own),
  });
}
