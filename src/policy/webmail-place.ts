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
 * Words that cannot be read forbid it, as they may have been meant to; for `none` and them a path behind the origin does no harm.
 */
export function readWebmailPlace(entry: string): WebmailPlace | null {
  const { origin, name, more } = parts(entry);
  const named = more.length === 0 ? ADAPTERS.find((each) => each === name) : undefined;
  if (named === undefined && (name !== null || more.length > 0)) {
    const meant = originIn(origin);
    return meant === null ? null : { origin: meant, adapter: "none" };
  }
  return isOrigin(origin) ? { origin, adapter: named ?? null } : null;
}

/** Names adapters that do not exist; other entries that cannot be read are named as in every list. */
export function adapterRemarks(value: unknown): Remark[] {
  if (!Array.isArray(value)) return [];
  const list: unknown[] = value;
  return list.flatMap((entry) => (typeof entry === "string" && forbidsUnasked(entry) ? [{ code: "policy.unknown-adapter" as const, detail: entry.trim().slice(0, 60) }] : [])).slice(0, 20);
}

function forbidsUnasked(entry: string): boolean {
  const { name, more } = parts(entry);
  return readWebmailPlace(entry)?.adapter === "none" && (name !== "none" || more.length > 0);
}

function originIn(address: string): string | null {
  const { origin } = URL.canParse(address) ? new URL(address) : { origin: "" };
  return isOrigin(origin) ? origin : null;
}

function parts(entry: string): { origin: string; name: string | null; more: string[] } {
  const [origin = "", name, ...more] = entry.trim().split(/\s+/);
  return { origin, name: name?.toLowerCase() ?? null, more };
}
