import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { SignatureForm } from "../protocol/key-port.ts";
import type { SessionTable } from "./session-table.ts";
import { unguessable } from "./tickets.ts";

/** Which certificates go along with a signature besides that of its key. */
export interface Inclusion {
  /** Those between it and the root (CE-05). */
  path: boolean;
  /** The root, base64 of the DER; null leaves it out. */
  root: string | null;
  /** The one that mail to the signer is to be encrypted for, where it is another. */
  encryption: boolean;
}

/** What one Send may do: so many signatures with one key, and these envelopes. */
export interface SendPermission {
  /** The composer's document and tab. */
  document: string;
  tab: number;
  origin: string;
  account: string;
  /** The sender's address. */
  from: string;
  /** The key that was found fit to sign for it, by the name of its identity; null where nothing is signed. */
  signer: string | null;
  /** Whether that key lies on a card, which may be taken out before it signs. */
  onCard?: boolean;
  signatures: number;
  /** Recipients of each envelope, in order. */
  envelopes: string[][];
  protection: { signed: boolean; encrypted: boolean };
  /** How its signatures are written, which no frame chooses. */
  form: SignatureForm;
  /** Which certificates go along with its signatures. */
  inclusion: Inclusion;
  /** What the first signature asks for; null for nothing. The first is the innermost, where such a wish belongs (ES-02). */
  asks: { contentIdentifier: string; to: string } | null;
  /** For a receipt, which was signed already: names the signature that it answers. */
  receipt: string | null;
  /** Whether an outbox record was taken over under this permission. */
  begun: boolean;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** Time to seal 25 MB on a slow machine and a little more, milliseconds. */
const LIFE = 600_000;

export interface SendTickets {
  issue(permission: Omit<SendPermission, "begun" | "expires">): Promise<string>;
  /** What a Send may sign, taking nothing. Throws `send.ticket` if there is no signature left, or another document asks. */
  look(ticket: string, by: { tab: number; document: string }): Promise<SendPermission>;
  /** Takes one signature. Throws `send.ticket` if there is none left, or another document asks. */
  takeSignature(ticket: string, by: { tab: number; document: string }): Promise<SendPermission>;
  /** Begins sending, once. Throws `send.ticket`. */
  begin(ticket: string, by: { tab: number; document: string }): Promise<SendPermission>;
  /** Forgets the permissions of which `which` says so. */
  forget(which: (permission: SendPermission) => boolean): Promise<void>;
}

export function sendTickets(table: SessionTable<SendPermission>, clock: Clock): SendTickets {
  const found = (rows: Record<string, SendPermission>, ticket: string, by: { tab: number; document: string }): SendPermission => {
    const row = Object.hasOwn(rows, ticket) ? rows[ticket] : undefined;
    if (!row || row.expires < clock().getTime() || row.document !== by.document || row.tab !== by.tab) throw new SmimeError("send.ticket");
    return row;
  };
  return {
    issue: (permission) =>
      table.change((rows) => {
        const now = clock().getTime();
        for (const [name, { expires }] of Object.entries(rows)) if (expires < now) delete rows[name];
        const ticket = unguessable();
        rows[ticket] = { ...permission, begun: false, expires: now + LIFE };
        return ticket;
      }),
    look: async (ticket, by) => {
      const row = found(await table.read(), ticket, by);
      if (row.signatures < 1) throw new SmimeError("send.ticket");
      return row;
    },
    takeSignature: (ticket, by) =>
      table.change((rows) => {
        const row = found(rows, ticket, by);
        if (row.signatures < 1) throw new SmimeError("send.ticket");
        const taken = { ...row };
        row.signatures--;
        row.asks = null;
        return taken;
      }),
    begin: (ticket, by) =>
      table.change((rows) => {
        const row = found(rows, ticket, by);
        if (row.begun) throw new SmimeError("send.ticket");
        row.begun = true;
        return { ...row };
      }),
    forget: (which) =>
      table.change((rows) => {
        for (const [name, permission] of Object.entries(rows)) if (which(permission)) delete rows[name];
      }),
  };
}
