import { hex, randomBytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { FrameMode, MessageRef } from "../protocol/webmail.ts";
import type { FramePage } from "./authority.ts";
import type { SessionTable } from "./session-table.ts";

/** What a frame is opened for. */
export interface FramePurpose {
  kind: "reader" | "composer";
  tab: number;
  /** The content script's document that asked. */
  opener: string;
  /** Its frame's number in the tab: 0 for the top document. */
  openerFrame: number;
  /** The webmail's origin, granted when the ticket was made. */
  origin: string;
  account: string;
  message: MessageRef | null;
  mode: FrameMode | null;
  /** Present for a composer in a window of its own, with the kept draft that it goes on with; absent for a frame in the page. */
  window?: { draft: string | null };
}

export interface Ticket {
  purpose: FramePurpose;
  secret: string;
  /** The tab in which it is good; null until the window that it is for is open. */
  goodIn: number | null;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** How long a ticket lives, in milliseconds: time for a frame to load, not for somebody to pass it on. */
export const TICKET_LIFE = 5000;

/** The same for a window, which a busy machine takes long to open; its ticket is in no page's address. */
export const WINDOW_TICKET_LIFE = 30_000;

/** More than this many living tickets of one tab are somebody's trial. */
const MAX_PER_TAB = 16;

/** An unguessable name: 128 bits, lower-case hex. */
export function unguessable(): string {
  return hex(randomBytes(16));
}

export interface Tickets {
  /** @param windows how many windows of this origin may be waited for, for a ticket of one. Throws `protocol.ticket` where there are too many */
  issue(purpose: FramePurpose, windows?: number): Promise<{ ticket: string; secret: string }>;
  /** Uses a ticket up. Throws `protocol.ticket` if it is unknown, used, too old, or of another tab or kind. */
  redeem(ticket: string, by: { tab: number; page: FramePage }): Promise<Ticket>;
  /** Says in which tab the window of a ticket was opened: there alone it is good. */
  openedIn(ticket: string, tab: number): Promise<void>;
  /** Forgets a ticket that nobody can show. */
  withdraw(ticket: string): Promise<void>;
  /** Forgets the living tickets of which `which` says so. */
  forget(which: (purpose: FramePurpose) => boolean): Promise<void>;
}

/** Whether the document that a ticket was for has gone: its frame has another one, which asks now. */
function isReplaced(old: FramePurpose, asking: FramePurpose): boolean {
  return old.tab === asking.tab && old.openerFrame === asking.openerFrame && old.opener !== asking.opener;
}

const pageOf = ({ kind, window }: FramePurpose): FramePage => (window ? "window" : kind);

export function tickets(table: SessionTable<Ticket>, clock: Clock): Tickets {
  return {
    issue: (purpose, windows = Infinity) =>
      table.change((rows) => {
        const now = clock().getTime();
        for (const [name, row] of Object.entries(rows)) if (row.expires < now || isReplaced(row.purpose, purpose)) delete rows[name];
        const living = Object.values(rows).map((row) => row.purpose);
        const expected = purpose.window ? living.filter(({ window, origin }) => window && origin === purpose.origin).length : 0;
        if (living.filter(({ tab }) => tab === purpose.tab).length >= MAX_PER_TAB || (purpose.window && expected >= windows)) {
          throw new SmimeError("protocol.ticket");
        }
        const ticket = unguessable();
        const secret = unguessable();
        const [goodIn, life] = purpose.window ? [null, WINDOW_TICKET_LIFE] : [purpose.tab, TICKET_LIFE];
        rows[ticket] = { purpose, secret, goodIn, expires: now + life };
        return { ticket, secret };
      }),
    redeem: (name, by) =>
      table.change((rows) => {
        const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
        // Whoever shows a ticket wrongly has it: it is gone either way.
        if (row) delete rows[name];
        if (!row || row.expires < clock().getTime() || row.goodIn !== by.tab || pageOf(row.purpose) !== by.page) {
          return null;
        }
        return row;
      }).then((row) => row ?? Promise.reject(new SmimeError("protocol.ticket"))),
    openedIn: (name, tab) =>
      table.change((rows) => {
        const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
        if (row?.purpose.window && row.goodIn === null) row.goodIn = tab;
      }),
    withdraw: (ticket) =>
      table.change((rows) => {
        delete rows[ticket];
      }),
    forget: (which) =>
      table.change((rows) => {
        for (const [name, { purpose }] of Object.entries(rows)) if (which(purpose)) delete rows[name];
      }),
  };
}
