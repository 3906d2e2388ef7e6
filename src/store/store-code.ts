import type { Code } from "../base/codes/index.ts";

/**
 * Names by which browsers say that what lies on the disk cannot be read (Indexed Database API 3.0 §3 "Exceptions"): Chromium
 * `UnknownError`, `DataError`, `NotReadableError` and `NotFoundError` for the file of a large value, Firefox `UnknownError`.
 */
const DAMAGED: ReadonlySet<string> = new Set(["UnknownError", "DataError", "DataCloneError", "NotReadableError", "NotFoundError"]);

const nameOf = (cause: unknown): string => (cause instanceof DOMException ? cause.name : "");

/** The stable code of what the browser's database threw. */
export function storeCode(cause: unknown): Code {
  const name = nameOf(cause);
  // §4.3: the version asked for is lower than that of the database.
  if (name === "VersionError") return "store.newer";
  if (name === "QuotaExceededError") return "store.full";
  return DAMAGED.has(name) ? "store.damaged" : "store.unavailable";
}

/** Whether one record could not be read while the database itself answers. */
export const isDamaged = (cause: unknown): boolean => DAMAGED.has(nameOf(cause));
