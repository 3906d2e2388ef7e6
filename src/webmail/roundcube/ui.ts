import type { Controls, MessageRef, Slot, UiEvent, WebmailUi } from "../../protocol/webmail.ts";
import { composerSlot, mountComposer } from "./composer-slot.ts";
import { placeControls, redirected, type Wanted } from "./controls.ts";
import { readPage, schemeOf } from "./detect.ts";
import { mailtoDraft } from "./mailto.ts";
import { discardNativeDraft, nativeDraft } from "./native-composer.ts";
import { mountReader, readerSlot } from "./reader-slot.ts";
import { currentMessage, expectedMessage, hasSmime, messageUrl, openedDraft, shownMessage } from "./shown-message.ts";
import { placeUnfinishedNotice } from "./unfinished-notice.ts";

/** Roundcube 1.4 and later in its Elastic and Larry skins: list, preview pane, message page and composer. */
export function roundcubeUi(document: Document): WebmailUi {
  const listeners = new Set<(event: UiEvent) => void>();
  let controls: Controls | null = null;

  const tell = (event: UiEvent): void => {
    for (const listener of listeners) listener(event);
  };
  let early = false;
  const inFrame = document.defaultView !== document.defaultView?.top;
  const isComposer = (): boolean => document.querySelector("form[name=form] #composebody") !== null;

  function wanted(want: Wanted): void {
    if (want.type === "setup") return tell({ type: "setup-wanted" });
    if (want.type === "native") return tell({ type: "compose-wanted", mode: "new", message: null, native: nativeDraft(document) });
    if (want.type === "link") return tell({ type: "compose-wanted", mode: "new", message: null, native: mailtoDraft(want.href) });
    const message: MessageRef | null = want.mode === "new" ? null : currentMessage(document);
    if (want.mode === "new" || message) tell({ type: "compose-wanted", mode: want.mode, message, native: null });
  }

  function place(): void {
    if (!controls || inFrame) return;
    placeControls(document, controls, isComposer() ? "compose" : "other", wanted);
    placeUnfinishedNotice(document, controls, () => tell({ type: "unfinished-wanted" }));
  }

  /** Calls back whenever the parser has brought something, and when it is done: before what came is painted. */
  function whileLoading(come: () => void): void {
    come();
    if (document.readyState !== "loading") return;
    const observer = new MutationObserver(come);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      observer.disconnect();
      come();
    }, { once: true });
  }

  function clicked(event: Event): void {
    const want = controls && event.isTrusted ? redirected(event.target, controls) : null;
    if (!want) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wanted(want);
  }

  /** A message is told of as soon as the parser has brought its place: Roundcube's own scripts stand below and take long. */
  function lookWhileLoading(): void {
    if (document.readyState !== "loading") look();
    else if (!early && readerSlot(document)) {
      early = true;
      look();
    }
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
      const schemes = new MutationObserver(() => tell({ type: "scheme-changed" }));
      schemes.observe(document.documentElement, { attributeFilter: ["class"] });
      queueMicrotask(() => {
        const message = expectedMessage(document);
        if (message && document.readyState === "loading") tell({ type: "message-expected", message });
        whileLoading(lookWhileLoading);
      });
      return () => {
        schemes.disconnect();
        listeners.delete(on);
        view?.removeEventListener("click", clicked, true);
      };
    },
    control(next) {
      const first = controls === null;
      controls = next;
      if (first) whileLoading(place);
      else place();
    },
    mount: (slot: Slot, frame) => (slot.kind === "reader" ? mountReader(slot, frame) : mountComposer(slot, frame)),
    composerSlot: () => composerSlot(document),
    scheme: () => schemeOf(document),
    show: ({ folder, id }) => document.location.assign(messageUrl(folder, id)),
    leaveNativeComposer() {
      const folder = readPage(document)?.env.drafts ?? "INBOX";
      if (isComposer()) document.location.assign(`?_task=mail&_mbox=${encodeURIComponent(folder)}`);
    },
    discardNativeDraft: (handle) => Promise.resolve(discardNativeDraft(document, handle)),
  };
}
