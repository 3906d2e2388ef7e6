import type { FieldProtection } from "../protocol/message-content.ts";
import { parseAddressList, sameAddress } from "./addresses.ts";
import { asciiLower } from "./ascii.ts";
import { decodeBody } from "./decode.ts";
import { type HeaderField, type MimeEntity, fields } from "./entity.ts";
import { parseMessage } from "./parse.ts";
import { smimeKind } from "./smime-part.ts";

export type HeaderProtectionMode = "rfc9788" | "rfc8551-wrapped" | "protected-headers-draft" | "none";

export interface HeaderProtection {
  mode: HeaderProtectionMode;
  /** The fields to show and to act on: the protected set, or the delivered ones if there is none (HP-02, HP-06). */
  headers: HeaderField[];
  /** The entity to render. */
  body: MimeEntity;
  /** The fields that the author of an encrypted message put outside; null where nothing can be called confidential. */
  outside: OutsideField[] | null;
  /** State of each shown field by its name in lower case; the weakest of several. What holds if the signature is valid. */
  fields: Record<string, FieldProtection>;
  /** Address of the delivered From; null if there is not exactly one. */
  outerFrom: string | null;
  /** True if the protected From and the delivered one are not both one and the same address (FR-01, FR-03). */
  fromMismatch: boolean;
}

/** A field by what it says, wherever it was written. */
export type OutsideField = Pick<HeaderField, "name" | "value">;

export interface EnvelopeFacts {
  /** The cryptographic envelope holds an encryption layer. */
  encrypted: boolean;
  /** The envelope holds a signature layer; whether it is valid is for others to say. */
  signed: boolean;
}

/** Content-*, MIME-Version and what belongs to the mechanism itself are not fields of the message (RFC 9787 §1.1.1). */
const STRUCTURAL = /^(content-.*|mime-version|hp-outer)$/;

/**
 * Finds the protected header fields of a message (RFC 9788 §4; HP-01 to HP-07).
 * `payload` is the entity inside all layers, `outer` the message as delivered. States are computed from the payload alone
 * for RFC 9788; the two older schemes carry no record of the outer fields, so theirs rest on the delivered ones (§4.10.2).
 */
export function readHeaderProtection(payload: MimeEntity, outer: MimeEntity, facts: EnvelopeFacts): HeaderProtection {
  const outerFields = outer.headers.filter((each) => !isStructural(each));
  if (facts.encrypted || facts.signed) {
    const hp = hpParameter(payload);
    if (hp) return result("rfc9788", payload, payload, outer, facts, facts.encrypted && hp === "cipher" ? hpOuter(payload) : null);
    const inferred = facts.encrypted ? outerFields : null;
    const wrapped = wrappedMessage(payload);
    if (wrapped) return result("rfc8551-wrapped", wrapped, wrapped, outer, facts, inferred);
    if (isDraftProtected(payload)) return result("protected-headers-draft", payload, withoutDraftDisplay(payload), outer, facts, inferred);
  }
  return result("none", outer, payload, outer, { encrypted: false, signed: false }, null);
}

function result(
  mode: HeaderProtectionMode,
  from: MimeEntity,
  body: MimeEntity,
  outer: MimeEntity,
  facts: EnvelopeFacts,
  outside: OutsideField[] | null,
): HeaderProtection {
  const state = stateOf(facts, outside && keysOf(outside));
  const headers = from.headers.filter((each) => !isStructural(each));
  const states: Record<string, FieldProtection> = {};
  for (const each of headers) {
    const name = asciiLower(each.name);
    const old = Object.hasOwn(states, name) ? states[name] : undefined;
    states[name] = old === undefined ? state(each) : weaker(old, state(each));
  }
  const outerFrom = onlyAddress(outer);
  const innerFrom = onlyAddress(from);
  const fromMismatch = innerFrom === null || outerFrom === null || !sameAddress(innerFrom, outerFrom);
  return { mode, headers, body, outside, fields: states, outerFrom, fromMismatch };
}

function isStructural(field: HeaderField): boolean {
  return STRUCTURAL.test(asciiLower(field.name));
}

function hpParameter(payload: MimeEntity): "clear" | "cipher" | null {
  const value = payload.parameters.get("hp");
  return value === "clear" || value === "cipher" ? value : null;
}

/**
 * RFC 9788 §4.3.1. `refouter` holds what the author put outside; null if nothing may be called confidential, because the
 * message is not encrypted or its author did not say `cipher` (HP-04).
 */
function stateOf(facts: EnvelopeFacts, refouter: Set<string> | null): (field: HeaderField) => FieldProtection {
  return (field) => {
    if (refouter && !refouter.has(keyOf(field.name, field.value))) return facts.signed ? "both" : "encrypted";
    return facts.signed ? "signed" : "unprotected";
  };
}

const STRENGTH: FieldProtection[] = ["unprotected", "signed", "encrypted", "both"];

function weaker(a: FieldProtection, b: FieldProtection): FieldProtection {
  return STRENGTH.indexOf(a) < STRENGTH.indexOf(b) ? a : b;
}

/** A field as name and value to compare; folding may have changed white space on the way. */
function keyOf(name: string, value: string): string {
  return `${asciiLower(name)}:${value.replace(/[ \t]+/g, " ").trim()}`;
}

function keysOf(list: OutsideField[]): Set<string> {
  return new Set(list.map((each) => keyOf(each.name, each.value)));
}

/** HeaderSetsFromMessage's outer set (RFC 9788 §4.2.1). */
function hpOuter(payload: MimeEntity): OutsideField[] {
  return fields(payload, "HP-Outer").flatMap(({ value }) => {
    const colon = value.indexOf(":");
    return colon > 0 ? [{ name: value.slice(0, colon).trim(), value: value.slice(colon + 1) }] : [];
  });
}

/** The message within an RFC8551HP payload, if all tests of RFC 9788 §4.10.1 hold (HP-07). */
function wrappedMessage(payload: MimeEntity): MimeEntity | null {
  if (payload.type !== "message/rfc822" || payload.parameters.has("hp")) return null;
  let inner: MimeEntity;
  try {
    inner = parseMessage(decodeBody(payload));
  } catch {
    return null;
  }
  return smimeKind(inner) === null && !inner.parameters.has("hp") ? inner : null;
}

/** `protected-headers="v1"` of draft-autocrypt-lamps-protected-headers, which some programs still send. */
function isDraftProtected(entity: MimeEntity): boolean {
  return entity.parameters.get("protected-headers") === "v1";
}

/** That draft repeats hidden fields in a part of its own before the real body. */
function withoutDraftDisplay(payload: MimeEntity): MimeEntity {
  const [display, body, ...more] = payload.children;
  if (payload.type !== "multipart/mixed" || !display || !body || more.length > 0) return payload;
  const isDisplay = display.type === "text/plain" || display.type === "text/rfc822-headers";
  return isDisplay && isDraftProtected(display) ? body : payload;
}

function onlyAddress(entity: MimeEntity): string | null {
  const found = fields(entity, "From").flatMap((each) => parseAddressList(each.value));
  return found.length === 1 ? (found[0] as { address: string }).address : null;
}
