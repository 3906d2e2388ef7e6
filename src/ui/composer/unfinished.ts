import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { OutboxEnvelope, OutboxRecord } from "../../protocol/outbox.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Cell } from "../shared/cell.ts";
import type { ComposerStore } from "./context.ts";
import { deliver } from "./deliver.ts";
import { addressKey } from "./recipients.ts";

/** What is shown of messages that were not sent, or of which nobody knows. */
export interface UnfinishedModel {
  /** Null until the background has answered. */
  records: OutboxRecord[] | null;
  /** The one that something is being done about. */
  busy: string | null;
  problem: Code | null;
  /** Sends that were looked for in Sent without being found. */
  looked: string[];
}

export interface UnfinishedActions {
  load: () => void;
  again: (send: string, pressed: { isTrusted: boolean }) => void;
  look: (send: string) => void;
  discard: (send: string, pressed: { isTrusted: boolean }) => void;
  close: () => void;
}

/** What settling an unfinished Send needs. */
export interface Settling {
  ask: Ask<"frame">;
  content: Pick<ContentPort, "send" | "findSent" | "removeStored" | "layout">;
  store: Pick<ComposerStore, "finished">;
}

const unsent = ({ state }: OutboxEnvelope): boolean => state === "prepared" || state === "stored" || state === "failed";

/** Looks in Sent for each envelope of unknown fate, and returns what the background knows then. Sends nothing. */
export async function lookFor({ ask, content, store }: Settling, record: OutboxRecord): Promise<OutboxRecord> {
  const { id: send, identity } = record;
  for (const { id, recipients, visible, state } of record.envelopes) {
    if (state !== "unknown" && state !== "sending") continue;
    await content.findSent({ send, envelope: id, identity, recipients, visible, mime: await store.finished(send, id) });
  }
  return ask("outbox.state", { send });
}

/** Who was not sent to for sure, or perhaps not. */
export function notReached({ envelopes }: OutboxRecord): string[] {
  const reached = new Set(envelopes.filter(({ state }) => state === "sent" || state === "filed").flatMap(({ recipients }) => recipients.map(addressKey)));
  return envelopes.flatMap(({ recipients }) => recipients).filter((address) => !reached.has(addressKey(address)));
}

/** Whether nobody can say of a Send that it did not go out. */
export function isUnknown({ envelopes }: OutboxRecord): boolean {
  return envelopes.some(({ state }) => state === "unknown" || state === "sending");
}

/** The logic behind the list of unfinished messages: each is tried again, looked for, or given up, and only when somebody says so. */
export function makeUnfinished(cell: Cell<UnfinishedModel>, around: Settling): UnfinishedActions {
  const { ask, content, store } = around;
  const reload = async (): Promise<void> => cell.set({ records: await ask("outbox.unfinished", null) });
  const run = async (send: string | null, work: () => Promise<void>): Promise<void> => {
    if (cell.get().busy !== null) return;
    cell.set({ busy: send, problem: null });
    try {
      await work();
      await reload();
    } catch (error) {
      cell.set({ problem: codeOf(error) });
    }
    cell.set({ busy: null });
  };
  return {
    load: () => void run(null, () => Promise.resolve()),
    again: (send, pressed) =>
      void (
        pressed.isTrusted &&
        run(send, async () => {
          const record = await ask("outbox.adopt", { send });
          await deliver({ content, finished: store.finished, onStep: () => undefined }, record, record.envelopes.filter(unsent).map(({ id }) => id));
        })
      ),
    look: (send) =>
      void run(send, async () => {
        const record = await lookFor(around, await ask("outbox.adopt", { send }));
        if (isUnknown(record)) cell.set({ looked: [...cell.get().looked, send] });
      }),
    discard: (send, pressed) =>
      void (
        pressed.isTrusted &&
        run(send, async () => {
          const record = await ask("outbox.adopt", { send });
          // What lies in the webmail's Drafts is ciphertext; that it stays there must not keep the record alive.
          for (const { id } of record.envelopes.filter(unsent)) {
            const mime = await store.finished(send, id).catch(() => null);
            if (mime) await content.removeStored(mime).catch(() => undefined);
          }
          await ask("outbox.discard", { send });
        })
      ),
    close: () => content.layout("closed"),
  };
}
