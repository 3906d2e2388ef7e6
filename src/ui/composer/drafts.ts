import { codeOf, SmimeError } from "../../base/errors.ts";
import type { MessageRef } from "../../protocol/webmail.ts";
import { hasContent } from "./compose-draft.ts";
import type { ComposerContext, OfferedDraft } from "./context.ts";
import { draftSealing } from "./draft-sealing.ts";
import { keepTrying } from "./keep-trying.ts";
import { fillFrom } from "./unsent.ts";

/** While somebody writes, this often, in milliseconds, it is kept on this computer. */
const KEEP_EVERY = 3000;

/** Sealing large attachments takes long: it may take this part of the time at most, so that writing stays smooth. */
const SHARE = 1 / 20;

/** After so long without a change, in milliseconds, the server gets its copy. */
const IDLE = 30_000;

/** How long the composer that a draft is taken over from may take to go, in milliseconds. */
const HANDED_OVER = 5000;

/** How long the removal of a draft waits for a keeping that is under way, in milliseconds: one that hangs must not leave the server's copy. */
const UNDER_WAY = 5000;

/** How long a discarded draft can be had back, in milliseconds. */
export const UNDO = 10_000;

/**
 * Keeps what is being written (architecture §6): on this computer every few seconds, in the server's Drafts when nothing changes
 * for a while and when the composer closes; in both places encrypted to the author, where he has a certificate for that.
 */
export interface DraftKeeper {
  /** Something changed: save soon. */
  touch: () => void;
  /** Saves on this computer at once; tells whether it is there. */
  keepNow: () => Promise<boolean>;
  /** The same without waiting for what the server is asked, which may be gone; it does wait for a keeping that is under way. */
  keepAtOnce: () => Promise<boolean>;
  /** Saves on the server at once; tells whether it is there. */
  storeNow: () => Promise<boolean>;
  /** Offers the draft that was left behind, if there is one. */
  offer: () => Promise<void>;
  restore: () => Promise<void>;
  /** Goes on with a draft that another composer has just kept and lets go. */
  takeOver: (id: string) => Promise<void>;
  /** Whether something is not kept on this computer yet. */
  hasUnkept: () => boolean;
  /** Opens the message of Drafts that this composer was opened for. */
  openFromServer: () => Promise<void>;
  /** Throws the offered draft away, ten seconds later, unless another composer has it; until then it can be had back. */
  discardOffered: () => Promise<void>;
  undoDiscard: () => void;
  /** Removes what was kept, here and on the server. */
  discard: () => Promise<void>;
  stop: () => void;
}

export function makeDraftKeeper(context: ComposerContext): DraftKeeper {
  const { cell, ask, engine, content, store, now, binding } = context;
  const sealing = draftSealing(context);
  const trying = keepTrying((unkept) => cell.set({ unkept }));
  /** What a composer holds of the server's Drafts while it goes on with a draft there. */
  const copyOf = ({ account, folder, id }: MessageRef): string => JSON.stringify([binding.origin, account, folder, id]);
  let keepTimer: ReturnType<typeof setTimeout> | null = null;
  let idleTimer: ReturnType<typeof setTimeout> | null = null;
  let undoTimer: ReturnType<typeof setTimeout> | null = null;
  /** How long the last keeping took, in milliseconds. */
  let took = 0;
  let unkept = false;
  /** How many keepings are under way: they may take a while, as they encrypt. */
  let keeping = 0;
  /** The last keeping, under way or done. */
  let lastKeeping: Promise<unknown> = Promise.resolve();
  let unstored = false;
  let stopped = false;
  let server: MessageRef | null = null;
  let offered: OfferedDraft | null = null;
  let work: Promise<unknown> = Promise.resolve();

  /** One thing after the other, so that no copy is written behind the back of its removal. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = work.then(step);
    work = turn.catch(() => undefined);
    return turn;
  }

  /** Keeps what is there once a keeping that is under way has ended: until then nobody knows whether that one succeeds. */
  function keep(): Promise<boolean> {
    const next = lastKeeping.then(keepOnce);
    lastKeeping = next;
    return next;
  }

  /** Never throws. */
  async function keepOnce(): Promise<boolean> {
    if (stopped) return true;
    if (!unkept || !hasContent(context)) {
      trying.kept();
      return true;
    }
    unkept = false;
    keeping++;
    trying.begun();
    try {
      const savedAt = now();
      const begun = performance.now();
      await store.saveDraft(context.draftId, await sealing.sealed(), savedAt, server);
      took = performance.now() - begun;
      trying.kept();
      cell.set({ savedAt });
      return true;
    } catch (error) {
      unkept = true;
      trying.failed(codeOf(error));
      // By itself: nobody may change anything any more.
      keepSoon();
      return false;
    } finally {
      keeping--;
    }
  }

  function keepSoon(): void {
    if (stopped) return;
    keepTimer ??= setTimeout(() => {
      keepTimer = null;
      void inTurn(keep);
    }, Math.max(KEEP_EVERY, took / SHARE, trying.wait()));
  }

  async function storeOnServer(): Promise<boolean> {
    if (stopped || !hasContent(context)) return true;
    if (!unstored) return true;
    unstored = false;
    try {
      const own = (await ask("keys.certificates", null)).filter(({ canDecrypt }) => canDecrypt);
      if (own.length === 0) return false;
      // Its octets go with it, and what is kept here stays.
      const mime = (await sealing.toAuthor(own.map(({ certificate }) => certificate))).slice();
      const { maxMessageSize } = await content.fidelity();
      if (maxMessageSize !== null && mime.length > maxMessageSize) return false;
      // What was emptied meanwhile must not take its place, and what was thrown away not come back.
      if (stopped) return false;
      const before = server;
      server = await content.store("drafts", mime);
      void store.hold(copyOf(server));
      unkept = true;
      await keep();
      // Only now: a copy that is older is better than none.
      if (before) await content.remove(before).catch(() => undefined);
      cell.set({ savedAt: now() });
      return true;
    } catch {
      unstored = true;
      return false;
    }
  }

  function clearTimers(): void {
    for (const timer of [keepTimer, idleTimer]) if (timer !== null) clearTimeout(timer);
    keepTimer = idleTimer = null;
  }

  function take({ id, server: copy, savedAt }: OfferedDraft): void {
    context.draftId = id;
    server = copy;
    unkept = unstored = false;
    trying.kept();
    if (copy) void store.hold(copyOf(copy));
    cell.set({ savedAt: new Date(savedAt) });
  }

  function throwAway(): void {
    if (undoTimer === null || !offered) return;
    clearTimeout(undoTimer);
    undoTimer = null;
    const { id } = offered;
    offered = null;
    if (cell.get().notice?.about === "draft-discarded") cell.set({ notice: null });
    void store.removeDraft(id).catch(() => undefined);
  }

  return {
    touch: () => {
      if (stopped) return;
      sealing.changed();
      unkept = unstored = true;
      keepSoon();
      if (idleTimer !== null) clearTimeout(idleTimer);
      idleTimer = setTimeout(() => void inTurn(storeOnServer), IDLE);
    },
    keepNow: () => inTurn(keep),
    keepAtOnce: keep,
    storeNow: () => {
      clearTimers();
      return inTurn(storeOnServer);
    },
    offer: async () => {
      offered = await store.lastDraft().catch(() => null);
      if (offered && cell.get().notice === null) cell.set({ notice: { about: "draft-found", savedAt: offered.savedAt } });
    },
    restore: async () => {
      const found = offered;
      if (!found || !(await store.hold(found.id))) return cell.set({ notice: null });
      const unsent = await sealing.opened(found.id);
      // What was written meanwhile stays a draft of its own.
      if (!(await inTurn(keep))) throw new SmimeError("store.unavailable");
      clearTimers();
      take(found);
      fillFrom(context, unsent);
    },
    takeOver: async (id) => {
      const found = await store.keptDraft(id);
      if (!found || !(await store.hold(id, HANDED_OVER))) throw new SmimeError("store.not-found");
      const unsent = await sealing.opened(id);
      take(found);
      unstored = true;
      fillFrom(context, unsent);
    },
    hasUnkept: () => (unkept || keeping > 0) && !stopped && hasContent(context),
    openFromServer: async () => {
      const { message } = binding;
      if (!message) return;
      const here = await store.draftOnServer(message).catch(() => null);
      // Two composers would each put theirs in the place of the other's.
      if (!(await store.hold(copyOf(message))) || (here && !(await store.hold(here.id)))) throw new SmimeError("store.draft-open");
      // This computer's own state of it is never older.
      if (here) {
        const unsent = await sealing.opened(here.id);
        take(here);
        return fillFrom(context, unsent);
      }
      await context.visibility.whenVisible();
      const { unsent, ours } = await engine.openDraft(await content.fetchRaw(), await store.draftMac());
      await ask("keys.opened", null).catch(() => undefined);
      fillFrom(context, unsent);
      // What others may have put there is neither replaced nor removed by us.
      if (ours) server = message;
    },
    discardOffered: async () => {
      const found = offered;
      if (!found || undoTimer !== null) return;
      // Another composer may have gone on with it since it was offered: then it is that one's.
      if (!(await store.hold(found.id))) {
        offered = null;
        return cell.set({ notice: null });
      }
      if (stopped) return;
      cell.set({ notice: { about: "draft-discarded" } });
      undoTimer = setTimeout(throwAway, UNDO);
    },
    undoDiscard: () => {
      if (undoTimer === null || !offered) return;
      clearTimeout(undoTimer);
      undoTimer = null;
      cell.set({ notice: { about: "draft-found", savedAt: offered.savedAt } });
    },
    discard: async () => {
      stopped = true;
      clearTimers();
      trying.kept();
      const { draftId } = context;
      const remove = async (): Promise<void> => {
        const left = server;
        server = null;
        // Here first: what was sent must not be offered again, however long the webmail takes, or whether it answers at all.
        await store.removeDraft(draftId).catch(() => store.removeDraft(draftId)).catch(() => undefined);
        if (left) await content.remove(left).catch(() => undefined);
      };
      // What is being written, here or there, would be there again after its removal.
      const underWay = Promise.all([work, lastKeeping]).then(() => true);
      if (await Promise.race([underWay, new Promise<boolean>((late) => setTimeout(() => late(false), UNDER_WAY))])) return remove();
      void underWay.then(remove);
      await remove();
    },
    stop: () => {
      stopped = true;
      sealing.forget();
      trying.kept();
      clearTimers();
      throwAway();
    },
  };
}
