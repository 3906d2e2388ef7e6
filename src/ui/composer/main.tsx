import type { JSX } from "preact";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import browser from "webextension-polyfill";
import { hex, randomBytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { draftName, draftsOf, openKeptDraft, putDraft, removeDraft } from "../../store/drafts.ts";
import { localKeys } from "../../store/local-keys.ts";
import { envelopeMime, putSend, removeSend } from "../../store/outbox.ts";
import { cleanHtml, htmlToEdit, htmlToKeep, htmlToSend } from "../editor/editor-html.ts";
import { askAsFrame } from "../frame/background.ts";
import { bindFrame } from "../frame/bind-frame.ts";
import { type ContentPort, contentPort } from "../frame/content-port.ts";
import { makeEngine } from "../frame/engine.ts";
import { onClosing } from "../frame/on-closing.ts";
import { openHelp } from "../frame/open-help.ts";
import { type Visibility, watchVisibility } from "../frame/visibility.ts";
import { HelpOpener } from "../help/help-link.tsx";
import { makeCell, useCell } from "../shared/cell.ts";
import { Emptied, type Written } from "../shared/emptied.tsx";
import { formatMoment } from "../shared/format.ts";
import { localiseDocument, t } from "../shared/i18n.ts";
import { hasContent } from "./compose-draft.ts";
import { makeComposer } from "./composer.ts";
import { ComposerView } from "./composer-view.tsx";
import type { ComposerContext, ComposerStore } from "./context.ts";
import { draftLocks, lockOf } from "./draft-locks.ts";
import { emptiedOnce, keptInTime, pictureUrls } from "./empty-composer.ts";
import { emptyModel } from "./model.ts";
import { askBeforeLoss, bindOwnWindow, isOwnWindow } from "./own-window.tsx";
import { makeUnfinished, type Listing, type UnfinishedModel } from "./unfinished.ts";
import { UnfinishedView } from "./unfinished-view.tsx";

/** Where a composer works, and with whom. */
interface Place {
  binding: ComposerContext["binding"];
  content: ContentPort;
  visibility: Visibility;
}

/** Binds this frame; without a valid ticket nothing is ever drawn. */
async function bindInPage(): Promise<Place | null> {
  const bound = await bindFrame(askAsFrame);
  if (!bound) return null;
  localiseDocument("composer_title");
  return { binding: bound.binding, content: contentPort(bound.port), visibility: watchVisibility(document.documentElement) };
}

/** Starts the composer in the webmail's page, or in a window of its own. */
async function start(): Promise<void> {
  const root = document.querySelector("#app");
  if (!root) return;
  let onAway: (away: boolean) => void = () => undefined;
  const place = isOwnWindow() ? await bindOwnWindow(root, (away) => onAway(away)) : await bindInPage();
  if (!place) return;
  const { binding, content, visibility } = place;
  const store = storeFor(binding, content);
  // An emptied window has nothing more to do with a page of its webmail, and looks for none.
  const leaveWebmail = (): void => {
    if (isOwnWindow()) content.close();
  };
  const shut = (): void => (isOwnWindow() ? window.close() : content.layout("closed"));
  if (binding.mode === "unfinished") {
    showUnfinished({ ask: askAsFrame, content, store, visibility }, root);
    return onClosing(browser.runtime.onConnect, (why) => {
      render(<Emptied why={why} onClose={shut} />, root);
      leaveWebmail();
    });
  }
  const pictures = pictureUrls();
  const context: ComposerContext = {
    cell: makeCell({ ...emptyModel(binding.mode ?? "new", binding.account), place: isOwnWindow() ? ("window" as const) : ("page" as const) }),
    ask: askAsFrame,
    content,
    engine: makeEngine({ ask: askAsFrame, visibility }),
    visibility,
    binding,
    store,
    html: { clean: cleanHtml, toSend: htmlToSend, toKeep: htmlToKeep, toEdit: htmlToEdit, pictureUrl: pictures.make },
    words,
    text: { current: null },
    draftId: hex(randomBytes(16)),
    newId: () => hex(randomBytes(16)),
    now: () => new Date(),
  };
  const composer = makeComposer(context);
  onAway = (away) => context.cell.set({ away });
  if (isOwnWindow()) askBeforeLoss(composer);
  void store.hold(context.draftId);

  function App(): JSX.Element {
    const model = useCell(context.cell);
    // The text has to be there before an original can be quoted into it.
    useEffect(() => void composer.start(), []);
    return (
      <HelpOpener.Provider value={openHelp}>
        <ComposerView model={model} actions={composer.actions} text={context.text} />
      </HelpOpener.Provider>
    );
  }
  render(<App />, root);
  // Who comes back from another tab or window may have brought a certificate.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? composer.lookAgain() : void composer.keepNow()));

  // While the next page is asked for, as at the webmail's own sign-out, there is time to seal; afterwards there is none.
  if (!isOwnWindow()) window.addEventListener("beforeunload", () => void composer.keepAtOnce());

  const forget = (): void => {
    composer.stop();
    // What is being kept still is this composer's; after that, its draft can be opened elsewhere while this frame stays.
    void composer.keepAtOnce().then(locks.release);
    context.engine.stop();
    visibility.stop();
    render(null, root);
    pictures.revokeAll();
    context.text.current = null;
    context.cell.set({ ...emptyModel(context.cell.get().mode, binding.account), place: context.cell.get().place });
  };
  // Covered at once, kept, and then gone: not in this document, not in the worker.
  const empty = async (): Promise<{ written: Written; failed: Code | null }> => {
    // Not by `hidden`: of what is not laid out, the text that is to be kept would have no lines.
    document.body.style.opacity = "0";
    document.body.inert = true;
    const begun = hasContent(context) && (context.cell.get().result?.sentTo.length ?? 0) === 0;
    const written: Written = (await keptInTime(composer.keepAtOnce)) ? "kept" : "lost";
    const { result } = context.cell.get();
    const failed = result?.state === "failed" ? result.code : null;
    forget();
    leaveWebmail();
    document.body.style.opacity = "";
    document.body.inert = false;
    return { written: begun ? written : "nothing", failed };
  };
  const emptied = emptiedOnce(empty, (why, { written, failed }) =>
    render(
      <HelpOpener.Provider value={openHelp}>
        <Emptied why={why} written={written} failed={failed} onClose={shut} />
      </HelpOpener.Provider>,
      root,
    ),
  );
  onClosing(browser.runtime.onConnect, (why) => void emptied(why));

  window.addEventListener("pagehide", () => {
    forget();
    context.content.close();
  });
}

/** Draws the list of messages that were not sent, instead of a composer. */
function showUnfinished(around: Listing, root: Element): void {
  const cell = makeCell<UnfinishedModel>({ records: null, busy: null, problem: null, looked: [] });
  const actions = makeUnfinished(cell, around);
  function App(): JSX.Element {
    const model = useCell(cell);
    useEffect(actions.load, []);
    return (
      <HelpOpener.Provider value={openHelp}>
        <UnfinishedView model={model} actions={actions} />
      </HelpOpener.Provider>
    );
  }
  localiseDocument("unfinished_title");
  render(<App />, root);
}

/** The frame's part of the store: finished ciphertext and drafts sealed to their author. */
function storeFor({ origin, account }: ComposerContext["binding"], content: Pick<ContentPort, "remove">): ComposerStore {
  return {
    keep: putSend,
    drop: removeSend,
    finished: envelopeMime,
    saveDraft: (id, draft, savedAt, server) => putDraft({ id, origin, account, server, savedAt: savedAt.toISOString() }, draft),
    lastDraft: async () => {
      const held = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
      return (await draftsOf(origin, account)).find(({ id }) => !held.has(lockOf(id))) ?? null;
    },
    keptDraft: async (wanted) => (await draftsOf(origin, account)).find(({ id }) => id === wanted) ?? null,
    draftOnServer: async ({ folder, id }) => (await draftsOf(origin, account)).find(({ server }) => server?.folder === folder && server.id === id) ?? null,
    openDraft: openKeptDraft,
    hold: locks.hold,
    removeDraft: async (id) => {
      const server = (await draftName(id))?.server;
      await removeDraft(id);
      if (server) await content.remove(server).catch(() => undefined);
    },
    draftMac: async () => (await localKeys()).mac,
  };
}

const locks = draftLocks(navigator.locks);

const words: ComposerContext["words"] = {
  note: { failed: t("note_failed"), unknown: t("note_unknown") },
  intro: ({ date, fromName, from }) => {
    const name = fromName ?? from ?? "";
    return date === null ? t("quote_intro_undated", name) : t("quote_intro", formatMoment(date), name);
  },
  forwarded: t("quote_forwarded"),
  fields: (headers) => [
    [t("from"), headers.fromName ? `${headers.fromName} <${headers.from ?? ""}>` : (headers.from ?? "")],
    [t("date"), headers.date === null ? "" : formatMoment(headers.date)],
    [t("subject"), headers.subject ?? ""],
    [t("to"), headers.to.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(", ")],
  ],
};

void start();
