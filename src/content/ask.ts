import { isCode } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import type { Ask } from "../protocol/requests.ts";
import { fromWire, toWire } from "../protocol/shape.ts";
import { browser } from "./browser-api.ts";

/** Asks the background as a content script. It never asks again by itself: the one that matters reports sending. */
export const ask: Ask<"content"> = async (name, input) => {
  let reply: { ok?: unknown; output?: unknown; code?: unknown } | undefined;
  try {
    reply = await browser.runtime.sendMessage({ to: "content", name, input: toWire(input) });
  } catch (cause) {
    throw new SmimeError("protocol.unreachable", { cause });
  }
  if (reply?.ok === true) return fromWire(reply.output) as never;
  throw new SmimeError(isCode(reply?.code) ? reply.code : "protocol.unreachable");
};
