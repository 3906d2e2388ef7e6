import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { SmimeError } from "../base/errors.ts";
import type { KeptAnchor } from "./anchors.ts";
import type { KeptDirectoryAnswer } from "./directory-answers.ts";
import type { KeptDraft } from "./drafts.ts";
import { storeNames } from "./forms.ts";
import type { KeptIdentity } from "./identities.ts";
import type { KeptIntermediate } from "./intermediates.ts";
import type { KeptIssuers } from "./issuers.ts";
import type { KeptEnvelope, KeptSend } from "./outbox.ts";
import type { KeptCertificate } from "./people.ts";
import type { AskedReceipt, SentReceipt } from "./receipts.ts";
import type { KeptRevocation } from "./revocation.ts";
import { storeCode } from "./store-code.ts";
import type { TrustDecision } from "./trust-decisions.ts";
import type { KeptWebmail } from "./webmails.ts";

/** What lies in the browser's database, one object store a kind. Background and frames of ours share it. */
export interface MailsealSchema extends DBSchema {
  identities: { key: string; value: KeptIdentity };
  people: { key: string; value: KeptCertificate; indexes: { "by-address": string } };
  anchors: { key: string; value: KeptAnchor };
  outbox: { key: string; value: KeptSend };
  envelopes: { key: [string, string]; value: KeptEnvelope };
  drafts: { key: string; value: KeptDraft };
  settings: { key: string; value: unknown };
  webmails: { key: string; value: KeptWebmail };
  "receipts-sent": { key: string; value: SentReceipt };
  "receipts-asked": { key: string; value: AskedReceipt };
  revocation: { key: string; value: KeptRevocation };
  issuers: { key: string; value: KeptIssuers };
  intermediates: { key: string; value: KeptIntermediate };
  "trust-decisions": { key: string; value: TrustDecision };
  "directory-answers": { key: [string, string]; value: KeptDirectoryAnswer };
}

export type Database = IDBPDatabase<MailsealSchema>;

export const NAME = "mailseal";

/** Raised by one whenever a store or index is added; `upgrade` then takes an old database there step by step. */
const VERSION = 4;

function upgrade(database: Database, oldVersion: number): void {
  if (oldVersion < 1) {
    database.createObjectStore("identities", { keyPath: "id" });
    database.createObjectStore("people", { keyPath: "sha256" }).createIndex("by-address", "addresses", { multiEntry: true });
    database.createObjectStore("anchors", { keyPath: "sha256" });
    database.createObjectStore("outbox", { keyPath: "record.id" });
    database.createObjectStore("envelopes", { keyPath: ["send", "envelope"] });
    database.createObjectStore("drafts", { keyPath: "id" });
    database.createObjectStore("settings");
    database.createObjectStore("webmails", { keyPath: "origin" });
  }
  if (oldVersion < 2) {
    database.createObjectStore("receipts-sent", { keyPath: "digest" });
    database.createObjectStore("receipts-asked", { keyPath: "contentIdentifier" });
  }
  if (oldVersion < 3) {
    database.createObjectStore("revocation", { keyPath: "key" });
    database.createObjectStore("issuers", { keyPath: "url" });
    database.createObjectStore("trust-decisions", { keyPath: "sha256" });
    database.createObjectStore("directory-answers", { keyPath: ["directory", "address"] });
  }
  if (oldVersion < 4) database.createObjectStore("intermediates", { keyPath: "sha256" });
}

let opened: Promise<Database> | null = null;

/**
 * Opens the database once for this context. Throws `store.unavailable`, for example in a private window of Firefox; `store.newer`
 * where an older version of us was installed over a newer one; `store.upgrade-failed`, `store.incomplete`, `store.damaged`,
 * `store.full`. An upgrade is one transaction: if it fails, all stays as it was. Nothing is deleted, whatever is thrown.
 */
export function database(): Promise<Database> {
  opened ??= open().catch((cause: unknown) => {
    opened = null;
    throw cause;
  });
  return opened;
}

async function open(): Promise<Database> {
  let upgrading = false;
  try {
    const made = await openDB<MailsealSchema>(NAME, VERSION, {
      upgrade(database, oldVersion) {
        upgrading = oldVersion > 0;
        upgrade(database, oldVersion);
      },
      // A newer version of us waits to upgrade: let go, and open again at the next call.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        opened = null;
      },
      terminated: () => {
        opened = null;
      },
    });
    if (storeNames.every((name) => made.objectStoreNames.contains(name))) return made;
    made.close();
  } catch (cause) {
    throw new SmimeError(upgrading ? "store.upgrade-failed" : storeCode(cause), { cause });
  }
  throw new SmimeError("store.incomplete");
}

const forgetters: (() => void)[] = [];

/** Has something forgotten that was read, when the database is deleted. */
export function whenDeleted(forget: () => void): void {
  forgetters.push(forget);
}

/** Tells everybody in this context who keeps something of the database that it is gone. */
export function forgetDatabase(): void {
  for (const forget of forgetters) forget();
}

/** Lets go of the database; the next call opens it again. */
export async function closeDatabase(): Promise<void> {
  const before = opened;
  opened = null;
  (await before?.catch(() => null))?.close();
}
