import { cardAsked, cardsOf, cardViews } from "./card-states.tsx";
import type { JSX } from "preact";
import { utf8 } from "../../src/base/bytes.ts";
import type { IdentityFacts, IdentityPreview } from "../../src/protocol/identities.ts";
import type { CurrentVerdict, ExtensionState } from "../../src/protocol/page-requests.ts";
import type { Confirmation } from "../../src/protocol/shapes.ts";
import { ConfirmView } from "../../src/ui/confirm/confirm-view.tsx";
import type { HostStatus } from "../../src/protocol/host-port.ts";
import type { AuthenticatorFacts, LockFacts, SecurityKeyPlace, UnlockQuestion } from "../../src/protocol/unlock.ts";
import { HelpView } from "../../src/ui/help/help-view.tsx";
import type { BrowserKind } from "../../src/ui/options/browser-sections.tsx";
import { type OptionsActions, OptionsView } from "../../src/ui/options/options-view.tsx";
import { type PopupActions, type PopupModel, PopupView } from "../../src/ui/popup/popup-view.tsx";
import { SecretView } from "../../src/ui/secret/secret-view.tsx";
import { emptyRepair, type RepairModel } from "../../src/ui/options/repair-model.ts";
import type { StoreDamage } from "../../src/protocol/repair.ts";
import type { SecurityKeyDesk } from "../../src/ui/locks/security-key-desk.ts";
import type { Theme } from "../../src/ui/shared/theme.ts";
import { emptySetup, type SetupActions, type SetupModel } from "../../src/ui/setup/model.ts";
import type { ProtectionForm } from "../../src/ui/setup/protection-form.ts";
import { SetupView } from "../../src/ui/setup/setup-view.tsx";
import { type Tried, UnlockView } from "../../src/ui/unlock/unlock-view.tsx";
import * as s from "../unit/ui/samples.ts";
import { ended, ending } from "./keys-states.tsx";

const origin = "https://mail.lab.test";
const own = s.facts({ name: s.alice.name, addresses: [s.alice.address], subject: "CN=Alice Example,O=Lab,C=DE", source: "own" });
export const identity: IdentityFacts = { id: "1", certificate: own, code: "ok", canSign: true, canDecrypt: true, origins: [origin], protection: "passphrase", octets: "here", protectionCode: "ok" };
const oneKey = { able: ["1"], used: "1", chosen: null, locked: false };
export const root = { ...s.facts({ name: "Lab Root CA", addresses: [], subject: "CN=Lab Root CA,O=Lab,C=DE", issuerName: "Lab Root CA", canSign: false, canEncrypt: false, source: "file" }), selfSigned: true, der: "" };
const choices = [15, 60, 240, 480, null];
const place: SecurityKeyPlace = { relyingParty: null, code: "ok" };
const unlocked: LockFacts = { vaults: [{ id: "v", kind: "passphrase", identities: ["1"], waiting: 0, unlocked: ["1"], until: "2026-05-03T18:31:00Z", locks: [{ id: "l", kind: "passphrase", label: "", addedAt: null }] }], cards: [], securityKeys: place, choices, minutes: 480, required: "none" };
const lockedUp: LockFacts = { ...unlocked, vaults: unlocked.vaults.map((vault) => ({ ...vault, unlocked: [], until: null })) };
const noVaults: LockFacts = { ...unlocked, vaults: [] };
const keyed: LockFacts = {
  ...lockedUp,
  vaults: lockedUp.vaults.map((vault) => ({ ...vault, kind: "security-key", locks: [{ id: "a", kind: "security-key", label: "Blue key", addedAt: "2026-05-03T08:31:00Z" }, { id: "b", kind: "recovery-code", label: "", addedAt: null }] })),
};
const unmanaged: ExtensionState["organisation"] = { facts: [], enrolment: "", help: "", notice: "" };
const nothing: ExtensionState = { damage: null, organisation: unmanaged, identities: [], addresses: [], cards: "unused", endings: [], anchors: [], people: [], directories: [], paused: [], answersGo: false, fetching: { way: "browser", allowed: true, off: false }, locks: noVaults, webmails: [], settings: { signByDefault: false, encryptByDefault: false, composeInOwnWindow: false, locked: [] } };
const full: ExtensionState = {
  damage: null,
  organisation: {
    enrolment: "https://pki.example.org/enrol", help: "mailto:helpdesk@example.org", notice: "Encryption keys are kept by the organisation and can be recovered by two officers.",
    facts: [
      { name: "WebmailOrigins", domains: null, value: "https://webmail.example.org", problems: [] },
      { name: "AlwaysSign", domains: ["example.org", ".example.org"], value: "true", problems: [] },
      { name: "AlwaysEncrypt", domains: ["board.example.org"], value: "true", problems: [{ code: "policy.unreadable", detail: "AlwaysEncrypt" }] },
      { name: "EncryptionAlgorithms", domains: null, value: "aes-256-gcm; aes-256-cbc", problems: [{ code: "policy.weak-algorithm", detail: "6603" }] },
      { name: "AlwaysEncypt", domains: null, value: "", problems: [{ code: "policy.unknown-setting", detail: "AlwaysEncypt" }] },
    ],
  },
  identities: [identity],
  addresses: [{ address: s.alice.address, uses: { sign: oneKey, encrypt: oneKey } }],
  cards: "unused",
  endings: [],
  anchors: [{ ...root, managed: false }, { ...root, name: "Example Corp Root", sha256: "aa".repeat(32), managed: true }],
  people: [s.facts(), s.facts({ name: s.carol.name, addresses: [s.carol.address], sha256: "bb".repeat(32), notAfter: "2024-05-01T00:00:00Z" })],
  directories: [{ id: "ldaps://ldap.example.org:636/dc=example,dc=org", managed: true }, { id: "https://certs.example.net/search", managed: false }],
  paused: [], answersGo: false, fetching: { way: "browser", allowed: true, off: false }, locks: unlocked, webmails: [{ origin, managed: false, granted: true }, { origin: "https://webmail.example.org", managed: true, granted: true }],
  settings: { signByDefault: true, encryptByDefault: true, composeInOwnWindow: true, locked: ["signByDefault", "composeInOwnWindow"] },
};
/** Whose only key is on a card. */
const carded: ExtensionState = { ...full, cards: "watched", identities: [{ ...identity, protection: "card" }], locks: { ...noVaults, cards: [{ label: "Alice Example", open: true }] } };
const cardAway: ExtensionState = { ...nothing, cards: "watched" };
export const anything = <T,>(): T => new Proxy({}, { get: () => () => undefined }) as T;

const form = (change: Partial<ProtectionForm>): ProtectionForm => ({ ...emptySetup(origin).protection, ...change });
const blueKey: AuthenticatorFacts = { credential: utf8("credential"), salt: utf8("32 octets that nobody else knows."), transports: ["usb"], label: "Blue key" };
const recoveryCode = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ";
const setup = (change: Partial<SetupModel>) => (): JSX.Element => <SetupView model={{ ...emptySetup(origin), state: nothing, ...change }} actions={anything<SetupActions>()} />;
const found = { certificate: own, code: "pki.untrusted", canSign: true, canDecrypt: true, known: null };
const preview: IdentityPreview = { identities: [found], authorities: [root], required: "none" };
const file = { name: "alice.p12", bytes: utf8("file") };

export const setupStates: Record<string, () => JSX.Element> = {
  start: setup({}),
  damage: setup({ state: { ...nothing, damage: { code: "store.lost", at: "2026-05-01T08:31:00Z", lost: [{ store: "identities", before: 2, now: 0 }], unreadable: [] } } }),
  "wrong-password": setup({ file, password: "wrong", problem: "keys.pkcs12-password" }),
  preview: setup({ file, password: "right", preview }),
  "preview-known": setup({ file, password: "right", preview: { ...preview, authorities: [] }, state: full, protection: form({ kind: "passphrase", passphrase: "four words that open", again: "" }) }),
  "preview-short": setup({ file, password: "right", preview: { ...preview, authorities: [] }, protection: form({ kind: "passphrase", passphrase: "short", again: "" }) }),
  "preview-none": setup({ file, password: "right", preview: { ...preview, authorities: [] }, protection: form({ kind: "none", passphrase: "", again: "" }) }),
  "preview-required": setup({ file, password: "right", preview: { ...preview, authorities: [], required: "passphrase" }, protection: form({ kind: "passphrase", passphrase: "four words that open", again: "four words that opened" }) }),
  "preview-beyond": setup({ file, password: "right", preview: { ...preview, authorities: [], required: "card" } }),
  "preview-here": setup({ file, password: "right", preview: { identities: [{ ...found, code: "ok", known: { state: "here", other: null } }], authorities: [], required: "none" } }),
  "preview-renewal": setup({ file, password: "right", preview: { identities: [{ ...found, code: "ok", known: { state: "renewal", other: own } }], authorities: [], required: "none" } }),
  "preview-security-key": setup({ file, password: "right", preview: { ...preview, authorities: [], required: "security-key" }, protection: form({ kind: "security-key", label: "Blue key" }) }),
  "preview-recovery-code": setup({ file, password: "right", preview: { ...preview, authorities: [] }, protection: form({ kind: "security-key", first: { registered: { ...blueKey, output: blueKey.salt }, code: recoveryCode } }) }),
  "imported-backup": setup({ step: "webmail", imported: [identity], backups: [{ id: "1", certificate: own, both: true, state: "possible", fromFile: true, lock: { vault: "v", kind: "passphrase" } }] }),
  "preview-relying-party": setup({ file, password: "right", preview: { ...preview, authorities: [] }, protection: form({ kind: "security-key" }), state: { ...nothing, locks: { ...noVaults, securityKeys: { relyingParty: "keys.example.org", code: "keys.relying-party-permission" } } } }),
  comparing: setup({ file, password: "right", preview, comparing: root.sha256 }),
  organisation: setup({ state: { ...nothing, organisation: full.organisation } }),
  imported: setup({ step: "webmail", imported: [identity], state: full }),
  "imported-allowed": setup({ step: "done", imported: [identity, { ...identity, id: "2" }], state: { ...full, webmails: full.webmails.slice(0, 1) } }),
  webmail: setup({ step: "webmail" }),
  "webmail-fetching": setup({ step: "webmail", state: { ...nothing, fetching: { way: "none", allowed: false, off: false } } }),
  declined: setup({ step: "webmail", declined: true }),
  done: setup({ step: "done", state: { ...full, webmails: full.webmails.slice(0, 1) } }),
  "done-several": setup({ step: "done", webmail: "https://webmail.example.org", state: full }),
  "done-no-key": setup({ step: "done", state: { ...full, identities: [] } }),
  "card-here": setup({ state: carded }),
  "card-absent": setup({ state: cardAway }),
  "webmail-ends": setup({ step: "webmail", webmail: "https://mail.example.org", state: { ...full, locks: { ...keyed, securityKeys: { relyingParty: "example.org", code: "ok" } } } }),
  "done-no-key-alone": setup({ step: "done", state: nothing }),
};

const verified: CurrentVerdict = { sentence: "sentence_verified_encrypted", substitutions: [s.alice.name], author: s.alice.address, signed: "verified", encrypted: "decrypted" };
const popup = (change: Partial<PopupModel>) => (): JSX.Element => (
  <PopupView model={{ state: full, shown: null, origin, granted: true, webmail: true, problem: null, ...change }} actions={anything<PopupActions>()} />
);

export const popupStates: Record<string, () => JSX.Element> = {
  locked: popup({ state: { ...full, locks: lockedUp } }),
  "card-open": popup({ state: carded }),
  "card-stayed-open": popup({ state: { ...carded, locks: { ...carded.locks, cards: [{ label: "Alice Example", open: true }, { label: s.bob.name, open: false }] } }, problem: "keys.card-logout" }),
  "card-away": popup({ state: { ...cardAway, cards: "resting" } }),
  verified: popup({ shown: { verdict: verified, message: { from: s.alice, subject: "Quarterly figures", date: "2026-05-03T08:31:00Z" } } }),
  unnamed: popup({ shown: { verdict: verified, message: null } }),
  careful: popup({
    shown: {
      verdict: { sentence: "sentence_careful_signer", substitutions: ["eve@evil.test", s.alice.address], author: null, signed: "unverified", encrypted: "none" },
      message: { from: s.alice, subject: `Re: ${"a subject that does not want to end ".repeat(12)}`, date: null },
    },
  }),
  "nobody-named": popup({ shown: { verdict: { ...verified, sentence: "sentence_unprotected", substitutions: [], author: null, signed: "none", encrypted: "none" }, message: { from: null, subject: null, date: null } } }),
  "no-message": popup({}),
  ending: popup({ state: { ...full, endings: [ending] } }),
  ended: popup({ state: { ...full, endings: [ended], organisation: unmanaged } }),
  webmail: popup({ granted: false, state: nothing }),
  "no-key": popup({ state: { ...nothing, organisation: full.organisation } }),
  damage: popup({ state: { ...nothing, damage: { code: "store.lost", at: "2026-05-01T08:31:00Z", lost: [{ store: "identities", before: 2, now: 0 }], unreadable: [] } } }),
  newer: popup({ state: null, problem: "store.newer" }),
  elsewhere: popup({ granted: false, webmail: false, origin: null }),
};

const lost: StoreDamage = { code: "store.lost", at: "2026-05-01T08:31:00Z", lost: [{ store: "identities", before: 2, now: 0 }, { store: "people", before: 1204, now: 0 }], unreadable: [] };
const shortcuts = [
  { name: "_execute_action", description: "", keys: "Alt+Shift+M" },
  { name: "secure-message", description: "Write a secure message", keys: "" },
];
/** What a dialog about protection asks for answers at once. */
const desk: SecurityKeyDesk = { ...anything<SecurityKeyDesk>(), check: (_vault, secret) => Promise.resolve(secret), protect: () => Promise.resolve() };
const pressing = new Proxy<Partial<OptionsActions>>({}, { get: (_, name) => (name === "protection" ? { desk } : () => undefined) }) as OptionsActions;
/** Two keys without protection, which an RSA key that decrypts can leave. */
const bare: ExtensionState = { ...full, identities: ["1", "2"].map((id) => ({ ...identity, id, protection: "none" })), locks: noVaults };
const moment = new Date("2026-05-03T10:31:00Z");
const options = (state: ExtensionState, host: HostStatus | null, browser: BrowserKind = "chromium", theme: Theme = "browser", repair: Partial<RepairModel> = {}, cookies = false, cards = cardsOf()) => (): JSX.Element => (
  <OptionsView page={{ state: repair.state?.damage?.code === "store.newer" ? null : state, problem: null }} repair={{ ...emptyRepair, ...repair }} repairActions={anything()} host={host} cards={cards} browser={browser} theme={theme} shortcuts={shortcuts} cookies={cookies} now={moment} actions={browser === "firefox" ? { ...anything<OptionsActions>(), protection: anything(), openLanguages: null } : pressing} />
);
/** Somebody with three keys for one address, the second of which was revoked, and one that only opens for another. */
const severalKeys = (change: { chosen: string | null; locked: boolean }): ExtensionState => {
  const made = (id: string, code: string, notAfter: string, canSign = true): IdentityFacts => ({ ...identity, id, code, canSign, certificate: { ...own, sha256: id.repeat(64), notAfter, canSign } });
  const identities = [made("a", "ok", "2028-05-01T00:00:00Z"), made("b", "revocation.revoked", "2027-05-01T00:00:00Z"), made("c", "ok", "2026-05-20T00:00:00Z"), made("d", "pki.expired", "2025-05-01T00:00:00Z", false)];
  const able = ["a", "b", "c"];
  return {
    ...full,
    identities,
    addresses: [
      { address: s.alice.address, uses: { sign: { able, used: change.chosen ?? "a", chosen: change.chosen, locked: change.locked }, encrypt: { able, used: "a", chosen: null, locked: false } } },
      { address: "a.very.long.address.of.alice@department-with-a-long-name.example.org", uses: { sign: { able: [], used: null, chosen: null, locked: false }, encrypt: { able: ["d"], used: "d", chosen: null, locked: false } } },
    ],
  };
};
const ready: HostStatus = { state: "ready", version: "0.1.0" };
export const optionsStates: Record<string, () => JSX.Element> = {
  full: options(full, { state: "ready", version: "0.1.0" }),
  empty: options(nothing, { state: "permission", version: null }),
  "host-missing": options(nothing, { state: "missing", version: null }),
  "host-broken": options(nothing, { state: "broken", version: null }),
  "host-looking": options(nothing, null),
  "fetching-none": options({ ...nothing, fetching: { way: "none", allowed: false, off: false } }, { state: "missing", version: null }),
  "fetching-host": options({ ...nothing, fetching: { way: "host", allowed: true, off: false } }, { state: "ready", version: "0.1.0" }),
  "fetching-relay": options({ ...nothing, fetching: { way: "relay", allowed: false, off: false } }, { state: "permission", version: null }),
  "fetching-off": options({ ...nothing, fetching: { way: "none", allowed: false, off: true } }, { state: "permission", version: null }),
  "several-keys": options(severalKeys({ chosen: "c", locked: false }), ready),
  "several-keys-locked": options(severalKeys({ chosen: null, locked: true }), ready, "firefox"),
  ended: options({ ...full, identities: [{ ...identity, code: "pki.expired", certificate: { ...own, notAfter: ended.notAfter } }], endings: [ended], addresses: [{ address: s.alice.address, uses: { sign: { ...oneKey, used: null }, encrypt: { ...oneKey, used: null } } }] }, ready),
  flags: options({ ...full, organisation: { ...full.organisation, facts: [{ name: "SecurityFlags", domains: null, value: "66", problems: [] }] } }, ready),
  "repair-fine": options(nothing, ready, "chromium", "browser", { state: { damage: null, counts: [], keys: [own], enrolment: "" } }),
  "repair-lost": options(nothing, ready, "chromium", "browser", { state: { damage: lost, counts: [], keys: [], enrolment: "https://pki.example.org/enrol" }, saved: true }),
  "repair-newer": options(nothing, ready, "chromium", "browser", { state: { damage: { code: "store.newer", at: "2026-05-01T08:31:00Z", lost: [{ store: "identities", before: 2, now: null }], unreadable: [] }, counts: [], keys: [own], enrolment: "" } }),
  "repair-unreadable": options(full, ready, "chromium", "browser", { state: { damage: { code: "store.unreadable", at: null, lost: [], unreadable: [{ store: "people", count: 1204 }, { store: "trust-decisions", count: 1 }] }, counts: [], keys: [own], enrolment: "" }, problem: "store.export-unreadable" }),
  "repair-anew": options(nothing, ready, "chromium", "browser", { state: { damage: lost, counts: [], keys: [own], enrolment: "" }, asking: true }),
  "repair-restored": options(full, ready, "chromium", "browser", {
    state: { damage: null, counts: [], keys: [own], enrolment: "" },
    restored: { people: 12, authorities: 2, lists: 1, drafts: 1, refused: 3, waiting: 1, keys: [{ subject: own.subject, serial: own.serial, notAfter: own.notAfter }] },
    offers: [
      { kind: "authority", offer: { certificate: root, der: "", kind: "authority", leaf: null, code: "ok" } },
      { kind: "distrust", certificate: s.facts(), der: utf8("") },
      { kind: "webmail", origin: "https://webmail.example.org" },
      { kind: "directory", url: "ldaps://ldap.example.org/dc=example,dc=org", startTls: false, loginName: "" },
      { kind: "defaults", sign: true, encrypt: false },
    ],
  }),
  "keys-locked": options({ ...full, identities: [identity, { ...identity, id: "2", protection: "none", protectionCode: "keys.protection-required" }], locks: { ...lockedUp, required: "passphrase" } }, ready),
  "keys-on-card": options({ ...carded, identities: [...carded.identities, { ...identity, id: "2", protection: "card", protectionCode: "keys.card-pin-locked" }] }, ready, "chromium", "browser", {}, false, cardsOf()),
  "keys-each-time": options({ ...full, locks: { ...lockedUp, choices: [], minutes: null } }, ready),
  "change-passphrase": options(full, ready),
  "protection-file": options({ ...full, identities: [{ ...identity, protection: "none", octets: "file" }], locks: noVaults }, ready),
  "protection-prove": options(full, ready),
  "protection-prove-security-key": options({ ...full, identities: [{ ...identity, protection: "security-key" }], locks: keyed }, ready),
  "protection-choose": options(bare, ready),
  "protection-none": options(full, ready),
  "protection-changed": options(bare, ready),
  "theme-dark": options(full, ready, "chromium", "dark"),
  "security-keys": options({ ...full, identities: [{ ...identity, protection: "security-key" }], locks: keyed }, ready),
  "security-keys-webmail": options({ ...full, identities: [{ ...identity, protection: "security-key" }], locks: { ...keyed, securityKeys: { relyingParty: "example.org", code: "keys.relying-party-webmail" } } }, ready, "firefox"),
  "security-keys-place": options({ ...full, locks: { ...keyed, securityKeys: { relyingParty: null, code: "keys.relying-party-missing" } } }, ready, "firefox"),
  "answers-go": options({ ...full, answersGo: true }, ready, "chromium", "browser", {}, true),
  ...Object.fromEntries(Object.entries(cardViews).map(([name, cards]) => [name, options(full, ready, "chromium", "browser", {}, false, cards)])),
  paused: options({ ...full, paused: [origin] }, { state: "ready", version: "0.1.0" }),
};

export const helpStates: Record<string, () => JSX.Element> = { page: () => <HelpView topic="revocation_unreachable" contacts={full.organisation} />, "own-certificate": () => <HelpView topic="own_certificate" contacts={full.organisation} />, all: () => <HelpView topic={null} contacts={unmanaged} /> };

const wanted: UnlockQuestion = { kind: "passphrase", card: null, authenticators: [], securityKeys: place, key: { name: s.alice.name ?? "", addresses: [s.alice.address] }, keys: 3, origin, use: "read", message: { from: s.bob.address, date: "2026-05-03T09:12:00Z" }, choices, preselected: 480, wait: 0 };
const unlock = (question: UnlockQuestion | null, tried: Tried = { state: "not-yet" }) => (): JSX.Element => <UnlockView question={question} tried={tried} onUnlock={() => undefined} onCard={() => undefined} onCancel={() => undefined} />;
export const unlockStates: Record<string, () => JSX.Element> = {
  read: unlock(wanted),
  sign: unlock({ ...wanted, use: "sign", message: null, keys: 1 }),
  page: unlock({ ...wanted, use: "page", key: null, origin: null, message: null }),
  "each-time": unlock({ ...wanted, choices: [], preselected: null }),
  wrong: unlock(wanted, { state: "failed", code: "keys.passphrase-wrong", until: 0 }),
  wait: unlock(wanted, { state: "failed", code: "keys.unlock-wait", until: Date.now() + 8000 }),
  "security-key": unlock({ ...wanted, kind: "security-key", authenticators: [blueKey, { ...blueKey, label: "This laptop" }] }),
  "security-key-none": unlock({ ...wanted, kind: "security-key", securityKeys: { relyingParty: "example.org", code: "keys.relying-party-webmail" } }, { state: "failed", code: "keys.recovery-code-malformed", until: 0 }),
  card: unlock(cardAsked(wanted)),
  "card-wrong": unlock(cardAsked(wanted), { state: "card", reply: { result: "wrong", tries: "low" } }),
  "card-last": unlock(cardAsked(wanted, { tries: "last" })),
  "card-locked": unlock(cardAsked(wanted), { state: "card", reply: { result: "locked", tries: "locked" } }),
  "card-pad": unlock(cardAsked(wanted, { pinPad: true })),
  gone: unlock(null),
};

export const secretStates: Record<string, () => JSX.Element> = {
  asking: () => <SecretView question={{ origin }} onAnswer={() => undefined} />,
  gone: () => <SecretView question={null} onAnswer={() => undefined} />,
};

const asked: Confirmation = { from: s.alice, to: [s.bob], cc: [s.carol], bcc: [], subject: "Quarterly figures", text: "Quarterly figures", files: ["figures.xlsx"], sign: true, encrypt: true, unreadableFor: [] };
const confirm = (details: Confirmation | null) => (): JSX.Element => <ConfirmView details={details} onAnswer={() => undefined} />;
export const confirmStates: Record<string, () => JSX.Element> = {
  encrypted: confirm({ ...asked, unreadableFor: ["dave@lab.test"] }),
  clear: confirm({ ...asked, encrypt: false, sign: false }),
  gone: confirm(null),
};
