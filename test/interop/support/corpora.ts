import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bytes } from "../../../src/base/bytes.ts";

/** Where they lie. */
export const corpora = resolve(import.meta.dirname, "../../../../shared/corpora");

/** Whether other people's test data lies beside the checkout. Tests that need it are skipped without it, and say so. */
export const haveCorpora = existsSync(corpora);
if (!haveCorpora) console.warn("skipped: tests over ../shared/corpora, which is not there");

/** Reads a file of the corpora. */
export function corpusFile(...path: string[]): Bytes {
  return new Uint8Array(readFileSync(join(corpora, ...path)));
}

/** Reads a corpus's expectations; an empty list without the corpora. */
export function corpusExpectations<T>(folder: string): T[] {
  if (!haveCorpora) return [];
  return (JSON.parse(readFileSync(join(corpora, folder, "expected.json"), "utf8")) as { messages: T[] }).messages;
}
