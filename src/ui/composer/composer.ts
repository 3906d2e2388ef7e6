import { codeOf, SmimeError } from "../../base/errors.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import { sendNote, showNote } from "./ask-certificate.ts";
import { askCipher } from "./cipher.ts";
import { hasContent } from "./compose-draft.ts";
import type { ComposerContext } from "./context.ts";
import { type DraftKeeper, makeDraftKeeper } from "./drafts.ts";
import { attachFiles, insertPicture, removeFile } from "./files.ts";
import type { Field } from "./model.ts";
import { quote, takeNativeDraft, takeOriginal } from "./original.ts";
import { sentCopy } from "./outcome.ts";
import { addPeople, chooseCertificate, lookAgain, lookAhead, removePeople, searchPeople, setPeople } from "./people.ts";
import type { Recipient } from "./recipients.ts";
import { learnRules } from "./rules.ts";
import { cancelSend, isOnItsWay, lookInSent, send, sendAgain } from "./sending.ts";
import { restoreDraft, unlockOriginal, waitsForKey } from "./unlocking.ts";

/** An event as far as it matters who made it. */
export type Pressed = { isTrusted: boolean };

/** How the author answers "some people have no certificate". */
export type MissingAnswer = "leave-out" | "ask" | "unreadable" | "clear";

/** Everything that the composer's view can ask for. */
export interface ComposerActions {
  add: (field: Field, people: Recipient[]) => void;
  setField: (field: Field, people: Recipient[]) => void;
  /** Shows people whose name or address begins with the words, as soon as any are known and again when more are. */
  search: (words: string, show: (people: AddressEntry[]) => void) => Promise<void>;
  /** An address is being typed. */
  lookAhead: (typed: string) => void;
  /** Uses another one of a person's certificates. */
  chooseCertificate: (address: string, sha256: string) => void;
  cancelSend: () => void;
  show: (field: "cc" | "bcc") => void;
  setSubject: (subject: string) => void;
  setIdentity: (id: string) => void;
  textChanged: () => void;
  setPlain: (plain: boolean) => void;
  attach: (files: File[]) => void;
  insertPicture: (file: File) => void;
  removeFile: (id: string) => void;
  toggleSign: (pressed: Pressed) => void;
  toggleEncrypt: (pressed: Pressed) => void;
  toggleReceipt: () => void;
  /** The details are open: which cipher would be used now, and because of whom. */
  askCipher: () => void;
  send: (pressed: Pressed) => void;
  sendAgain: (pressed: Pressed) => void;
  answerMissing: (answer: MissingAnswer, pressed: Pressed) => void;
  /** Sends although it could not be checked whether somebody's certificate was revoked. */
  sendUnchecked: (pressed: Pressed) => void;
  /** Sends the note that is shown, which asks for certificates. */
  sendNote: (pressed: Pressed) => void;
  /** Encryption off in an answer to encrypted mail: without the quote, or with it. */
  answerUnencrypt: (quoteToo: boolean, pressed: Pressed) => void;
  quoteAnyway: (pressed: Pressed) => void;
  restoreDraft: () => void;
  /** Throws the offered draft away; for ten seconds it can be had back. */
  discardDraft: () => void;
  undoDiscard: () => void;
  /** Back from a failed Send to the text. */
  editAgain: () => void;
  /** Looks whether a message of unknown fate lies in Sent. */
  lookInSent: () => void;
  /** Leaves for the copy in Sent. */
  viewSent: () => void;
  /** Has the key unlocked that the message which is answered, or the draft, waits for. */
  unlockOriginal: (pressed: Pressed) => void;
  dismissNotice: () => void;
  /** Says nothing more, for a week, of a signing certificate that ends. */
  putOffEnding: () => void;
  /** The page where a new key is made. */
  openKeys: () => void;
  dismissProblem: () => void;
  closeQuestion: () => void;
  toggleWindow: () => void;
  /** Moves what is written into a window of its own. */
  moveToWindow: () => void;
  /** In a window: brings the webmail to the front, or opens it again. */
  openWebmail: () => void;
  /** Sends what the page filled in, as its author has looked at it. */
  sendFromPage: (pressed: Pressed) => void;
  /** Leaves; what is written stays as a draft, and where it cannot be kept the author is asked first. */
  close: () => void;
  discard: () => void;
}

/** A composer, for whoever draws it and closes it. */
export interface Composer extends Pick<DraftKeeper, "keepNow" | "keepAtOnce" | "hasUnkept" | "stop"> {
  start: () => Promise<void>;
  actions: ComposerActions;
  lookAgain: () => void;
  /** Whether a message is on its way: whoever closes the composer then leaves people without it. */
  isSending: () => boolean;
}

/** The composer's logic: what its view shows is the context's cell, and everything that happens goes through these actions. */
export function makeComposer(context: ComposerContext): Composer {
  const { cell, ask, content, text, visibility } = context;
  const drafts = makeDraftKeeper(context);
  const patch = cell.set;
  const mayGiveUp = (pressed: Pressed): boolean => {
    if (!pressed.isTrusted) return false;
    if (visibility.steady() !== false) return true;
    patch({ problem: { code: "send.not-visible" } });
    return false;
  };
  const leave = (): void => {
    drafts.stop();
    content.layout("closed");
  };

  const actions: ComposerActions = {
    add: (field, people) => (addPeople(context, field, people), drafts.touch()),
    setField: (field, people) => (setPeople(context, field, people), drafts.touch()),
    search: (words, show) => searchPeople(context, words, show),
    lookAhead: (typed) => lookAhead(context, typed),
    chooseCertificate: (address, sha256) => chooseCertificate(context, address, sha256),
    cancelSend: () => cancelSend(context),
    show: (field) => patch({ shown: { ...cell.get().shown, [field]: true } }),
    setSubject: (subject) => (patch({ subject }), drafts.touch()),
    setIdentity: (identity) => {
      patch({ identity });
      void learnRules(context).catch((error: unknown) => patch({ problem: { code: codeOf(error) } }));
    },
    textChanged: drafts.touch,
    setPlain: (plain) => patch({ plain }),
    attach: (files) => void attachFiles(context, files).then(drafts.touch),
    insertPicture: (file) => void insertPicture(context, file).then(drafts.touch),
    removeFile: (id) => (removeFile(context, id), drafts.touch()),
    toggleSign: (pressed) => {
      const { sign, forced } = cell.get();
      if (sign && (forced.sign || !mayGiveUp(pressed))) return;
      patch({ sign: !sign, problem: null });
    },
    toggleEncrypt: (pressed) => {
      const { encrypt, forced, originalEncrypted, files } = cell.get();
      if (!encrypt) return patch({ encrypt: true, problem: null });
      if (forced.encrypt || !mayGiveUp(pressed)) return;
      const quoted = text.current?.hasQuote() === true || files.some(({ fromOriginal }) => fromOriginal);
      if (originalEncrypted && quoted) patch({ question: { ask: "unencrypt-quote" } });
      else patch({ encrypt: false, problem: null });
    },
    askCipher: () => void askCipher(context),
    toggleReceipt: () => (patch({ receipt: !cell.get().receipt }), drafts.touch()),
    send: (pressed) => {
      if (!cell.get().encrypt && !mayGiveUp(pressed)) return;
      void send(context, pressed).then(afterSend);
    },
    sendAgain: (pressed) => void sendAgain(context, pressed).then(afterSend),
    answerMissing: (answer, pressed) => {
      const { question } = cell.get();
      if (question?.ask !== "missing" || !pressed.isTrusted) return;
      // Nothing is sent unseen: the note is shown before it goes.
      if (answer === "ask") return void showNote(context, question.addresses);
      if (answer !== "leave-out" && !mayGiveUp(pressed)) return;
      patch({ question: null });
      if (answer === "leave-out") removePeople(context, question.addresses);
      if (answer === "clear") patch({ encrypt: false });
      void send(context, pressed, { unreadableFor: answer === "unreadable" ? question.addresses : [] }).then(afterSend);
    },
    sendUnchecked: (pressed) => {
      const { question } = cell.get();
      if (question?.ask !== "unchecked" || !mayGiveUp(pressed)) return;
      void send(context, pressed, { unreadableFor: question.unreadableFor, uncheckedFor: question.people.map(({ address }) => address) }).then(afterSend);
    },
    sendNote: (pressed) => {
      const { question } = cell.get();
      if (question?.ask !== "certificate-note" || !mayGiveUp(pressed)) return;
      void sendNote(context, question.note, pressed, drafts.keepNow).then(() => cell.get().notice?.about === "asked" && drafts.storeNow());
    },
    answerUnencrypt: (quoteToo, pressed) => {
      if (!mayGiveUp(pressed)) return;
      if (!quoteToo) {
        text.current?.removeQuotes();
        patch({ files: cell.get().files.filter(({ fromOriginal }) => !fromOriginal) });
      }
      patch({ encrypt: false, question: null });
    },
    quoteAnyway: (pressed) => {
      const { notice } = cell.get();
      if (notice?.about === "quote-unproved" && mayGiveUp(pressed)) quote(context, notice.original);
    },
    restoreDraft: () => void restoreDraft(context, drafts),
    discardDraft: () => void drafts.discardOffered(),
    undoDiscard: drafts.undoDiscard,
    editAgain: () => patch({ result: null }),
    lookInSent: () => void lookInSent(context).then(afterSend),
    viewSent: () => {
      const { result } = cell.get();
      const copy = result && sentCopy(result.record);
      if (copy) void content.show(copy).catch((error: unknown) => patch({ problem: { code: codeOf(error) } }));
    },
    unlockOriginal: (pressed) => void (pressed.isTrusted && unlockOriginal(context, drafts)),
    dismissNotice: () => patch({ notice: null }),
    putOffEnding: () => {
      const { ending } = cell.get();
      patch({ ending: null });
      // What could not be noted is said again, and nothing else follows from it.
      if (ending) void ask("ending.put-off", { id: ending.id }).catch(() => undefined);
    },
    openKeys: () => void ask("window.open", { page: "keys" }).catch((error: unknown) => patch({ problem: { code: codeOf(error) } })),
    dismissProblem: () => patch({ problem: null }),
    closeQuestion: () => patch({ question: null }),
    moveToWindow: () => {
      if (!cell.get().sending) void moveToWindow().catch((error: unknown) => patch({ problem: { code: codeOf(error) } }));
    },
    openWebmail: () => void ask("window.webmail", null).catch((error: unknown) => patch({ problem: { code: codeOf(error) } })),
    sendFromPage: (pressed) => {
      const { question } = cell.get();
      if (question?.ask !== "from-page" || !mayGiveUp(pressed)) return;
      patch({ pageWrote: false, question: null });
      void send(context, pressed, question.choices).then(afterSend);
    },
    toggleWindow: () => {
      const window = cell.get().window === "pane" ? "window" : "pane";
      patch({ window });
      content.layout(window);
    },
    close: () => {
      const { sending } = cell.get();
      // It is kept here already: whoever does not want to wait for the server's copy need not.
      if (sending?.step === "saving") return leave();
      if (sending) return;
      if (wasSent() || !hasContent(context)) return leave();
      void saveAndLeave();
    },
    discard: () => void drafts.discard().then(leave),
  };

  /** The draft is the way: the window finds it on this computer, and nothing of it passes through the page. */
  async function moveToWindow(): Promise<void> {
    drafts.touch();
    // Nothing can be typed any more: what is typed after the keeping would be lost with the frame.
    patch({ sending: { step: "moving" } });
    try {
      if (!(await drafts.keepNow())) throw new SmimeError("store.unavailable");
      await content.moveToWindow(hasContent(context) ? context.draftId : null);
    } finally {
      patch({ sending: null });
    }
  }

  async function saveAndLeave(): Promise<void> {
    const kept = await drafts.keepNow();
    if (kept) patch({ sending: { step: "saving" } });
    if ((await drafts.storeNow()) || kept) leave();
    else patch({ question: { ask: "discard" } });
  }

  /** Whether it reached somebody: who is left is sent to from the finished message, never from the text once more. */
  function wasSent(): boolean {
    return (cell.get().result?.sentTo.length ?? 0) > 0;
  }

  function afterSend(): void {
    if (wasSent()) void drafts.discard();
  }

  async function start(): Promise<void> {
    try {
      const [identities, state] = await Promise.all([content.identities(), ask("composer.state", { from: null })]);
      const usable = identities.find(({ address }) => state.canSign.some((own) => own.toLowerCase() === address.toLowerCase()));
      patch({
        identities,
        identity: (usable ?? identities[0])?.id ?? "",
        canSign: state.canSign,
        canEncrypt: state.canEncrypt,
        sign: state.defaults.sign,
        encrypt: state.defaults.encrypt,
        ready: true,
      });
      await learnRules(context);
      const moved = context.binding.window?.draft;
      if (moved) return await drafts.takeOver(moved);
      await takeNativeDraft(context);
      await takeOriginal(context);
      if (context.binding.mode === "new") await drafts.offer();
      if (context.binding.mode === "draft") await drafts.openFromServer();
    } catch (error) {
      if (!waitsForKey(context, codeOf(error))) patch({ problem: { code: codeOf(error) } });
    }
  }

  return { start, actions, lookAgain: () => lookAgain(context), keepNow: drafts.keepNow, keepAtOnce: drafts.keepAtOnce, hasUnkept: drafts.hasUnkept, isSending: () => isOnItsWay(cell.get()), stop: drafts.stop };
}
