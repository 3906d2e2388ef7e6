import { POPUP_QUESTION } from "../../protocol/background-messages.ts";
import type { InspectedMessage, ShownHeaders } from "../../protocol/message-content.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { NamedMessage } from "../../protocol/shapes.ts";
import type { Visibility } from "../frame/visibility.ts";

/** Whom the bar and the popup name: the validated name only where the header is proved, else what From says; null if it says nobody. */
export function shownAuthor(status: MessageStatus, headers: ShownHeaders, sentenceKey: string): { name: string | null; address: string } | null {
  if (sentenceKey === "sentence_careful_from" && headers.outerFrom) return { name: null, address: headers.outerFrom };
  if (status.summary.author !== null && headers.protected) {
    const signer = status.layers.flatMap((layer) => layer.signers ?? []).find(({ code }) => code === "ok");
    return { name: signer?.name ?? null, address: status.summary.author };
  }
  return headers.from === null ? null : { name: headers.fromName, address: headers.from };
}

/** The message as the popup names it, shortened to what a popup can show and `popup.tell` takes: a sender must not be able to have it refused. */
export function nameOf({ status, content: { headers } }: InspectedMessage, sentenceKey: string): NamedMessage {
  const author = shownAuthor(status, headers, sentenceKey);
  const from = author && { name: author.name?.slice(0, 1000) ?? null, address: author.address.slice(0, 320) };
  return { from, subject: headers.subject?.slice(0, 2000) ?? null, date: headers.date };
}

/** What is used of `runtime.onConnect`. */
interface Connecting {
  addListener: (listener: (port: { name: string; disconnect: () => void }) => void) => void;
}

/**
 * Answers the popup's question for this reader's message, for as long as it can be seen: the toolbar must not vouch for a
 * text that the page draws in its place. The answer goes to the background, which knows whom it asked, and to nobody else.
 */
export function answerPopup(connecting: Connecting, ask: Ask<"frame">, visibility: Pick<Visibility, "unobstructed">, shown: () => NamedMessage | null): void {
  connecting.addListener((port) => {
    if (!port.name.startsWith(POPUP_QUESTION)) return;
    port.disconnect();
    const message = visibility.unobstructed() ? shown() : null;
    ask("popup.tell", { question: port.name.slice(POPUP_QUESTION.length), message }).catch(() => undefined);
  });
}
