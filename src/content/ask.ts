import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import type { Ask } from "../protocol/requests.ts";
import { fromWire, toWire } from "../protocol/shape.ts";
import { browser } from "./browser-api.ts";

/** The form of a stable code. */
const FORM = /^[a-z\d]+\.[a-z\d-]+$/;

/** Asks the background as a content script. It never asks again by itself: the one that matters reports sending. */
export const ask: Ask<"content"> = async (name, input) => {
  let reply: { ok?: unknown; output?: unknown; code?: unknown } | undefined;
  try {
    reply = await browser.runtime.sendMessage({ to: "content", name, input: toWire(input) });
  } catch (cause) {
    throw new SmimeError("protocol.unreachable", { cause });
  }
  if (reply?.ok === true) return fromWire(reply.output) as never;
  // The list of codes would be a fifth of what we may put into each page: frames and windows, which show codes, look them up.
  throw new SmimeError(typeof reply?.code === "string" && FORM.test(reply.code) ? (reply.code as Code) : "protocol.unreachable");
};
