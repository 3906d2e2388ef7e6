import { codeOf } from "../base/errors.ts";
import type { Ask } from "../protocol/requests.ts";
import type { MessageRef, SendProgress, SendResult } from "../protocol/webmail.ts";

/**
 * Tells the background a step of an envelope's way, and for a result all steps that it stands for.
 * Throws what the background throws: a step that is refused before sending keeps the message from being sent.
 */
export async function reportProgress(ask: Ask<"content">, send: string, envelope: string, step: SendProgress | SendResult): Promise<void> {
  const say = (state: Reported, { message = null, code = null }: { message?: MessageRef | null; code?: string | null } = {}) =>
    ask("outbox.progress", { send, envelope, state, message, code });

  if ("step" in step) {
    await (step.step === "stored" ? say("stored", { message: step.message }) : say("sending"));
    return;
  }
  for (const [state, rest] of reportsOf(step)) await note(() => say(state, rest));
}

type Reported = "stored" | "sending" | "sent" | "filed" | "failed" | "unknown";

/** The steps that a result stands for. */
function reportsOf(result: SendResult): [Reported, { message?: MessageRef | null; code?: string }][] {
  switch (result.state) {
    case "sent":
      return [["sent", {}], ["filed", { message: result.message }]];
    case "sent-not-filed":
      return [["sent", { code: "send.not-filed" }]];
    case "failed":
      return [["failed", { code: result.code }]];
    case "unknown":
      return [["unknown", { code: "send.unknown" }]];
  }
}

/** How often a result is told to a background that does not answer because it was stopped that moment. */
const TRIES = 3;

/**
 * The server has spoken: what the background cannot note now changes nothing of it. A report whose answer was lost may be
 * made again, because the background refuses a step that was taken already.
 */
async function note(say: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      await say();
      return;
    } catch (error) {
      if (codeOf(error) !== "protocol.unreachable") return;
    }
  }
}
