import { SmimeError } from "../base/errors.ts";
import type { DocumentName } from "./authority.ts";
import type { SessionTable } from "./session-table.ts";
import type { FramePurpose } from "./tickets.ts";

/** A frame of ours that redeemed its ticket. It lives as long as its document: reloading makes a document without one. */
export interface Binding {
  purpose: FramePurpose;
  secret: string;
  /** The frame's own number in the tab. */
  frame: number;
  /** Private-key operations that this frame's message has used. */
  unwraps: number;
  /** Passwords that a person was asked for, for this frame's message. */
  attempts: number;
  /** Whether the frame said that its message opened: only then its operations do not count as failures. */
  opened: boolean;
  /** Name of the key that its message waits for, because it is locked. */
  waitsFor?: string;
}

export interface Bindings {
  bind(name: DocumentName, purpose: FramePurpose, secret: string): Promise<void>;
  /** The binding of a frame. Throws `protocol.ticket` for a frame that was never bound. */
  of(name: DocumentName): Promise<Binding>;
  change<R>(name: DocumentName, change: (binding: Binding) => R): Promise<R>;
  /** Forgets the frames of a tab that was closed. */
  forgetTab(tab: number): Promise<void>;
  /** The readers whose messages wait for one of these keys. */
  waiting(ids: readonly string[]): Promise<{ tab: number; frame: number }[]>;
  /** The opener documents of a tab's bound composers. */
  openers(tab: number): Promise<FramePurpose[]>;
}

const rowName = (name: { tab: number; document: string }) => `${name.tab} ${name.document}`;

function found(rows: Record<string, Binding>, name: DocumentName): Binding {
  const key = rowName(name);
  const binding = Object.hasOwn(rows, key) ? rows[key] : undefined;
  if (!binding || binding.frame !== name.frame) throw new SmimeError("protocol.ticket");
  return binding;
}

export function bindings(table: SessionTable<Binding>): Bindings {
  return {
    bind: (name, purpose, secret) =>
      table.change((rows) => {
        // A document that is bound already got what it was opened for.
        if (Object.hasOwn(rows, rowName(name))) throw new SmimeError("protocol.ticket");
        rows[rowName(name)] = { purpose, secret, frame: name.frame, unwraps: 0, attempts: 0, opened: false };
      }),
    of: async (name) => found(await table.read(), name),
    change: (name, change) => table.change((rows) => change(found(rows, name))),
    forgetTab: (tab) =>
      table.change((rows) => {
        for (const [key, binding] of Object.entries(rows)) if (binding.purpose.tab === tab) delete rows[key];
      }),
    waiting: async (ids) =>
      Object.values(await table.read()).flatMap(({ purpose, frame, waitsFor }) => (purpose.kind === "reader" && waitsFor !== undefined && ids.includes(waitsFor) ? [{ tab: purpose.tab, frame }] : [])),
    openers: async (tab) =>
      Object.values(await table.read())
        .map((binding) => binding.purpose)
        .filter((purpose) => purpose.tab === tab && purpose.kind === "composer"),
  };
}
