import { SmimeError } from "../base/errors.ts";
import type { ContentAnswers } from "../protocol/content-requests.ts";
import { patternKindOf } from "../protocol/origin-pattern.ts";
import type { ColorScheme, ComposeMode, Controls, FrameMode, MailTransport, MessageRef, NativeDraft, Slot, UiEvent, WebmailUi } from "../protocol/webmail.ts";
import type { WebmailAdapter } from "../webmail/adapter.ts";
import { ask } from "./ask.ts";
import { browser } from "./browser-api.ts";
import { confirmedBefore } from "./confirmed-before.ts";
import { fetchAhead } from "./fetch-ahead.ts";
import { hostFrame } from "./frame-host.ts";
import { controlLabels, frameTitle } from "./labels.ts";
import { reportProgress } from "./report-progress.ts";
import { type FrameService, serveFrame } from "./serve-frame.ts";
import { windowServer } from "./serve-windows.ts";
import { ticketAhead } from "./ticket-ahead.ts";

type PageState = ContentAnswers["page.state"];
type Shown = Extract<UiEvent, { type: "message-shown" }>;

/** A webmail's page with our controls and frames in it. */
export interface Page {
  /** Takes over what the background says of this page now. */
  update(state: PageState): void;
  compose(mode: ComposeMode, message: MessageRef | null, native: NativeDraft | null): Promise<void>;
  account(): string;
  /** Has nothing more to do with the page. */
  leave(): void;
  /** Serves a composer's window whose own document is gone, if it writes for this account. */
  serveWindow(question: string): Promise<void>;
}

/** Puts Mailseal into a page of one webmail. `changed` is called when the account became known or another one. */
export function makePage(document: Document, adapter: WebmailAdapter, changed: () => void): Page {
  const ui: WebmailUi = adapter.ui(document);
  const tickets = ticketAhead(ask);
  let state: PageState | null = null;
  let account = "";
  let shown: Shown | null = null;
  /** A draft of ours that the webmail's own composer was opened with, until ours takes its place. */
  let opened: MessageRef | null = null;
  const open: Partial<Record<Slot["kind"], { close: () => void; focus: () => void; draw: (scheme: ColorScheme) => void }>> = {};
  const windows = windowServer(changed);
  /** Frames that wait for their ticket: a second wish for the same place does not make a second frame. */
  const opening = new Set<Slot["kind"]>();

  function controls(): Controls {
    const on = (flags: { sign: boolean; encrypt: boolean } | undefined): boolean => Boolean(flags?.sign || flags?.encrypt);
    // Until the background has spoken, controls are there already, so that nothing moves when it does.
    return {
      state: state && !state.ready ? "setup" : "ready",
      redirect: on(state?.defaults),
      forced: on(state?.forced),
      // While a composer is open, it says itself what became of its message.
      unfinished: Boolean(state?.unfinished) && !open.composer && !opening.has("composer") && windows.open() === 0,
      labels: controlLabels(),
    };
  }

  async function openFrame(slot: Slot, message: MessageRef | null, mode: FrameMode | null, native: NativeDraft | null, instead = false): Promise<void> {
    const kind = slot.kind;
    if (opening.has(kind)) return;
    open[kind]?.close();
    const transport: MailTransport = adapter.transport(document, account);
    opening.add(kind);
    const { place, ticket, secret } = await tickets.take({ kind, account, message, mode, window: null }).finally(() => opening.delete(kind));
    const service = serviceFor(transport, message, native);
    if (place === "window") return windows.expect({ ticket, secret }, { ...service, layout: () => instead && ui.leaveNativeComposer() });
    // A reader wants its message first of all, and what comes is ciphertext that the page could fetch itself.
    const ahead = kind === "reader" && message ? fetchAhead((signal) => transport.fetchRaw(message, signal)) : null;
    const root = browser.runtime.getURL("");
    const frame = hostFrame(document, {
      url: browser.runtime.getURL(`${kind}.html`),
      origin: root.replace(/\/$/, ""),
      ticket,
      secret,
      title: frameTitle(kind),
      scheme: ui.scheme(),
    });
    const unmount = ui.mount(slot, frame.element);
    const stop = serveFrame(frame.port, {
      ...service,
      kind,
      ahead,
      layout: (layout) => (layout === "closed" ? close() : frame.cover(layout === "window")),
      async moveToWindow(draft) {
        const moved = await ask("frame.open", { kind: "composer", account, message, mode, window: { draft } });
        windows.expect(moved, service);
        close();
      },
    });
    const close = (): void => {
      stop();
      unmount();
      delete open[kind];
      // What the composer leaves unsent is from now on told by the page's notice.
      if (kind === "composer") changed();
      if (instead) ui.leaveNativeComposer();
    };
    open[kind] = { close, focus: () => frame.focus(), draw: (scheme) => frame.draw(scheme) };
    if (kind !== "composer") return;
    ui.control(controls());
    frame.focus();
  }

  /** What a composer is served with, wherever it is. */
  function serviceFor(transport: MailTransport, message: MessageRef | null, native: NativeDraft | null): FrameService {
    return {
      kind: "composer",
      message,
      ahead: null,
      native,
      transport,
      discard: (draft) => ui.discardNativeDraft(draft.handle),
      compose: composeFrom,
      show: (sent) => ui.show(sent),
      layout: () => undefined,
      moveToWindow: () => Promise.reject(new SmimeError("protocol.forbidden")),
      progress: (send, envelope, step) => reportProgress(ask, send, envelope, step),
      signedOut,
    };
  }

  async function composeFrom(mode: Exclude<ComposeMode, "new">, message: MessageRef): Promise<void> {
    // A preview pane goes with the next message that is clicked; a composer must not go with it.
    if (document.defaultView?.top === document.defaultView) await compose(mode, message, null);
    else await ask("compose.above", { account, message, mode });
  }

  async function compose(mode: FrameMode, message: MessageRef | null, native: NativeDraft | null): Promise<void> {
    if (state && !state.ready) return void (await ask("setup.open", null));
    // One composer at a time: what is being written is never replaced.
    if (open.composer) return open.composer.focus();
    const slot = ui.composerSlot();
    if (slot) await openFrame(slot, message, mode, native);
  }

  function quietly(work: Promise<unknown>): void {
    work.catch(() => undefined);
  }

  function showMessage(): void {
    // The background refuses a frame where there is no key yet, so that its word on the page need not be waited for.
    if (shown && state?.ready !== false && !open.reader) quietly(openFrame(shown.slot, shown.message, shown.draft ? "draft" : null, null));
  }

  /** Opens our composer over the webmail's own, which shows no more than a file of a draft of ours. */
  function showDraft(): void {
    const slot = opened && state?.ready && !open.composer ? ui.composerSlot() : null;
    if (!slot) return;
    const message = opened;
    opened = null;
    quietly(openFrame(slot, message, "draft", null, true));
  }

  /** The background knows whose session it was, and empties every frame of it, in other tabs too. */
  function signedOut(): void {
    quietly(ask("session.ended", null));
  }

  const view = document.defaultView;
  const left = (): void => quietly(ask("page.left", null));
  if (view?.top === view) view?.addEventListener("pagehide", left);

  const stop = ui.observe((event) => {
    switch (event.type) {
      case "message-expected":
        return tickets.expect(event.message);
      case "scheme-changed":
        for (const frame of Object.values(open)) frame.draw(ui.scheme());
        return;
      case "message-shown":
        shown = event;
        return showMessage();
      case "draft-opened":
        opened = event.message;
        return showDraft();
      case "message-hidden":
        shown = null;
        return open.reader?.close();
      case "compose-wanted":
        return quietly(compose(event.mode, event.message, event.native));
      case "unfinished-wanted":
        return quietly(compose("unfinished", null, null));
      case "setup-wanted":
        return quietly(ask("setup.open", null));
      case "account-changed":
        if (account === event.account) return;
        account = event.account;
        return changed();
      case "signed-out":
        return signedOut();
    }
  });
  // Chromium runs us in the granted origin alone. Firefox may run us in another port of the host, where nothing may be touched
  // before the background has confirmed the origin, now or for an earlier page of the tab.
  if (patternKindOf(browser.runtime.getURL("")) === "chromium" || confirmedBefore(window)) ui.control(controls());

  return {
    account: () => account,
    compose,
    leave() {
      stop();
      view?.removeEventListener("pagehide", left);
      for (const frame of Object.values(open)) frame.close();
    },
    async serveWindow(question) {
      const transport = adapter.transport(document, account);
      const { message, ...window } = await ask("window.serve", { question, account });
      windows.expect(window, serviceFor(transport, message, null));
    },
    update(next) {
      state = next;
      ui.control(controls());
      showMessage();
      showDraft();
    },
  };
}
