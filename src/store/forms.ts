import type { StoreNames } from "idb";
import type { MailsealSchema } from "./database.ts";

export type StoreName = StoreNames<MailsealSchema>;

type Form = (value: unknown) => boolean;

const text: Form = (value) => typeof value === "string";
const octets: Form = (value) => value instanceof Uint8Array;
const something: Form = (value) => value !== undefined && value !== null;
const orNull = (form: Form): Form => (value) => value === null || form(value);
const listOf = (form: Form): Form => (value) => Array.isArray(value) && value.every(form);
const oneOf = (...words: string[]): Form => (value) => words.includes(value as string);
const either = (...forms: Form[]): Form => (value) => forms.some((form) => form(value));
const members = (forms: Record<string, Form>): Form => (value) =>
  typeof value === "object" && value !== null && Object.entries(forms).every(([name, form]) => form((value as Record<string, unknown>)[name]));

const draft = { id: text, origin: text, account: text, savedAt: text };

/**
 * What a record of each store must have so that our code can work with it, in every version that wrote one: no more than that, so
 * that members of later versions stay where they are. A record that has it not is passed over, told, and left as it is.
 */
export const forms: Record<StoreName, Form> = {
  identities: members({ id: text, certificate: octets, chain: listOf(octets), key: something, origins: listOf(text), addedAt: text }),
  people: members({ sha256: text, certificate: octets, addresses: listOf(text), name: text, others: listOf(octets), source: text, ciphers: listOf(text), preferredAt: orNull(text), addedAt: text }),
  anchors: members({ sha256: text, certificate: octets, addedAt: text }),
  outbox: members({ record: members({ id: text, account: text, origin: text, createdAt: text, recipients: listOf(text), draft: text, envelopes: listOf(members({ id: text, recipients: listOf(text), state: text })) }) }),
  envelopes: members({ send: text, envelope: text, mime: octets, iv: either((value) => value === undefined, octets) }),
  drafts: either(members({ ...draft, iv: octets, sealed: octets }), members({ ...draft, mime: octets, mark: octets })),
  // Whoever reads a setting checks its shape.
  settings: something,
  webmails: members({ origin: (value) => typeof value === "string" && URL.canParse(value), addedAt: text }),
  "receipts-sent": members({ digest: text, sentAt: text }),
  "receipts-asked": members({ contentIdentifier: text, digestName: oneOf("sha256", "sha384", "sha512"), msgSigDigest: text, signatureDigest: text, sentAt: text }),
  revocation: members({ key: text, kind: oneOf("crl", "ocsp"), octets, fetchedAt: text, nextUpdate: orNull(text) }),
  issuers: members({ url: text, certificates: listOf(octets), fetchedAt: text }),
  intermediates: members({ sha256: text, certificate: octets, addedAt: text }),
  "trust-decisions": members({ sha256: text, certificate: octets, decision: oneOf("trusted", "distrusted"), decidedAt: text }),
  "directory-answers": members({ directory: text, address: text, certificates: Array.isArray, askedAt: text }),
};

/** Every store, in the order in which they are told. */
export const storeNames = Object.keys(forms) as StoreName[];

/** Copies of what lies elsewhere: an unreadable one is fetched again and takes nothing away from anybody. */
export const copies: ReadonlySet<StoreName> = new Set(["issuers", "directory-answers"]);
