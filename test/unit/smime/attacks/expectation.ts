import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../../src/base/bytes.ts";
import type { Code } from "../../../../src/base/codes/index.ts";
import type { InspectedMessage } from "../../../../src/protocol/message-content.ts";
import { bobReads } from "./stage.ts";

/** What Bob may be told of a message. */
export interface Expectation {
  /** The proved author's address; null if there must be none. */
  author: string | null;
  signed: "verified" | "unverified" | "none";
  encrypted: "decrypted" | "failed" | "none";
  /** The address shown as sender, if the case is about it. */
  from?: string | null;
  /** Codes that must be among the problems. */
  problems?: Code[];
  /** Something the body must hold, and the form that it must have. */
  text?: string;
  /** True if HTML may be handed out; otherwise a body must be text alone. */
  html?: true;
  /** Protected parts: where, signed, encrypted. */
  parts?: [where: string, signed: string, encrypted: string][];
  /** What must appear in no field, body or attachment of the message or its parts. */
  never?: string;
  /** Anything else. */
  also?: (seen: InspectedMessage) => void;
}

/** One attack: its name, the message, and what must come of it. */
export type Attack = [name: string, make: () => Promise<Bytes> | Bytes, expected: Expectation];

/** Runs a class of attacks through `inspect`. */
export function attacks(title: string, cases: Attack[]): void {
  describe(title, () => {
    it.each(cases)("%s", async (_name, make, expected) => {
      const seen = await bobReads(await make());
      const { status, content } = seen;
      expect({ ...status.summary, problems: status.problems }).toMatchObject({ signed: expected.signed, encrypted: expected.encrypted, author: expected.author, pending: false });
      for (const code of expected.problems ?? []) expect(status.problems).toContain(code);
      if (expected.from !== undefined) expect(content.headers.from).toBe(expected.from);
      if (expected.text !== undefined) expect(`${content.body.text ?? ""}${content.body.html ?? ""}`).toContain(expected.text);
      if (expected.html !== true) expect(content.body.html).toBeUndefined();
      expect(status.parts.map((part) => [part.where, part.status.summary.signed, part.status.summary.encrypted])).toEqual(expected.parts ?? []);
      if (expected.never !== undefined) expect(everything(seen)).not.toContain(expected.never);
      // Whoever is not verified teaches the address book nothing (CP-02).
      if (expected.author === null) expect(seen.learned).toEqual([]);
      expected.also?.(seen);
    });
  });
}

/** All text that a surface could take from a message: what is shown, quoted, forwarded, saved or searched. */
function everything({ content }: InspectedMessage): string {
  return JSON.stringify(content, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value));
}
