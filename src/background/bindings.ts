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
  /** Names of the own keys that its message could be opened with, where they are several: whichever is unlocked first will do. */
  named?: readonly string[];
  /** Only of a window: the webmail's session that it belonged to has ended, and no page serves it until one of the same account does. */
  detached?: true;
}

/** Where a bound frame is: its own tab, which of a composer's window is not the webmail's. */
export interface Place {
  tab: number;
  frame: number;
}

const placeOf = ([key, { frame }]: [string, Binding]): Place => ({ tab: Number(key.split(" ")[0]), frame });

export interface Bindings {
  bind(name: DocumentName, purpose: FramePurpose, secret: string): Promise<void>;
  /** The binding of a frame. Throws `protocol.ticket` for a frame that was never bound. */
  of(name: DocumentName): Promise<Binding>;
  has(name: { tab: number; document: string }): Promise<boolean>;
  change<R>(name: DocumentName, change: (binding: Binding) => R): Promise<R>;
  /** Forgets the frames of a tab that was closed, and a window in it. Windows that write for its webmail stay: what is in them is not lost. */
  forgetTab(tab: number): Promise<void>;
  /** Forgets the frames of which `which` says so, and answers where they are. A window is not forgotten before it closes; it uses no key any more. */
  forget(which: (purpose: FramePurpose) => boolean): Promise<Place[]>;
  /** Where all bound frames are. */
  places(): Promise<Place[]>;
  /** The readers whose messages wait for one of these keys. */
  waiting(ids: readonly string[]): Promise<{ tab: number; frame: number }[]>;
  /** How many windows write for a webmail. */
  windowsOf(origin: string): Promise<number>;
  /** Another document of the same webmail and account serves a window from now on. */
  reattach(name: DocumentName, opener: Pick<FramePurpose, "tab" | "opener" | "openerFrame">, secret: string): Promise<void>;
  /** The readers whose message has not opened. */
  unopened(): Promise<{ tab: number; frame: number }[]>;
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
    has: async (name) => Object.hasOwn(await table.read(), rowName(name)),
    change: (name, change) => table.change((rows) => change(found(rows, name))),
    forgetTab: (tab) => table.change((rows) => forget(rows, (key, { purpose }) => key.startsWith(`${tab} `) || (!purpose.window && purpose.tab === tab))),
    windowsOf: async (origin) => Object.values(await table.read()).filter(({ purpose }) => purpose.window && purpose.origin === origin).length,
    reattach: (name, opener, secret) =>
      table.change((rows) => {
        const binding = found(rows, name);
        binding.purpose = { ...binding.purpose, ...opener };
        binding.secret = secret;
        delete binding.detached;
      }),
    forget: (which) =>
      table.change((rows) => {
        const gone = Object.entries(rows).filter(([, { purpose }]) => which(purpose));
        for (const [key, binding] of gone) {
          if (binding.purpose.window) binding.detached = true;
          else delete rows[key];
        }
        return gone.map(placeOf);
      }),
    places: async () => Object.entries(await table.read()).map(placeOf),
    waiting: async (ids) =>
      Object.values(await table.read()).flatMap(({ purpose, frame, waitsFor, named = [] }) => (purpose.kind === "reader" && waitsFor !== undefined && [waitsFor, ...named].some((id) => ids.includes(id)) ? [{ tab: purpose.tab, frame }] : [])),
    unopened: async () => Object.values(await table.read()).flatMap(({ purpose, frame, opened }) => (purpose.kind === "reader" && !opened ? [{ tab: purpose.tab, frame }] : [])),
  };
}

function forget(rows: Record<string, Binding>, which: (key: string, binding: Binding) => boolean): void {
  for (const [key, binding] of Object.entries(rows)) if (which(key, binding)) delete rows[key];
}
