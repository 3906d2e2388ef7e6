import type { FrameAnswers } from "../../protocol/frame-requests.ts";
import type { Ask } from "../../protocol/requests.ts";
import { mark } from "./mark.ts";

/** What a bound frame knows of itself, and the way to its content script. */
export interface BoundFrame {
  binding: FrameAnswers["frame.redeem"];
  port: MessagePort;
}

/**
 * Redeems the ticket in the address and waits for the one PortOffer that knows the secret.
 * Anybody can embed this page and post to it, so whatever does not carry the secret is ignored, and after the first right
 * offer everything is. Resolves null without a valid ticket: the frame then stays blank (architecture §2).
 * Call it before anything else runs, so that no offer is missed.
 */
export async function bindFrame(ask: Ask<"frame">, here: Window = window): Promise<BoundFrame | null> {
  const ticket = here.location.hash.slice(1);
  // The ticket must not stay in the address, where the session history would keep it.
  here.history.replaceState(null, "", here.location.pathname);
  if (!/^[\w-]{16,64}$/.test(ticket)) return null;
  const offers = listenForOffers(here);
  try {
    const binding = await ask("frame.redeem", { ticket });
    const port = await offers(binding.secret);
    mark("bound");
    return { binding, port };
  } catch {
    return null;
  }
}

/** Collects offers from now on; the returned function resolves with the port of the first that carries `secret`. */
function listenForOffers(here: Window): (secret: string) => Promise<MessagePort> {
  const early: MessageEvent[] = [];
  let take = (event: MessageEvent): void => void early.push(event);
  const listen = (event: MessageEvent): void => {
    if (isOffer(event.data) && event.ports.length === 1) take(event);
  };
  here.addEventListener("message", listen);
  return (secret) =>
    new Promise((resolve) => {
      take = (event) => {
        const port = event.ports[0];
        if (!port || (event.data as { secret: string }).secret !== secret) return;
        here.removeEventListener("message", listen);
        resolve(port);
      };
      for (const event of early.splice(0)) take(event);
    });
}

function isOffer(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  const { mailseal, secret } = data as { mailseal?: unknown; secret?: unknown };
  return mailseal === "port" && typeof secret === "string";
}
