import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Visibility } from "../frame/visibility.ts";

/** How far adding an author to the webmail's contacts is; `none`: nothing of his is kept to be encrypted to. */
export type ContactStep = "offered" | "adding" | "added" | "exists" | "none" | { problem: Code };

export interface ContactShown {
  address: string;
  step: ContactStep;
}

/** Only whose signature is verified, with a certificate that was kept of it; a part of a message is not its author's word. */
export function contactOffer({ status, learned }: InspectedMessage, final: boolean): ContactShown | null {
  const { signed, author } = status.summary;
  if (!final || signed !== "verified" || author === null || author.length > 320 || learned.length === 0) return null;
  return { address: author, step: "offered" };
}

/**
 * Adds the author to the webmail's contacts when a person presses for it, and never otherwise: the webmail learns who signed. What is
 * handed over is his address, his name and his certificate.
 */
export async function addContact(
  { ask, content, visibility, show }: { ask: Ask<"frame">; content: Pick<ContentPort, "addContact">; visibility: Pick<Visibility, "steady">; show: (contact: ContactShown) => void },
  { address, step }: ContactShown,
  pressed: { isTrusted: boolean },
): Promise<void> {
  if (!pressed.isTrusted || (step !== "offered" && typeof step === "string")) return;
  const say = (next: ContactStep): void => show({ address, step: next });
  if (visibility.steady() === false) return say({ problem: "send.not-visible" });
  say("adding");
  try {
    const card = await ask("people.card", { address });
    say(card === null ? "none" : await content.addContact(address, card));
  } catch (error) {
    say({ problem: codeOf(error) });
  }
}
