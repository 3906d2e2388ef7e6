import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { SendProgress, SendResult, TransportEnvelope } from "../../protocol/webmail.ts";
import { bounce, type BounceAnswer } from "./bounce.ts";
import { findBySource } from "./find-by-source.ts";
import { fileCopy, quietly } from "./find-sent.ts";
import { importMessage } from "./import.ts";
import { remove, removeStored } from "./remove.ts";
import type { Session } from "./session.ts";

/** How often a server's wish to wait is granted for one envelope, and how often evidence is looked for. */
const MAX_TRIES = 3;

export interface SendContext {
  session: Session;
  account: string;
  wait: (ms: number) => Promise<void>;
}

/**
 * Sends one envelope: the finished message goes into Drafts, is found again, and is resent to the envelope's recipients
 * with Sent as the target. Roundcube files that copy only after the SMTP server accepted, so where the answer is lost the
 * copy's presence proves sending, and its absence leaves `unknown` (never sent again by itself).
 */
export async function send(
  { session, account, wait }: SendContext,
  mime: Bytes,
  envelope: TransportEnvelope,
  onProgress: (progress: SendProgress) => Promise<void>,
): Promise<SendResult> {
  let drafts = "";
  let draft = "";
  let sent: string | null;
  try {
    ({ drafts, sent } = await session.folders());
    const before = envelope.storedBefore ? await findBySource(session, drafts, mime, null) : null;
    draft = before ?? (await storeAndFind(session, drafts, mime));
    await onProgress({ step: "stored", message: { account, folder: drafts, id: draft } });
    await onProgress({ step: "sending" });
  } catch (error) {
    if (draft !== "") await quietly(remove(session, drafts, draft));
    return failed(codeOf(error), "");
  }

  const target = { identity: envelope.identity, recipients: envelope.recipients, disclosed: envelope.disclosed, storeTarget: sent ?? "" };
  let answer: BounceAnswer | null = null;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      answer = await bounce(session, drafts, draft, target);
    } catch (error) {
      if (error instanceof SmimeError && error.code === "webmail.signed-out") return failed(error.code, "");
      answer = null;
    }
    if (!answer || answer.accepted || answer.reason !== "too-quickly") break;
    await wait(answer.wait * 1000);
  }
  if (answer && !answer.accepted) {
    await quietly(remove(session, drafts, draft));
    return failed(answer.reason === "disabled" ? "webmail.bounce-disabled" : "send.refused", answer.detail);
  }

  const copy = sent === null ? null : await evidence({ session, wait }, sent, mime, envelope.recipients, answer === null ? MAX_TRIES : 1);
  if (!answer && !copy) return { state: "unknown" };
  // By octets: a browser repeats a request by itself whose connection broke, and then the import happened twice.
  await quietly(removeStored(session, mime));
  return copy && sent !== null ? fileCopy({ session, account }, sent, copy, envelope) : { state: "sent-not-filed" };
}

/** Stores a message and answers its UID; an import whose answer was lost may have happened all the same. */
export async function storeAndFind(session: Session, folder: string, mime: Bytes): Promise<string> {
  let lost: unknown = null;
  try {
    await importMessage(session, folder, mime);
  } catch (error) {
    if (!(error instanceof SmimeError && error.code === "webmail.unreachable")) throw error;
    lost = error;
  }
  const uid = await findBySource(session, folder, mime, null);
  if (uid === null) throw lost instanceof Error ? lost : new SmimeError("webmail.answer-unknown");
  return uid;
}

async function evidence(
  { session, wait }: Pick<SendContext, "session" | "wait">,
  sent: string,
  mime: Bytes,
  recipients: readonly string[],
  tries: number,
): Promise<string | null> {
  for (let i = 0; i < tries; i++) {
    if (i > 0) await wait(2000 * i);
    const uid = await findBySource(session, sent, mime, recipients).catch(() => null);
    if (uid !== null) return uid;
  }
  return null;
}

function failed(code: Code, detail: string): SendResult {
  return { state: "failed", code, detail };
}
