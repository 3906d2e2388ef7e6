import type { InspectedMessage } from "../../protocol/message-content.ts";
import { composeDraft, hasContent } from "./compose-draft.ts";
import type { ComposerContext } from "./context.ts";
import { setPeople } from "./people.ts";

/** Milliseconds without a change of the text after which it is saved. */
const QUIET = 3000;

/** Saves what is being written on this computer, encrypted to its author (architecture §6); without a certificate it cannot. */
export interface DraftKeeper {
  /** Something changed: save soon. */
  touch: () => void;
  /** Saves at once; tells whether what is written is now safe to leave. */
  flush: () => Promise<boolean>;
  /** Offers the draft that was left behind, if there is one. */
  offer: () => Promise<void>;
  restore: () => Promise<void>;
  discard: () => Promise<void>;
  stop: () => void;
}

export function makeDraftKeeper(context: ComposerContext): DraftKeeper {
  const { cell, ask, engine, store, now } = context;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let changed = false;
  let stopped = false;
  let offered: Awaited<ReturnType<typeof store.lastDraft>> = null;

  async function save(): Promise<boolean> {
    if (stopped || !hasContent(context)) return true;
    if (!changed) return cell.get().savedAt !== null;
    changed = false;
    try {
      const own = (await ask("keys.certificates", null)).filter(({ canDecrypt }) => canDecrypt);
      if (own.length === 0) return false;
      const sealed = await engine.sealDraft(composeDraft(context), own.map(({ certificate }) => certificate));
      // A message that was sent meanwhile leaves no draft behind.
      if (stopped) return true;
      const savedAt = now();
      await store.saveDraft(context.draftId, sealed, savedAt);
      cell.set({ savedAt });
      return true;
    } catch {
      changed = true;
      return false;
    }
  }

  const keeper: DraftKeeper = {
    touch: () => {
      changed = true;
      if (timer !== null) clearTimeout(timer);
      if (!stopped) timer = setTimeout(() => void save(), QUIET);
    },
    flush: () => {
      if (timer !== null) clearTimeout(timer);
      return save();
    },
    offer: async () => {
      offered = await store.lastDraft().catch(() => null);
      if (offered && cell.get().notice === null) cell.set({ notice: { about: "draft-found", savedAt: offered.savedAt } });
    },
    restore: async () => {
      if (!offered) return;
      const { id: found, sealed } = offered;
      let message: InspectedMessage | null = null;
      await engine.inspect(sealed, (opened) => (message = opened));
      if (!message || (message as InspectedMessage).status.summary.encrypted !== "decrypted") return;
      context.draftId = found;
      fill(context, message);
    },
    discard: async () => {
      keeper.stop();
      await store.removeDraft(context.draftId).catch(() => undefined);
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
  return keeper;
}

function fill(context: ComposerContext, { content }: InspectedMessage): void {
  const { cell, text, html, newId } = context;
  const { headers, body, attachments } = content;
  cell.set({
    subject: headers.subject ?? "",
    inReplyTo: headers.inReplyTo[0] ?? null,
    references: headers.references,
    notice: null,
    files: attachments.filter(({ contentId }) => contentId === null).map(({ name, type, bytes }) => ({
      id: newId(),
      name,
      type,
      size: bytes.length,
      read: bytes.length,
      bytes,
      contentId: null,
      fromOriginal: false,
    })),
  });
  setPeople(context, "to", headers.to.map((person) => ({ ...person, valid: true })));
  setPeople(context, "cc", headers.cc.map((person) => ({ ...person, valid: true })));
  if (body.html !== undefined) text.current?.setHtml(html.clean(body.html));
  else text.current?.setHtml((body.text ?? "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\r?\n/g, "<br>"));
}
