import "../../../gallery/stub-browser.ts";
import { type JSX, render } from "preact";
import type { InspectedMessage } from "../../../../src/protocol/message-content.ts";
import type { MessageStatus } from "../../../../src/protocol/message-status.ts";
import type { FetchingState } from "../../../../src/protocol/page-requests.ts";
import { openKeptDraft, putDraft, removeDraft, restoreDraft, sealedDrafts } from "../../../../src/store/drafts.ts";
import { allIdentities, bindIdentities, putIdentity, removeIdentity, replaceKeys } from "../../../../src/store/identities.ts";
import { envelopeMime, putSend, waitingSends } from "../../../../src/store/outbox.ts";
import { closeDatabase, database } from "../../../../src/store/database.ts";
import { allPeople, updateCertificate } from "../../../../src/store/people.ts";
import { unreadableRecords } from "../../../../src/store/reading.ts";
import { deleteDatabase, salvage, surveyStores } from "../../../../src/store/salvage.ts";
import { CertificatesView } from "../../../../src/ui/certificates/certificates-view.tsx";
import { emptyCertificates, type CertificatesActions, type CertificatesModel } from "../../../../src/ui/certificates/model.ts";
import { type ComposerActions, makeComposer } from "../../../../src/ui/composer/composer.ts";
import { ComposerView } from "../../../../src/ui/composer/composer-view.tsx";
import type { ComposerContext } from "../../../../src/ui/composer/context.ts";
import { composeDraft } from "../../../../src/ui/composer/compose-draft.ts";
import { emptyModel } from "../../../../src/ui/composer/model.ts";
import { Questions } from "../../../../src/ui/composer/questions.tsx";
import { cleanHtml, htmlToEdit, htmlToKeep, htmlToSend } from "../../../../src/ui/editor/editor-html.ts";
import { watchVisibility } from "../../../../src/ui/frame/visibility.ts";
import { textOf } from "../../../../src/ui/mail-html/html-text.ts";
import { sanitiseMail } from "../../../../src/ui/mail-html/sanitise.ts";
import { partDocument } from "../../../../src/ui/mail-html/srcdoc.ts";
import { type AskedIssuer, CheckNotice } from "../../../../src/ui/reader/check-notice.tsx";
import { ReaderView } from "../../../../src/ui/reader/reader-view.tsx";
import type { ReceiptShown } from "../../../../src/ui/reader/receipts.ts";
import { makeCell, useCell } from "../../../../src/ui/shared/cell.ts";
import { Fetching } from "../../../../src/ui/shared/fetching.tsx";

/** A composer whose surroundings answer at once; what it asked is kept in `asked`. */
function startComposer(): { asked: [string, unknown][]; draft: () => unknown; model: () => unknown } {
  const asked: [string, unknown][] = [];
  const visibility = watchVisibility(document.documentElement);
  const answer = (name: string, input: { addresses?: string[] }): unknown => {
    switch (name) {
      case "composer.state":
        return { canSign: ["alice@lab.test"], canEncrypt: ["alice@lab.test"], defaults: { sign: true, encrypt: true }, forced: { sign: false, encrypt: false }, rules: { bcc: "each" as const, subjectOpen: false, signReplies: false } };
      case "people.lookup":
        return input.addresses?.map((address) => ({ address, state: "found", code: "ok", certificate: null }));
      case "people.search":
        return [{ name: "Carol Example", address: "carol@lab.test" }, { name: null, address: "carl@lab.test" }];
      case "send.prepare":
        return { state: "refused", code: "send.policy-unknown" };
      default:
        return [];
    }
  };
  const context: ComposerContext = {
    cell: makeCell(emptyModel("new", "alice@lab.test")),
    ask: ((name: string, input: never) => (asked.push([name, input]), Promise.resolve(answer(name, input)))) as never,
    content: { identities: () => Promise.resolve([{ id: "1", address: "alice@lab.test", name: "Alice" }]), nativeDraft: () => Promise.resolve(null), layout: (layout: string) => asked.push(["layout", layout]) } as never,
    engine: {} as never,
    visibility,
    binding: { secret: "", kind: "composer", origin: "", account: "alice@lab.test", message: null, mode: "new" },
    store: { lastDraft: () => Promise.resolve(null) } as never,
    html: { clean: cleanHtml, toSend: htmlToSend, toKeep: htmlToKeep, toEdit: htmlToEdit, pictureUrl: (bytes, type) => URL.createObjectURL(new Blob([bytes], { type })) },
    words: {} as never,
    text: { current: null },
    draftId: "draft",
    newId: () => "id",
    now: () => new Date(0),
  };
  const composer = makeComposer(context);
  function App() {
    return <ComposerView model={useCell(context.cell)} actions={composer.actions} text={context.text} />;
  }
  const root = document.querySelector("#app");
  if (root) render(<App />, root);
  void composer.start();
  return { asked, draft: () => composeDraft(context), model: context.cell.get };
}

/** A reader that shows one message; what its buttons asked for is kept in the answer. */
function startReader(message: InspectedMessage, receipt: ReceiptShown | null): string[] {
  const asked: string[] = [];
  const note = (name: string) => () => void asked.push(name);
  const actions = { compose: note("compose"), setUp: note("setUp"), allowOpening: note("allow"), openCovered: note("covered"), cancel: note("cancel"), again: note("again"), enterPassword: () => undefined, unlock: () => undefined, print: note("print"), dismissHints: note("hints"), askIssuer: () => undefined, decide: note("decide"), addContact: note("contact"), sendReceipt: ({ isTrusted }: { isTrusted: boolean }) => void asked.push(`receipt ${isTrusted}`) };
  const root = document.querySelector("#app");
  if (root) render(<ReaderView state={{ step: "shown", message, final: true, raw: new Uint8Array(0) }} actions={actions} receipt={receipt} />, root);
  return asked;
}

/** Draws one component by itself; what its buttons asked for is kept in the answer. */
const drawn = {
  questions: (props: object, note: Note) => <Questions model={{ ...emptyModel("new", "alice@lab.test"), ...props }} actions={new Proxy({}, { get: (_, name) => note(String(name)) }) as ComposerActions} />,
  check: (props: { status: MessageStatus; asked: AskedIssuer | null }, note: Note) => <CheckNotice {...props} onAskIssuer={(host) => note(`ask ${host}`)()} onOptions={note("options")} />,
  certificates: (props: Partial<CertificatesModel>, note: Note) => <CertificatesView model={{ ...emptyCertificates, ...props }} actions={new Proxy({}, { get: (_, name) => note(String(name)) }) as CertificatesActions} now={new Date("2026-05-03T10:31:00Z")} />,
  fetching: (state: FetchingState, note: Note) => <Fetching state={state} onAllow={note("allow")} onTakeBack={note("takeBack")} />,
};
type Note = (name: string) => () => void;
function draw<N extends keyof typeof drawn>(name: N, props: Parameters<(typeof drawn)[N]>[0]): string[] {
  const asked: string[] = [];
  const root = document.querySelector("#app");
  if (root) render((drawn[name] as (given: unknown, note: Note) => JSX.Element)(props, (what) => () => void asked.push(what)), root);
  return asked;
}

Object.assign(globalThis, { inPage: { allIdentities, bindIdentities, putIdentity, removeIdentity, replaceKeys, putDraft, openKeptDraft, sealedDrafts, restoreDraft, removeDraft, putSend, envelopeMime, waitingSends, database, closeDatabase, allPeople, updateCertificate, unreadableRecords, deleteDatabase, salvage, surveyStores, sanitiseMail, partDocument, cleanHtml, htmlToEdit, htmlToKeep, htmlToSend, textOf, watchVisibility, startComposer, startReader, draw } });
