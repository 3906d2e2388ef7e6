import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import { hasContent } from "./compose-draft.ts";
import type { ComposerContext } from "./context.ts";
import type { DraftKeeper } from "./drafts.ts";
import { takeOriginal } from "./original.ts";

/** Has the key that signs for an address unlocked in a window of ours; answers whether it was. */
export async function unlockToSign({ ask, visibility }: Pick<ComposerContext, "ask"> & { visibility: Pick<ComposerContext["visibility"], "visible"> }, from: string): Promise<boolean> {
  return (await ask("keys.unlock", { use: "sign", from, visible: visibility.visible() })).unlocked;
}

/** Whether a failure to open what this composer begins with is a matter of unlocking: then it is said with the way on. */
export function waitsForKey({ cell }: Pick<ComposerContext, "cell">, code: Code): boolean {
  if (code !== "keys.locked") return false;
  cell.set({ notice: { about: "original-failed", code } });
  return true;
}

/**
 * Has the key unlocked that the message which is answered, or the draft that is opened, waits for, and opens it then. What was typed
 * meanwhile stays: before what is quoted, or as a draft of its own.
 */
export async function unlockOriginal(context: ComposerContext, drafts: DraftKeeper): Promise<void> {
  const { cell, ask, visibility, text, binding } = context;
  try {
    if (!(await ask("keys.unlock", { use: "read", message: null, visible: visibility.visible() })).unlocked) return;
    const typed = hasContent(context);
    if (typed && (binding.window?.draft || binding.mode === "draft")) await setAside(context, drafts);
    cell.set({ notice: null });
    if (binding.window?.draft) return await drafts.takeOver(binding.window.draft);
    if (binding.mode === "draft") return await drafts.openFromServer();
    const before = typed ? (text.current?.html() ?? "") : "";
    await takeOriginal(context);
    if (before !== "") text.current?.setHtml(before + (text.current.html() ?? ""));
  } catch (error) {
    if (!waitsForKey(context, codeOf(error))) cell.set({ problem: { code: codeOf(error) } });
  }
}

/** Makes what was typed a draft of its own. Throws `store.unavailable` where it cannot be kept: then nothing takes its place. */
async function setAside(context: ComposerContext, drafts: DraftKeeper): Promise<void> {
  if (!(await drafts.keepNow())) throw new SmimeError("store.unavailable");
  context.draftId = context.newId();
}

/** Goes on with the draft that was left behind, and has the key unlocked first that opens it. */
export async function restoreDraft({ cell, ask, visibility }: ComposerContext, drafts: DraftKeeper): Promise<void> {
  try {
    await drafts.restore().catch(async (error: unknown) => {
      if (codeOf(error) !== "keys.locked") throw error;
      if ((await ask("keys.unlock", { use: "read", message: null, visible: visibility.visible() })).unlocked) await drafts.restore();
    });
  } catch (error) {
    cell.set({ problem: { code: codeOf(error) } });
  }
}
