import { type Bytes, concat, copy } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG } from "../pki/der-reader.ts";

/** What a server may send in answer to one search. */
export interface AnswerLimits {
  /** Octets, everything together. */
  octets: number;
  entries: number;
}

export interface LdapMessages {
  /** Takes octets as they come; answers the messages that are whole by now. */
  push(octets: Uint8Array): Bytes[];
  /** How many octets of a next message are there. */
  held(): number;
}

/** LDAPMessage's choices that a client of ours can get (RFC 4511 §4.2.2, §4.5.2, §4.12). */
const OP = { bind: 0x61, entry: 0x64, done: 0x65, reference: 0x73, extended: 0x78 } as const;
const ENUMERATED = 0x0a;
const SIZE_LIMIT_EXCEEDED = 4;

function refuse(): never {
  throw new SmimeError("directory.protocol");
}

/**
 * Cuts what a server sends into LDAPMessages and holds each to its structure before the library reads it: the library looks for
 * the end of a value where its length says, and does not come back when that lies outside. Whole messages, handed on one by one,
 * also spare it joining them out of pieces. Controls were not asked for and are left out; referrals pass and are not followed.
 * Throws `directory.protocol`, `directory.too-many`.
 */
export function ldapMessages(limits: AnswerLimits): LdapMessages {
  let pieces: Bytes[] = [];
  let held = 0;
  let [octetsLeft, entriesLeft] = [limits.octets, limits.entries];
  let wanted: number | null = null;
  const whole = (): Bytes => {
    if (pieces.length !== 1) pieces = [concat(...pieces)];
    return pieces[0] as Bytes;
  };
  return {
    held: () => held,
    push(octets) {
      octetsLeft -= octets.length;
      if (octetsLeft < 0) throw new SmimeError("directory.too-many");
      pieces.push(copy(octets));
      held += octets.length;
      const messages: Bytes[] = [];
      for (;;) {
        if (wanted === null && held >= 2) wanted = lengthOf(whole(), limits.octets);
        if (wanted === null || held < wanted) return messages;
        const all = whole();
        const { op, code, message } = checked(all.subarray(0, wanted));
        // The library takes a search that was cut short for a success where a limit was asked for.
        if ((op === OP.entry && --entriesLeft < 0) || (op === OP.done && code === SIZE_LIMIT_EXCEEDED)) throw new SmimeError("directory.too-many");
        messages.push(message);
        pieces = [all.subarray(wanted)];
        held -= wanted;
        wanted = null;
      }
    },
  };
}

/** Octets of the element that begins here, header included; null while the header is not whole. Lengths are definite (RFC 4511 §5.1). */
function lengthOf(start: Uint8Array, most: number): number | null {
  const first = start[1] as number;
  if (start[0] !== TAG.sequence || first === 0x80 || first > 0x84) refuse();
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (start.length < 2 + count) return null;
  const length = start.subarray(2, 2 + count).reduce((sum, octet) => sum * 256 + octet, 0);
  if (length > most) throw new SmimeError("directory.too-many");
  return 2 + count + length;
}

function checked(octets: Bytes): { op: number; code: number | null; message: Bytes } {
  try {
    const fields = new DerReader(new DerReader(octets, "ber").next(TAG.sequence).content, "ber");
    const id = fields.next(TAG.integer);
    if (id.content.length < 1 || id.content.length > 4) refuse();
    const op = fields.next();
    const code = checkOperation(op.tag, new DerReader(op.content, "ber"));
    return { op: op.tag, code, message: concat(sequenceHead(id.raw.length + op.raw.length), id.raw, op.raw) };
  } catch {
    return refuse();
  }
}

/** Answers the result code of an operation that has one. */
function checkOperation(tag: number, fields: DerReader): number | null {
  switch (tag) {
    case OP.entry: {
      fields.next(TAG.octetString);
      for (const attribute of new DerReader(fields.next(TAG.sequence).content, "ber").rest()) {
        if (attribute.tag !== TAG.sequence) refuse();
        const parts = new DerReader(attribute.content, "ber");
        parts.next(TAG.octetString);
        const values = parts.next(TAG.set);
        if (parts.rest().length > 0) refuse();
        for (const value of new DerReader(values.content, "ber").rest()) if (value.tag !== TAG.octetString) refuse();
      }
      if (fields.rest().length > 0) refuse();
      return null;
    }
    case OP.reference:
      for (const place of fields.rest()) if (place.tag !== TAG.octetString) refuse();
      return null;
    case OP.bind:
    case OP.done:
    case OP.extended: {
      const [code, ...more] = fields.next(ENUMERATED).content;
      if (code === undefined || more.length > 0) refuse();
      fields.next(TAG.octetString);
      fields.next(TAG.octetString);
      fields.rest();
      return code;
    }
    default:
      return refuse();
  }
}

function sequenceHead(length: number): Uint8Array {
  const head = new Uint8Array(6);
  head.set([TAG.sequence, 0x84]);
  new DataView(head.buffer).setUint32(2, length);
  return head;
}

/** The result code of an answer that is one message, such as that to StartTLS (RFC 4511 §4.1.9). */
export function resultCodeOf(message: Bytes): number {
  try {
    const fields = new DerReader(new DerReader(message, "ber").next(TAG.sequence).content, "ber");
    fields.next(TAG.integer);
    return new DerReader(fields.next(OP.extended).content, "ber").next(ENUMERATED).content[0] ?? refuse();
  } catch {
    return refuse();
  }
}
