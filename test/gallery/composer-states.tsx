import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { utf8 } from "../../src/base/bytes.ts";
import type { ComposerActions } from "../../src/ui/composer/composer.ts";
import { ComposerView } from "../../src/ui/composer/composer-view.tsx";
import type { TextHandle } from "../../src/ui/composer/context.ts";
import { type ComposerModel, emptyModel, type SendResultShown } from "../../src/ui/composer/model.ts";
import { WindowOver } from "../../src/ui/composer/own-window.tsx";
import { UnfinishedView } from "../../src/ui/composer/unfinished-view.tsx";
import type { UnfinishedActions } from "../../src/ui/composer/unfinished.ts";
import type { OutboxRecord, SendState } from "../../src/protocol/outbox.ts";
import { Emptied } from "../../src/ui/shared/emptied.tsx";
import { t } from "../../src/ui/shared/i18n.ts";
import { ended, ending } from "./keys-states.tsx";
import * as s from "../unit/ui/samples.ts";

const actions = new Proxy({}, { get: (_, name) => (name === "search" ? () => Promise.resolve([]) : () => undefined) }) as ComposerActions;
const valid = (person: { name: string | null; address: string }) => ({ ...person, valid: true });
const dave = { name: null, address: "dave@lab.test" };
const found = (person: { address: string }) => ({ [person.address]: { address: person.address, state: "found" as const, code: "ok", certificate: s.facts() } });

const ready: ComposerModel = {
  ...emptyModel("new", s.alice.address),
  ready: true,
  identities: [{ id: "1", ...s.alice }],
  identity: "1",
  canSign: [s.alice.address],
  canEncrypt: [s.alice.address],
};
const written: ComposerModel = {
  ...ready,
  to: [valid(s.bob)],
  cc: [valid(s.carol)],
  shown: { cc: true, bcc: false },
  subject: "Quarterly figures",
  known: { ...found(s.bob), ...found(s.carol) },
  files: [
    { id: "1", name: "report.pdf", type: "application/pdf", size: 10_000_000, read: 7_100_000, bytes: null, contentId: null, fromOriginal: false },
    { id: "2", name: "notes.txt", type: "text/plain", size: 2300, read: 2300, bytes: utf8("notes"), contentId: null, fromOriginal: false },
  ],
  savedAt: new Date("2026-05-03T10:31:00"),
};
const missing: ComposerModel = {
  ...written,
  to: [valid(s.bob), valid(dave)],
  known: { ...written.known, [dave.address]: { address: dave.address, state: "none", code: "send.missing-certificates", certificate: null } },
};
const team = { name: null, address: "team@lab.test" };
const list: ComposerModel = {
  ...written,
  to: [valid(team)],
  known: {
    ...found(s.carol),
    [team.address]: {
      address: team.address,
      state: "problem",
      code: "send.missing-certificates",
      certificate: null,
      failed: [{ host: "ldap.example.org", code: "directory.unreachable" }],
      list: { unresolved: [], members: [...Object.values(found(s.bob)).map((state) => ({ ...state, name: s.bob.name ?? "" })), { address: dave.address, name: "Dave Example", state: "none", code: "send.missing-certificates", certificate: null }] },
    },
  },
};
const several: ComposerModel = {
  ...written,
  known: {
    ...written.known,
    [s.bob.address]: { address: s.bob.address, state: "found", code: "ok", certificate: s.facts(), place: "ldap.example.org", why: "preferred", usable: [s.facts(), { ...s.facts(), sha256: "ab", key: "EC P-256", issuerName: "Other CA" }, { ...s.facts(), sha256: "cd", serial: "7f3c5aa019b2" }] },
  },
};
const unchecked: ComposerModel = {
  ...written,
  known: {
    ...written.known,
    [s.bob.address]: { address: s.bob.address, state: "found", code: "ok", certificate: s.facts(), revocation: { state: "unreachable", detail: { code: "revocation.fetch", source: null, revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null } } },
  },
};
const result = (change: Partial<SendResultShown>): SendResultShown => ({
  state: "sent",
  record: { id: "1", account: s.alice.address, origin: "https://mail.lab.test", createdAt: "2026-05-03T08:31:00Z", identity: "1", draft: "1", recipients: [], protection: { signed: true, encrypted: true }, envelopes: [] },
  code: null,
  sentTo: ["Bob Example", "Carol Example", "Dave"],
  notSentTo: [],
  unknownTo: [],
  detail: "",
  looked: false,
  ...change,
});

function left(id: string, ...states: SendState[]): OutboxRecord {
  const people = [s.bob.address, s.carol.address, dave.address];
  const envelopes = states.map((state, i) => ({ id: `${id}${i}`, recipients: [people[i] as string], visible: i === 0, state, code: state === "failed" ? "send.refused" : null, message: null }));
  return { ...result({}).record, id, recipients: people, envelopes };
}
const unfinished = (records: OutboxRecord[], looked: string[] = []) => (): JSX.Element => (
  <UnfinishedView model={{ records, busy: null, problem: null, looked }} actions={actions as unknown as UnfinishedActions} />
);

function show(model: ComposerModel, html = "<div>Dear Bob,</div><div><br></div><div>the figures are <b>better</b> than last year.</div>") {
  return function State(): JSX.Element {
    const text: { current: TextHandle | null } = { current: null };
    useEffect(() => text.current?.setHtml(html), []);
    return <ComposerView model={model} actions={actions} text={text} />;
  };
}

export const composerStates: Record<string, () => JSX.Element> = {
  empty: show(ready, ""),
  written: show(written),
  "chip-details": show(written),
  unkept: show({ ...written, unkept: "store.full" }),
  cipher: show({ ...written, cipher: { cipher: "aes-256-cbc", because: [{ address: s.bob.address, told: true }, { address: s.carol.address, told: false }], without: [] } }),
  "cipher-unreadable": show({ ...written, cipher: { cipher: "aes-256-gcm", because: [], without: [{ address: s.bob.address, told: true }] } }),
  receipt: show({ ...written, receipt: true }),
  link: show(written),
  plain: show({ ...written, plain: true }),
  searching: show({ ...written, known: found(s.bob) }),
  "missing-chip": show(missing),
  "list-chip": show(list),
  "several-certificates": show(several),
  "looking-up": show({ ...written, looking: { done: 1200, of: 5000 }, sending: { step: "looking-up" } }),
  "list-incomplete": show({ ...list, problem: { code: "directory.list-incomplete", names: ["uid=nobody,ou=people,dc=lab,dc=test"] } }),
  "unchecked-chip": show(unchecked),
  "unchecked-dialog": show({ ...unchecked, question: { ask: "unchecked", people: [{ address: s.bob.address, code: "revocation.fetch" }, { address: s.alice.address, code: "revocation.no-way" }], unreadableFor: [] } }),
  "missing-dialog": show({
    ...missing,
    question: { ask: "missing", addresses: [dave.address], problems: [{ address: dave.address, state: "none", code: "send.missing-certificates", certificate: null }], mayGoClear: true, mayLeaveUnreadable: true },
  }),
  "missing-forced": show({
    ...missing,
    forced: { sign: true, encrypt: true },
    question: { ask: "missing", addresses: [dave.address], problems: [], mayGoClear: false, mayLeaveUnreadable: false },
  }),
  "missing-no-key": show({
    ...missing,
    canSign: [],
    question: { ask: "missing", addresses: [dave.address], problems: [], mayGoClear: true, mayLeaveUnreadable: true },
  }),
  "certificate-note": show({
    ...missing,
    question: { ask: "certificate-note", note: { from: s.alice, to: [dave], cc: [], bcc: [], subject: t("note_subject"), text: t("note_text", s.alice.name), attachments: [], inReplyTo: null, references: [], messageId: "1@lab.test", date: "2026-05-03T08:31:00Z" } },
  }),
  asked: show({ ...missing, notice: { about: "asked", people: [dave.address] } }),
  "sign-only": show({ ...written, encrypt: false }),
  clear: show({ ...written, encrypt: false, sign: false }),
  "own-window": show({ ...written, place: "window" }),
  "own-window-away": show({ ...written, place: "window", away: true }),
  "own-window-from-page": show({ ...written, place: "window", pageWrote: true, question: { ask: "from-page", choices: { unreadableFor: [] } } }),
  "own-window-over": () => <WindowOver close={() => undefined} />,
  ending: show({ ...written, ending }),
  ended: show({ ...written, canSign: [], sign: false, ending: ended }),
  "native-text": show({ ...written, notice: { about: "native-text" } }),
  "original-locked": show({ ...ready, mode: "reply", notice: { about: "original-failed", code: "keys.locked" } }, ""),
  unlocking: show({ ...written, sending: { step: "unlocking" } }),
  "quote-unproved": show({ ...written, mode: "reply", notice: { about: "quote-unproved", why: "sender", original: s.message(s.encryptedOnly) } }),
  "unencrypt-quote": show({ ...written, mode: "reply", originalEncrypted: true, question: { ask: "unencrypt-quote" } }),
  sealing: show({ ...written, files: [], sending: { step: "sealing", done: 3, of: 5 } }),
  problem: show({ ...written, problem: { code: "send.not-visible" } }),
  failed: show({ ...written, result: result({ state: "failed", code: "webmail.unreachable", sentTo: [], notSentTo: ["Bob Example"] }) }),
  sent: show({ ...written, result: result({}) }),
  partly: show({ ...written, result: result({ state: "partly", code: "send.refused", detail: "SMTP Error (550): Failed to add recipient \"carol@lab.test\"", sentTo: ["Bob Example"], notSentTo: ["Carol Example"] }) }),
  unknown: show({ ...written, result: result({ state: "unknown", code: "send.unknown", sentTo: [], unknownTo: ["Bob Example"] }) }),
  unfinished: unfinished([left("a", "failed"), left("b", "filed", "unknown", "failed")], ["b"]),
  "unfinished-empty": unfinished([]),
  "session-ended": () => <Emptied why="ended" written="kept" onClose={() => undefined} />,
  "ended-unsent": () => <Emptied why="ended" written="kept" failed="webmail.signed-out" onClose={() => undefined} />,
  "locked-lost": () => <Emptied why="locked" written="lost" onClose={() => undefined} />,
};
