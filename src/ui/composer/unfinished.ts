import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { OutboxRecord } from "../../protocol/outbox.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Cell } from "../shared/cell.ts";
import type { ComposerStore } from "./context.ts";
import { deliver } from "./deliver.ts";
import type { Visibility } from "../frame/visibility.ts";
import { isSent, isUnknown, isUnsent } from "./outcome.ts";

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

/** What the list needs besides. */
export interface Listing extends Settling {
  store: Pick<ComposerStore, "finished" | "removeDraft">;
  visibility: Pick<Visibility, "steady">;
}

/** Looks in Sent for each envelope of unknown fate, and returns what the background knows then. Sends nothing. */
export async function lookFor({ ask, content, store }: Settling, record: OutboxRecord): Promise<OutboxRecord> {
  const { id: send, identity } = record;
  for (const { id, recipients, visible, disclosed = visible } of record.envelopes.filter(isUnknown)) {
    await content.findSent({ send, envelope: id, identity, recipients, visible, disclosed, mime: await store.finished(send, id) });
  }
  return ask("outbox.state", { send });
}

/** The logic behind the list of unfinished messages: each is tried again, looked for, or given up, and only when somebody says so. */
export function makeUnfinished(cell: Cell<UnfinishedModel>, around: Listing): UnfinishedActions {
  const { ask, content, store, visibility } = around;
  const reload = async (): Promise<void> => cell.set({ records: await ask("outbox.unfinished", null) });
  /** What was written reached somebody: the draft of it would only be sent to him once more. */
  const settle = async (send: string): Promise<OutboxRecord> => {
    const record = await ask("outbox.state", { send });
    if (record.envelopes.some(isSent)) await store.removeDraft(record.draft);
    return record;
  };
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
          if (visibility.steady() === false) throw new SmimeError("send.not-visible");
          const record = await ask("outbox.adopt", { send });
          await deliver({ content, finished: store.finished, onStep: () => undefined }, record, record.envelopes.filter(isUnsent).map(({ id }) => id));
          await settle(send);
        })
      ),
    look: (send) =>
      void run(send, async () => {
        await lookFor(around, await ask("outbox.adopt", { send }));
        if ((await settle(send)).envelopes.some(isUnknown)) cell.set({ looked: [...cell.get().looked, send] });
      }),
    discard: (send, pressed) =>
      void (
        pressed.isTrusted &&
        run(send, async () => {
          const record = await ask("outbox.adopt", { send });
          // What lies in the webmail's Drafts is ciphertext; that it stays there must not keep the record alive.
          for (const { id } of record.envelopes.filter((envelope) => !isSent(envelope))) {
            const mime = await store.finished(send, id).catch(() => null);
            if (mime) await content.removeStored(mime).catch(() => undefined);
          }
          await ask("outbox.discard", { send });
        })
      ),
    close: () => content.layout("closed"),
  };
}
