import type { Bytes } from "../../base/bytes.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { Draft, FoundDraft, SealedEnvelope, SealPlan, UnsentDraft } from "../../protocol/draft.ts";
import type { UnwrapRequest } from "../../protocol/key-port.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { PasswordRecipient } from "../../protocol/secret-port.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { Visibility } from "./visibility.ts";
import type { FrameToWorker, WorkerToFrame } from "../../protocol/worker-port.ts";

type Job = FrameToWorker extends infer M ? (M extends { job: string } ? Omit<M, "id"> : never) : never;
type Done = Extract<WorkerToFrame, { done: string }>;
type RelayPort = Extract<WorkerToFrame, { relay: number }>["port"];

/** The part of a Worker that the engine needs, so that a test can stand in for it. */
export type EngineWorker = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/** The engine of one frame: MIME and CMS in a worker, keys and trust asked from the background. */
export interface Engine {
  /** Starts the worker before there is a job for it; it has no authority of its own. */
  warmUp(): void;
  /** Asks ahead, for the next message, what every message needs: the certificates of one's own keys. The frame must be bound. */
  prepare(): void;
  /** Calls `onMessage` once while trust is being asked and once when the verdict is final; resolves then. */
  inspect(mime: Bytes, onMessage: (message: InspectedMessage, final: boolean) => void, options?: InspectOptions): Promise<void>;
  /** Makes the verdict on the message that was inspected last anew, without opening it again. */
  judge(): Promise<InspectedMessage>;
  seal(draft: Draft, plan: SealPlan, onProgress: (done: number, of: number) => void): Promise<SealedEnvelope[]>;
  /** Encrypts a draft to its author; `mac` marks it as written here. */
  sealDraft(unsent: UnsentDraft, certificates: Bytes[], mac: CryptoKey): Promise<Bytes>;
  openDraft(mime: Bytes, mac: CryptoKey): Promise<FoundDraft>;
  /** Ends all work and forgets everything; unfinished jobs reject with an AbortError. The next job starts afresh. */
  stop(): void;
}

export interface InspectOptions {
  /** Whether a person shall be asked for the password of a message that is locked with one. */
  password: boolean;
}

interface Waiting {
  on: (done: Done) => boolean;
  onProgress: (done: number, of: number) => void;
  reject: (error: Error) => void;
}

/** What the engine needs around it. */
export interface EngineSurroundings {
  ask: Ask<"frame">;
  /** What this frame's observer sees: a key is asked for when the frame can be seen, and what is seen then goes along. */
  visibility: Pick<Visibility, "visible" | "whenVisible">;
  start?: () => EngineWorker;
}

/** Makes an engine; its worker starts with the first job. */
export function makeEngine({ ask, visibility, start = () => new Worker("worker.js") }: EngineSurroundings): Engine {
  const waiting = new Map<number, Waiting>();
  let worker: EngineWorker | null = null;
  let certificates: Promise<unknown> | null = null;
  /** Ends with the worker: what still waits to be seen then asks for no key. */
  let life = new AbortController();
  let last = 0;

  function relay(port: RelayPort, input: unknown): Promise<unknown> {
    switch (port) {
      case "keys.certificates": {
        // Answered once from what was asked ahead: for another try there may be another key.
        const ahead = certificates;
        certificates = null;
        return ahead ?? ask(port, null);
      }
      case "keys.unwrap":
        // A page that is still loading covers and moves its parts for moments; the background refuses what is not seen.
        return visibility.whenVisible(life.signal).then(() => ask(port, { request: input as UnwrapRequest, visible: visibility.visible() }));
      case "secrets.unwrap":
        return visibility.whenVisible(life.signal).then(() => ask("secret.unwrap", { recipients: input as PasswordRecipient[], visible: visibility.visible() }));
      case "keys.choose":
      case "keys.sign":
      case "trust.validate":
      case "trust.find":
        return ask(port, input as never);
    }
  }

  function receive(message: WorkerToFrame): void {
    const running = worker;
    if ("relay" in message) {
      relay(message.port, message.input).then(
        (value) => running?.postMessage({ relayed: message.relay, ok: true, value } satisfies FrameToWorker),
        (error: unknown) => running?.postMessage({ relayed: message.relay, ok: false, code: codeOf(error) } satisfies FrameToWorker),
      );
      return;
    }
    const job = waiting.get(message.id);
    if (!job) return;
    if ("progress" in message) return job.onProgress(message.progress, message.of);
    if ("failed" in message) {
      waiting.delete(message.id);
      return job.reject(new SmimeError(message.failed));
    }
    if (job.on(message)) waiting.delete(message.id);
  }

  function run<T>(
    job: Job,
    on: (done: Done, resolve: (value: T) => void) => boolean,
    onProgress: Waiting["onProgress"] = () => undefined,
  ): Promise<T> {
    const id = ++last;
    worker ??= launch();
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { on: (done) => on(done, resolve), onProgress, reject });
      worker?.postMessage({ ...job, id });
    });
  }

  function launch(): EngineWorker {
    const started = start();
    started.onmessage = (event: MessageEvent<WorkerToFrame>) => receive(event.data);
    started.onerror = () => end(new SmimeError("internal.unexpected"));
    return started;
  }

  function end(error: Error): void {
    worker?.terminate();
    worker = null;
    certificates = null;
    life.abort(error);
    life = new AbortController();
    for (const job of waiting.values()) job.reject(error);
    waiting.clear();
  }

  return {
    warmUp() {
      worker ??= launch();
    },
    prepare() {
      certificates = ask("keys.certificates", null);
      certificates.catch(() => undefined);
    },
    inspect: (mime, onMessage, { password } = { password: false }) =>
      run<void>({ job: "inspect", mime, password }, (done, resolve) => {
        if (done.done !== "inspect") return false;
        onMessage(done.message, done.final);
        if (done.final) resolve();
        return done.final;
      }),
    judge: () =>
      run<InspectedMessage>({ job: "judge" }, (done, resolve) => {
        if (done.done === "inspect") resolve(done.message);
        return true;
      }),
    seal: (draft, plan, onProgress) =>
      run<SealedEnvelope[]>(
        { job: "seal", draft, plan },
        (done, resolve) => {
          if (done.done === "seal") resolve(done.envelopes);
          return true;
        },
        onProgress,
      ),
    sealDraft: (unsent, certificates, mac) =>
      run<Bytes>({ job: "seal-draft", unsent, certificates, mac }, (done, resolve) => {
        if (done.done === "seal-draft") resolve(done.mime);
        return true;
      }),
    openDraft: (mime, mac) =>
      run<FoundDraft>({ job: "open-draft", mime, mac }, (done, resolve) => {
        if (done.done === "open-draft") resolve(done.found);
        return true;
      }),
    stop: () => end(new DOMException("stopped", "AbortError")),
  };
}
