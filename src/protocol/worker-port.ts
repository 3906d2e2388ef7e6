import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Draft, FoundDraft, SealedEnvelope, SealPlan, UnsentDraft } from "./draft.ts";
import type { InspectedMessage } from "./message-content.ts";

/**
 * Between a frame and its engine worker. The worker has no extension API, so its ports are relayed:
 * it sends `relay`, the frame asks the background and answers with `relayed`.
 */
export type FrameToWorker =
  /** With `password`, a message that is locked with one is opened with it: a person is asked through the frame. */
  | { id: number; job: "inspect"; mime: Bytes; password: boolean }
  /** The verdict on the message that was inspected last, made anew; answers as `inspect` does in the end. */
  | { id: number; job: "judge" }
  | { id: number; job: "seal"; draft: Draft; plan: SealPlan }
  /** `mac` is this computer's HMAC key, by which it knows its own drafts again. */
  | { id: number; job: "seal-draft"; unsent: UnsentDraft; certificates: Bytes[]; mac: CryptoKey }
  | { id: number; job: "open-draft"; mime: Bytes; mac: CryptoKey }
  | { relayed: number; ok: true; value: unknown }
  | { relayed: number; ok: false; code: Code };

export type WorkerToFrame =
  /** An `inspect` answers twice: with `final: false` while trust is being asked, then with `final: true`. */
  | { id: number; done: "inspect"; final: boolean; message: InspectedMessage }
  | { id: number; done: "seal"; envelopes: SealedEnvelope[] }
  | { id: number; done: "seal-draft"; mime: Bytes }
  | { id: number; done: "open-draft"; found: FoundDraft }
  | { id: number; progress: number; of: number }
  | { id: number; failed: Code }
  | { relay: number; port: "keys.certificates" | "keys.choose" | "keys.unwrap" | "keys.sign" | "secrets.unwrap" | "trust.validate" | "trust.find"; input: unknown };
