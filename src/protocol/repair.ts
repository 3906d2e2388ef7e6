import type { Code } from "../base/codes/index.ts";
import type { CertificateFacts } from "./frame-requests.ts";

/** What is wrong with the database, as our pages tell it. */
export interface StoreDamage {
  code: Code;
  /** When all was there, ISO 8601; null if that is not known or does not matter. */
  at: string | null;
  /** What was kept then, and how much of it is there now; null while the database does not open. */
  lost: { store: string; before: number; now: number | null }[];
  /** Records that are passed over. */
  unreadable: { store: string; count: number }[];
}

/** Everything that the section "Repair" shows. */
export interface RepairState {
  damage: StoreDamage | null;
  /** What can be saved. */
  counts: { store: string; readable: number; unreadable: number }[];
  /** Own keys that are there and cannot be saved: they must be had again from where they came. */
  keys: CertificateFacts[];
  /** Where the organisation's people get a key; empty if it does not say. */
  enrolment: string;
}

/** Stores whose records a page saves through the background; sealed drafts and finished messages it reads itself. */
export const savedStores = ["people", "anchors", "intermediates", "trust-decisions", "revocation", "settings", "webmails"] as const;
export type SavedStore = (typeof savedStores)[number];
