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

/** Reads an entry of `WebmailOrigins`: an origin, and after a space the adapter's name; null if nobody can say what was meant. */
export function readWebmailPlace(entry: string): WebmailPlace | null {
  const { origin, name, more } = parts(entry);
  if (!isOrigin(origin) || more.length > 0) return null;
  if (name === null || name === "none") return { origin, adapter: name };
  const adapter = ADAPTERS.find((each) => each === name);
  return adapter === undefined ? null : { origin, adapter };
}

/** Names adapters that do not exist; other entries that cannot be read are named as in every list. */
export function adapterRemarks(value: unknown): Remark[] {
  if (!Array.isArray(value)) return [];
  const list: unknown[] = value;
  return list.flatMap((entry) => (typeof entry === "string" && readWebmailPlace(entry) === null && isOrigin(parts(entry).origin) ? [{ code: "policy.unknown-adapter" as const, detail: (parts(entry).name ?? "").slice(0, 60) }] : [])).slice(0, 20);
}

function parts(entry: string): { origin: string; name: string | null; more: string[] } {
  const [origin = "", name, ...more] = entry.trim().split(/\s+/);
  return { origin, name: name?.toLowerCase() ?? null, more };
}
