import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Closing } from "../../protocol/background-messages.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { ContentPort } from "../frame/content-port.ts";
import { mark } from "../frame/mark.ts";
import type { Engine } from "../frame/engine.ts";
import type { Visibility } from "../frame/visibility.ts";
import type { ToolbarVerdict } from "./toolbar-verdict.ts";
import { messageSentence } from "../sentence/message-sentence.ts";
import { sentenceContext } from "../sentence/context.ts";

/** What the reader shows at a moment. */
export type ReaderState =
  | { step: "loading" }
  /** Something lies over the frame, or fades or distorts it: a person may open the message all the same. */
  | { step: "covered" }
  /** A window of ours asks for the message's password. */
  | { step: "asking" }
  | { step: "stopped" }
  /** The session is over, or somebody locked: nothing of the message is here any more. */
  | { step: "emptied"; why: Closing }
  /** `asked`: a person was asked for its password. */
  | { step: "shown"; message: InspectedMessage; final: boolean; raw: Bytes; asked?: boolean }
  | { step: "failed"; code: Code };

/** How often a frame looks whether it is covered, and says so, in milliseconds: a webmail's own notes come and go. */
const COVERED = 1000;

/** Everything that opening a message needs around it. */
export interface Opening {
  ask: Ask<"frame">;
  content: Pick<ContentPort, "fetchRaw">;
  engine: Pick<Engine, "inspect" | "judge">;
  visibility: Pick<Visibility, "whenVisible" | "covered">;
  /** Says it in the toolbar for as long as the frame can be seen. */
  tell: (verdict: ToolbarVerdict) => void;
  day: (iso: string) => string;
  show: (state: ReaderState) => void;
  /** True once a person pressed "Enter the password". */
  password?: boolean;
  /** Called once the verdict is final. */
  onFinal: (message: InspectedMessage) => void;
}

/**
 * Fetches and opens the frame's message once the frame can be seen, and reports what the background keeps of it: the verdict
 * for the toolbar, the signers that were proved, and that the message opened. Failures become a state with a code.
 */
export async function openMessage(opening: Opening, signal: AbortSignal): Promise<void> {
  const { content, engine, visibility, show, tell, password = false } = opening;
  show({ step: password ? "asking" : "loading" });
  const covered = setInterval(() => {
    if (!visibility.covered()) return;
    clearInterval(covered);
    show({ step: "covered" });
  }, COVERED);
  try {
    // What is fetched is ciphertext, and the page may know that it is; a key is used only for a frame that can be seen.
    const fetched = content.fetchRaw(signal).then((bytes) => {
      mark("fetched");
      return bytes;
    });
    const seen = visibility.whenVisible(signal).then(() => mark("visible"));
    const [raw] = await Promise.all([fetched, seen]);
    signal.throwIfAborted();
    await engine.inspect(raw, (message, final) => {
      clearInterval(covered);
      if (final) mark("final");
      else mark("pending");
      show({ step: "shown", message, final, raw, asked: password });
      report(opening, message, final);
      if (final) opening.onFinal(message);
    }, { password });
  } catch (error) {
    if (signal.aborted) return show({ step: "stopped" });
    const code = codeOf(error);
    show({ step: "failed", code });
    // The popup must not go on showing the message before this one.
    tell({ sentence: "sentence_closed", substitutions: [], author: null, signed: "none", encrypted: "none" });
  } finally {
    clearInterval(covered);
  }
}

/** Asks for the verdict on the message that is shown anew, when more may be known of its signers; it is opened only once. */
export async function judgeAgain(opening: Omit<Opening, "password">, shown: ReaderState): Promise<void> {
  if (shown.step !== "shown") return;
  const message = await opening.engine.judge();
  opening.show({ ...shown, message, final: true });
  report(opening, message, true);
  opening.onFinal(message);
}

/** Tells the background what it needs to know; a failure to tell changes nothing of what is shown. */
function report({ ask, day, tell }: Opening, message: InspectedMessage, final: boolean): void {
  const { summary } = message.status;
  const sentence = messageSentence(message.status, sentenceContext(message.content.headers, day));
  // No longer than `verdict.show` takes: a sender must not be able to have his verdict refused by the length of a name.
  const substitutions = sentence.substitutions.map((text) => text.slice(0, 1000));
  tell({ sentence: sentence.key, substitutions, author: summary.author?.slice(0, 320) ?? null, signed: summary.signed, encrypted: summary.encrypted });
  const told: Promise<unknown>[] = [];
  if (final && summary.encrypted === "decrypted") told.push(ask("keys.opened", null));
  if (final) for (const signer of message.learned) told.push(ask("people.learn", signer));
  for (const one of told) one.catch(() => undefined);
}
