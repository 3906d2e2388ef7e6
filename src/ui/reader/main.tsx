import { render } from "preact";
import browser from "webextension-polyfill";
import { hex, randomBytes } from "../../base/bytes.ts";
import type { Hint } from "../../protocol/frame-requests.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import { envelopeMime, putSend, removeSend } from "../../store/outbox.ts";
import { askAsFrame } from "../frame/background.ts";
import { bindFrame } from "../frame/bind-frame.ts";
import { contentPort } from "../frame/content-port.ts";
import { makeEngine } from "../frame/engine.ts";
import { onClosing } from "../frame/on-closing.ts";
import { openHelp } from "../frame/open-help.ts";
import { watchVisibility } from "../frame/visibility.ts";
import { HelpOpener } from "../help/help-link.tsx";
import { formatDay } from "../shared/format.ts";
import { localiseDocument, t } from "../shared/i18n.ts";
import { sentenceContext } from "../sentence/context.ts";
import { messageSentence } from "../sentence/message-sentence.ts";
import { addContact, contactOffer, type ContactShown } from "./contact.ts";
import { waitsForKeys } from "./closed.tsx";
import { answerPopup, nameOf } from "./name-message.ts";
import type { AskedIssuer } from "./check-notice.tsx";
import { judgeAgain, openMessage, type ReaderState } from "./open-message.ts";
import { makeReceipts, type ReceiptShown } from "./receipts.ts";
import { type ReaderActions, ReaderView } from "./reader-view.tsx";
import { toolbarVerdict } from "./toolbar-verdict.ts";
import { whenUnlocked } from "./when-unlocked.ts";

/** Binds this frame, opens its message and keeps it until the frame goes; without a valid ticket nothing is ever drawn. */
async function start(): Promise<void> {
  const binding = bindFrame(askAsFrame);
  // While the ticket is being redeemed, the worker loads and the browser begins to tell whether the frame can be seen.
  const visibility = watchVisibility(document.documentElement);
  const engine = makeEngine({ ask: askAsFrame, visibility });
  engine.warmUp();
  const bound = await binding;
  const root = document.querySelector("#app");
  if (!bound || !root) {
    engine.stop();
    visibility.stop();
    return;
  }
  localiseDocument("reader_title");
  const content = contentPort(bound.port);
  engine.prepare();
  const toolbar = toolbarVerdict(askAsFrame, visibility);
  let work = new AbortController();

  let gone = false;
  let emptied = false;
  let shown: ReaderState = { step: "loading" };
  let hints: Hint[] = [];
  let receipt: ReceiptShown | null = null;
  let askedIssuer: AskedIssuer | null = null;
  let contact: ContactShown | null = null;
  const show = (state: ReaderState): void => {
    // What was under way when the session ended comes to its end unseen.
    if (emptied && state.step !== "emptied") return;
    shown = state;
    if (gone) return;
    render(
      <HelpOpener.Provider value={openHelp}>
        <ReaderView state={state} actions={actions} hints={hints} receipt={receipt} askedIssuer={askedIssuer} contact={contact} draft={bound.binding.mode === "draft"} />
      </HelpOpener.Provider>,
      root,
    );
  };
  // What comes after the message waits for the next one: a text that somebody reads does not move.
  void askAsFrame("hints.pending", null).then((pending) => shown.step === "shown" || (hints = pending)).catch(() => undefined);
  answerPopup(browser.runtime.onConnect, askAsFrame, visibility, () => {
    if (gone || shown.step !== "shown") return null;
    const { message } = shown;
    return nameOf(message, messageSentence(message.status, sentenceContext(message.content.headers, formatDay)).key);
  });
  const newId = (): string => hex(randomBytes(16));
  const receipts = makeReceipts({
    ask: askAsFrame,
    content,
    binding: bound.binding,
    visibility,
    keep: putSend,
    drop: removeSend,
    finished: envelopeMime,
    newId,
    now: () => new Date(),
    onStep: () => undefined,
    words: { subject: t("receipt_subject"), text: (author) => t("receipt_confirm", author) },
    show: (shownReceipt) => {
      receipt = shownReceipt;
      show(shown);
    },
  });
  const showContact = (next: ContactShown | null): void => {
    contact = next;
    show(shown);
  };
  const onFinal = (message: InspectedMessage): void => {
    showContact(contactOffer(message, true));
    void receipts.look(message);
  };
  const opening = { ask: askAsFrame, content, engine, visibility, tell: toolbar.tell, day: formatDay, show, onFinal };
  const askIssuer = async (host: string): Promise<void> => {
    const say = (step: AskedIssuer["step"] | null): void => {
      askedIssuer = step && { host, step };
      show(shown);
    };
    say("asking");
    try {
      await askAsFrame("trust.fetch-issuer", { host });
      await judgeAgain(opening, shown);
      say("nothing");
    } catch {
      // The button is there again.
      say(null);
    }
  };
  const forget = (): void => {
    receipt = null;
    askedIssuer = null;
    contact = null;
  };
  const open = (password = false): void => {
    forget();
    emptied = false;
    work = new AbortController();
    // Stopping ends the worker too: its job rejects, and the message is forgotten there.
    work.signal.addEventListener("abort", () => {
      engine.stop();
      if (password) void askAsFrame("secret.cancel", null).catch(() => undefined);
    });
    void openMessage({ ...opening, password }, work.signal);
  };
  const waitsForKey = (): boolean => !gone && shown.step === "shown" && shown.final && waitsForKeys(shown.message.status);
  // Unlocked by another message or in a page of ours: what waited for it opens by itself.
  whenUnlocked(browser.runtime.onConnect, () => waitsForKey() && open());
  const unlock = async (): Promise<void> => {
    if (shown.step !== "shown") return;
    const { outerFrom, from, date } = shown.message.content.headers;
    const message = { from: (outerFrom ?? from)?.slice(0, 320) ?? null, date: date?.slice(0, 64) ?? null };
    const { unlocked } = await askAsFrame("keys.unlock", { use: "read", message, visible: visibility.visible() });
    if (unlocked && waitsForKey()) open();
  };
  const actions: ReaderActions = {
    compose: (mode) => void content.compose(mode).catch(() => undefined),
    setUp: () => void askAsFrame("window.open", { page: "setup" }).catch(() => undefined),
    allowOpening: () => void askAsFrame("window.open", { page: "options" }).catch(() => undefined),
    openCovered: ({ isTrusted }) => isTrusted && visibility.insist(),
    cancel: () => work.abort(),
    again: () => open(),
    enterPassword: ({ isTrusted }) => isTrusted && open(true),
    unlock: ({ isTrusted }) => void (isTrusted && unlock().catch(() => undefined)),
    print: () => window.print(),
    // Whoever is asked learns that the message is read: no page may press it.
    askIssuer: (host, { isTrusted }) => {
      if (isTrusted && visibility.steady() !== false && askedIssuer?.step !== "asking") void askIssuer(host);
    },
    decide: (stranger, { isTrusted }) => void (isTrusted && askAsFrame("trust.offer", stranger).catch(() => undefined)),
    addContact: (pressed) => contact && void addContact({ ask: askAsFrame, content, visibility, show: showContact }, contact, pressed),
    sendReceipt: (pressed) => void receipts.send(pressed),
    dismissHints: (seen) => {
      hints = hints.filter((hint) => !seen.includes(hint));
      show(shown);
      void askAsFrame("hints.dismiss", { hints: seen }).catch(() => undefined);
    },
  };

  // Nothing of the message stays: not in this document, not in the worker, not in the toolbar.
  onClosing(browser.runtime.onConnect, (why) => {
    emptied = true;
    toolbar.stop();
    work.abort();
    forget();
    show({ step: "emptied", why });
    if (why === "ended") content.close();
  });

  // Everything of the message goes when the frame goes; a page kept for "back" must come back without it.
  window.addEventListener("pagehide", () => {
    gone = true;
    toolbar.stop();
    work.abort();
    render(null, root);
    visibility.stop();
    content.close();
  });
  open();
}

void start();
