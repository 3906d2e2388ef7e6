import browser from "webextension-polyfill";
import { isCode } from "../../base/codes/index.ts";
import { SmimeError } from "../../base/errors.ts";
import type { Ask, ReplyEnvelope, SenderKind } from "../../protocol/requests.ts";
import { patternKindOf } from "../../protocol/origin-pattern.ts";
import { fromWire, toWire } from "../../protocol/shape.ts";

/** Requests that change nothing, so that asking again after a dead event page is harmless; never one that signs or sends. */
const reads: ReadonlySet<string> = new Set([
  "keys.certificates",
  "keys.choose",
  "trust.validate",
  "trust.find",
  "people.search",
  "people.lookup",
  "outbox.state",
  "composer.state",
  "hints.pending",
  "state",
  "organisation",
  "verdict.current",
  "certificates.lists",
  "certificates.details",
  "certificates.card",
  "keys.state",
]);

/** Asks the background as a bound frame. */
export const askAsFrame: Ask<"frame"> = asker("frame");

/** Asks the background as one of our own top-level pages. */
export const askAsPage: Ask<"page"> = asker("page", pageWire);

/**
 * Firefox clones messages: what a security key answered goes as octets, which both sides overwrite. Chromium makes JSON of them, and a
 * string of octets (docs/decisions/0025).
 */
function pageWire(input: unknown): unknown {
  return patternKindOf(browser.runtime.getURL("")) === "firefox" ? input : toWire(input);
}

function asker<K extends SenderKind>(to: K, wire = toWire): Ask<K> {
  return async (name, input) => {
    const envelope = { to, name, input: wire(input) };
    const reply = await send(envelope, reads.has(name));
    if (!reply.ok) throw new SmimeError(reply.code);
    return fromWire(reply.output) as never;
  };
}

async function send(envelope: object, again: boolean): Promise<ReplyEnvelope> {
  let reply: unknown;
  try {
    reply = await browser.runtime.sendMessage(envelope);
  } catch {
    reply = undefined;
  }
  if (isReply(reply)) return reply;
  if (again) return send(envelope, false);
  throw new SmimeError("protocol.unreachable");
}

function isReply(value: unknown): value is ReplyEnvelope {
  if (typeof value !== "object" || value === null) return false;
  const { ok, code } = value as { ok?: unknown; code?: unknown };
  return ok === true || (ok === false && isCode(code));
}
