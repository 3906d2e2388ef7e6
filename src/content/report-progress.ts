import type { Ask } from "../protocol/requests.ts";
import type { SendProgress, SendResult } from "../protocol/webmail.ts";

/**
 * Tells the background a step of an envelope's way, and for a result all steps that it stands for.
 * Throws what the background throws: a step that is refused before sending keeps the message from being sent.
 */
export async function reportProgress(ask: Ask<"content">, send: string, envelope: string, step: SendProgress | SendResult): Promise<void> {
  const say = (
    state: "stored" | "sending" | "sent" | "filed" | "failed" | "unknown",
    rest: { message?: { account: string; folder: string; id: string }; code?: string } = {},
  ) => ask("outbox.progress", { send, envelope, state, message: rest.message ?? null, code: rest.code ?? null });

  if ("step" in step) {
    await (step.step === "stored" ? say("stored", { message: step.message }) : say("sending"));
    return;
  }
  // The server has spoken: what the background cannot note now changes nothing of it.
  try {
    switch (step.state) {
      case "sent":
        await say("sent");
        await say("filed", step.message ? { message: step.message } : {});
        return;
      case "sent-not-filed":
        await say("sent", { code: "send.not-filed" });
        return;
      case "failed":
        await say("failed", { code: step.code });
        return;
      case "unknown":
        await say("unknown", { code: "send.unknown" });
    }
  } catch {
    return;
  }
}
