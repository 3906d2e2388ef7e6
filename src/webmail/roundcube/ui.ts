import type { Controls, MessageRef, Slot, UiEvent, WebmailUi } from "../../protocol/webmail.ts";
import { composerSlot, mountComposer } from "./composer-slot.ts";
import { placeControls, redirected, type Wanted } from "./controls.ts";
import { readPage } from "./detect.ts";
import { discardNativeDraft, nativeDraft } from "./native-composer.ts";
import { mountReader, readerSlot } from "./reader-slot.ts";
import { currentMessage, hasSmime, openedDraft, shownMessage } from "./shown-message.ts";
import { placeUnfinishedNotice } from "./unfinished-notice.ts";

/** Roundcube 1.4 and later in its Elastic and Larry skins: list, preview pane, message page and composer. */
export function roundcubeUi(document: Document): WebmailUi {
  const listeners = new Set<(event: UiEvent) => void>();
  let controls: Controls | null = null;

  const tell = (event: UiEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const inFrame = document.defaultView !== document.defaultView?.top;
  const isComposer = (): boolean => document.querySelector("form[name=form] #composebody") !== null;

  function wanted(want: Wanted): void {
    if (want.type === "setup") return tell({ type: "setup-wanted" });
    if (want.type === "native") return tell({ type: "compose-wanted", mode: "new", message: null, native: nativeDraft(document) });
    const message: MessageRef | null = want.mode === "new" ? null : currentMessage(document);
    if (want.mode === "new" || message) tell({ type: "compose-wanted", mode: want.mode, message, native: null });
  }

  function place(): void {
    if (!controls || inFrame) return;
    placeControls(document, controls, isComposer() ? "compose" : "other", wanted);
    placeUnfinishedNotice(document, controls, () => tell({ type: "unfinished-wanted" }));
  }

  /** Places controls as soon as the parser has brought what they belong to, before it is painted, so that nothing moves. */
  function placeWhileLoading(): void {
    place();
    if (document.readyState !== "loading") return;
    const observer = new MutationObserver(place);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      observer.disconnect();
      place();
    }, { once: true });
  }

  function clicked(event: Event): void {
    const want = controls && event.isTrusted ? redirected(event.target, controls) : null;
    if (!want) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wanted(want);
  }

  function look(): void {
    const page = readPage(document);
    if (!page) return;
    if (page.kind === "login") return tell({ type: "signed-out" });
    if (page.account) tell({ type: "account-changed", account: page.account });
    const message = shownMessage(page);
    const slot = message && hasSmime(document, page) ? readerSlot(document) : null;
    if (message && slot) tell({ type: "message-shown", message, slot, draft: message.folder === page.env.drafts });
    const draft = openedDraft(page);
    if (draft) tell({ type: "draft-opened", message: draft });
  }

  return {
    id: "roundcube",
    detect(document) {
      const page = readPage(document);
      return page && page.kind !== "login" ? { account: page.account } : null;
    },
    observe(on) {
      listeners.add(on);
      const view = document.defaultView;
      view?.addEventListener("click", clicked, true);
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look, { once: true });
      else queueMicrotask(look);
      return () => {
        listeners.delete(on);
        view?.removeEventListener("click", clicked, true);
        document.removeEventListener("DOMContentLoaded", look);
      };
    },
    control(next) {
      const first = controls === null;
      controls = next;
      if (first) placeWhileLoading();
      else place();
    },
    mount: (slot: Slot, frame) => (slot.kind === "reader" ? mountReader(slot, frame) : mountComposer(slot, frame)),
    composerSlot: () => composerSlot(document),
    leaveNativeComposer() {
      const folder = readPage(document)?.env.drafts ?? "INBOX";
      if (isComposer()) document.location.assign(`?_task=mail&_mbox=${encodeURIComponent(folder)}`);
    },
    discardNativeDraft: (handle) => Promise.resolve(discardNativeDraft(document, handle)),
  };
}
