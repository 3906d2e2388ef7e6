import { codeOf, SmimeError } from "../base/errors.ts";
import type { InspectedMessage } from "../protocol/message-content.ts";
import type { FrameToWorker, WorkerToFrame } from "../protocol/worker-port.ts";
import { type Inspection, openInspection } from "../smime/inspect.ts";
import { openDraft } from "../smime/open-draft.ts";
import { sealDraft } from "../smime/seal-draft.ts";
import { seal } from "../smime/seal.ts";
import { makeRelay } from "./relay.ts";

// A frame starts one worker, and the worker ends with it: nothing decrypted outlives the frame that shows it.
const scope = self as unknown as {
  postMessage(message: WorkerToFrame, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<FrameToWorker>) => void) | null;
};

const relay = makeRelay((message) => scope.postMessage(message));

/** What the frame shows: its verdict can be asked for again without using a key again. */
let shown: Inspection | null = null;

type Job = Extract<FrameToWorker, { job: string }>;

async function run(job: Job): Promise<void> {
  switch (job.job) {
    case "inspect": {
      const tell = (message: InspectedMessage, final: boolean) => scope.postMessage({ id: job.id, done: "inspect", final, message });
      const { keys, trust, secrets } = relay;
      shown = await openInspection(job.mime, { keys, trust, ...(job.password && { secrets }), onPending: (message) => tell(message, false) });
      tell(await shown.judge(), true);
      return;
    }
    case "judge":
      if (!shown) throw new SmimeError("protocol.malformed");
      scope.postMessage({ id: job.id, done: "inspect", final: true, message: await shown.judge() });
      return;
    case "seal": {
      const onProgress = (progress: number, of: number) => scope.postMessage({ id: job.id, progress, of });
      const envelopes = await seal(job.draft, job.plan, relay.keys, onProgress);
      scope.postMessage({ id: job.id, done: "seal", envelopes }, envelopes.map((envelope) => envelope.mime.buffer));
      return;
    }
    case "seal-draft": {
      const mime = await sealDraft(job.unsent, job.certificates, job.mac);
      scope.postMessage({ id: job.id, done: "seal-draft", mime }, [mime.buffer]);
      return;
    }
    case "open-draft":
      scope.postMessage({ id: job.id, done: "open-draft", found: await openDraft(job.mime, { keys: relay.keys, trust: relay.trust }, job.mac) });
  }
}

scope.onmessage = ({ data }) => {
  if ("relayed" in data) relay.settle(data);
  else run(data).catch((error: unknown) => scope.postMessage({ id: data.id, failed: codeOf(error) }));
};
