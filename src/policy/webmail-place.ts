import type { WebmailName } from "../protocol/webmail.ts";
import type { Remark } from "./setting-kinds.ts";
import { isOrigin } from "./setting-values.ts";

/** A webmail that the organisation named. */
export interface WebmailPlace {
  origin: string;
  /** The adapter that works there, whatever the page looks like; `none` forbids the origin, and null leaves it to what the page is. */
  adapter: WebmailName | "none" | null;
}

/** Adapters that can be named: those of `src/webmail/all.ts`, which this room may not import; a test compares them. */
export const ADAPTERS: readonly WebmailName[] = ["roundcube"];

/**
 * Reads an entry of `WebmailOrigins`: an origin, and after a space the adapter's name; null if nobody can say which webmail is meant.
 * Words that cannot be read forbid it, as they may have been meant to; for `none` and them a path behind the origin does no harm,
 * and `none` may be set apart by other marks and the scheme left out.
 */
export function readWebmailPlace(entry: string): WebmailPlace | null {
  const { origin, name, more } = parts(entry);
  const named = more.length === 0 ? ADAPTERS.find((each) => each === name) : undefined;
  if (named !== undefined || (name === null && isPlace(origin))) return isPlace(origin) ? { origin, adapter: named ?? null } : null;
  const meant = forbidden(entry) ?? (name === null ? null : originIn(origin));
  return meant === null ? null : { origin: meant, adapter: "none" };
}

/** Whether an entry takes something away: such an entry counts wherever it stands. */
export const forbidsWebmail = (entry: string): boolean => readWebmailPlace(entry)?.adapter === "none";

/** Names adapters that do not exist; other entries that cannot be read are named as in every list. */
export function adapterRemarks(value: unknown): Remark[] {
  if (!Array.isArray(value)) return [];
  const list: unknown[] = value;
  return list.flatMap((entry) => (typeof entry === "string" && forbidsUnasked(entry) ? [{ code: "policy.unknown-adapter" as const, detail: entry.trim().slice(0, 60) }] : [])).slice(0, 20);
}

function forbidsUnasked(entry: string): boolean {
  const { name, more } = parts(entry);
  return forbidsWebmail(entry) && (name !== "none" || more.length > 0);
}

/** The origin that an entry with the word `none` forbids, as far as it can be read. */
function forbidden(entry: string): string | null {
  const words = entry.trim().split(/[\s,;|=]+/);
  const others = words.filter((word) => word !== "" && word.toLowerCase() !== "none");
  if (!words.some((word) => word.toLowerCase() === "none")) return null;
  for (const word of others) {
    const origin = originIn(word) ?? originIn(`https://${word}`);
    if (origin !== null) return origin;
  }
  return null;
}

function originIn(address: string): string | null {
  const { origin } = URL.canParse(address) ? new URL(address) : { origin: "" };
  return isPlace(origin) ? origin : null;
}

/** An origin whose host a webmail can have: the URL parser takes `mail.example.org,none` and the like for names, too. */
const isPlace = (origin: string): boolean => isOrigin(origin) && /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/.test(origin);

function parts(entry: string): { origin: string; name: string | null; more: string[] } {
  const [origin = "", name, ...more] = entry.trim().split(/\s+/);
  return { origin, name: name?.toLowerCase() ?? null, more };
}
