import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Bytes, fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { type MimeEntity, entityBytes } from "../../../src/mime/entity.ts";
import { parseMessage } from "../../../src/mime/parse.ts";
import type { Draft } from "../../../src/protocol/draft.ts";

/** Other people's messages, which are read from beside the checkout and are no part of the project. */
export const corpora = resolve(import.meta.dirname, "../../../../shared/corpora");
export const hasCorpora = existsSync(corpora);
if (!hasCorpora) console.log("skipped: tests that read ../shared/corpora, which is not there");

export function corpusFile(path: string): Bytes {
  return new Uint8Array(readFileSync(join(corpora, path)));
}

export function corpusFiles(folder: string): string[] {
  return readdirSync(join(corpora, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(corpora, path)).isDirectory() ? corpusFiles(path) : [path];
  });
}

/** Octets of text whose lines are joined by CRLF. */
export function mail(...lines: string[]): Bytes {
  return fromLatin1(lines.join("\r\n"));
}

export function parse(...lines: string[]): MimeEntity {
  return parseMessage(mail(...lines));
}

export function textOf(entity: MimeEntity | undefined): string {
  return entity ? latin1(entityBytes(entity)) : "";
}

export function codeThrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SmimeError ? error.code : `not ours: ${String(error)}`;
  }
  return "nothing thrown";
}

/** Numbers below `bound`, the same in each run. */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

export function draft(changes: Partial<Draft> = {}): Draft {
  return {
    from: { name: "Alice", address: "alice@example.org" },
    to: [{ name: "Bob", address: "bob@example.org" }],
    cc: [],
    bcc: [],
    subject: "Lunch",
    text: "Shall we meet?\n",
    attachments: [],
    inReplyTo: null,
    references: [],
    messageId: "1@example.org",
    date: "2026-01-02T03:04:05.000Z",
    ...changes,
  };
}
