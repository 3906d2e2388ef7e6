import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Draft, SealedEnvelope, SealPlan } from "./draft.ts";
import type { InspectedMessage } from "./message-content.ts";

/**
 * Between a frame and its engine worker. The worker has no extension API, so its `KeyPort` and `TrustPort` are relayed:
 * it sends `relay`, the frame asks the background and answers with `relayed`.
 */
export type FrameToWorker =
  | { id: number; job: "inspect"; mime: Bytes }
  | { id: number; job: "seal"; draft: Draft; plan: SealPlan }
  | { id: number; job: "seal-draft"; draft: Draft; certificates: Bytes[] }
  | { relayed: number; ok: true; value: unknown }
  | { relayed: number; ok: false; code: Code };

export type WorkerToFrame =
  /** An `inspect` answers twice: with `final: false` while trust is being asked, then with `final: true`. */
  | { id: number; done: "inspect"; final: boolean; message: InspectedMessage }
  | { id: number; done: "seal"; envelopes: SealedEnvelope[] }
  | { id: number; done: "seal-draft"; mime: Bytes }
  | { id: number; progress: number; of: number }
  | { id: number; failed: Code }
  | { relay: number; port: "keys.certificates" | "keys.unwrap" | "keys.sign" | "trust.validate" | "trust.find"; input: unknown };
