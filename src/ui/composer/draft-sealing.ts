import { type Bytes, equal } from "../../base/bytes.ts";
import type { UnsentDraft } from "../../protocol/draft.ts";
import type { DraftContent } from "../../store/drafts.ts";
import type { ComposerContext } from "./context.ts";
import { draftFromBytes, draftToBytes } from "./draft-bytes.ts";
import { unsentOf } from "./unsent.ts";

/** How what is being written becomes what both places keep, and text again. */
export interface DraftSealing {
  /** Something was changed: what was made before is out of date. */
  changed: () => void;
  /** What is kept on this computer. */
  sealed: () => Promise<DraftContent>;
  /** The message that both places keep; with large attachments it is worth making once. */
  toAuthor: (to: readonly Bytes[]) => Promise<Bytes>;
  opened: (id: string) => Promise<UnsentDraft>;
  forget: () => void;
}

export function draftSealing(context: ComposerContext): DraftSealing {
  const { cell, ask, engine, store } = context;
  let own: Promise<Bytes[]> | null = null;
  let changes = 0;
  let made: { state: string; to: readonly Bytes[]; mime: Bytes } | null = null;

  /** One's own certificates to encrypt to. Asked for when writing begins: when a session ends, nobody answers any more. */
  function certificates(): Promise<Bytes[]> {
    own ??= ask("keys.certificates", null)
      .then((all) => all.filter(({ canDecrypt }) => canDecrypt).map(({ certificate }) => certificate))
      .catch((error: unknown) => {
        own = null;
        throw error;
      });
    return own;
  }

  /** What is written and chosen now: while something is waited for, the composer may be emptied. */
  function taken(): { state: string; unsent: UnsentDraft } {
    const { sign, encrypt, receipt, identity } = cell.get();
    return { state: JSON.stringify([changes, sign, encrypt, receipt, identity]), unsent: unsentOf(context) };
  }

  async function toAuthor(to: readonly Bytes[], { state, unsent } = taken()): Promise<Bytes> {
    const fits = made?.state === state && made.to.length === to.length && to.every((each, index) => equal(each, made?.to[index] as Bytes));
    if (made && fits) return made.mime;
    const mime = await engine.sealDraft(unsent, [...to], await store.draftMac());
    made = { state, to, mime };
    return mime;
  }

  return {
    changed: () => {
      if (cell.get().rules.draftsToAuthor) certificates().catch(() => undefined);
      changes++;
    },
    /**
     * It is encrypted to the author, as it is on the server: then a copy of the profile opens it no more than the author's key does,
     * which may be protected, while this computer's own key lies in the profile (docs/decisions/0023-after-logout.md).
     */
    sealed: async () => {
      const now = taken();
      const to = cell.get().rules.draftsToAuthor ? await certificates() : [];
      if (to.length === 0) return { for: "computer", octets: draftToBytes(now.unsent) };
      return { for: "author", mime: await toAuthor(to, now) };
    },
    toAuthor: (to) => toAuthor(to),
    opened: async (id) => {
      const content = await store.openDraft(id);
      if (content.for === "computer") return draftFromBytes(content.octets);
      await context.visibility.whenVisible();
      const { unsent } = await engine.openDraft(content.mime, await store.draftMac());
      await ask("keys.opened", null).catch(() => undefined);
      return unsent;
    },
    forget: () => (made = null),
  };
}
