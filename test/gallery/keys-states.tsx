import type { JSX } from "preact";
import type { BackupFacts, Ending, OwnKeysState, WaitingFacts } from "../../src/protocol/own-keys.ts";
import type { IdentityFacts } from "../../src/protocol/identities.ts";
import type { LockFacts } from "../../src/protocol/unlock.ts";
import type { BackupStep } from "../../src/ui/keys/backup.ts";
import { EMPTY_FORM } from "../../src/ui/setup/protection-form.ts";
import { KeysView } from "../../src/ui/keys/keys-view.tsx";
import { emptyKeys, type KeysActions, type KeysModel, type ProtectionStep } from "../../src/ui/keys/model.ts";
import * as s from "../unit/ui/samples.ts";

const anything = <T,>(): T => new Proxy({}, { get: () => () => undefined }) as T;
const own = s.facts({ name: s.alice.name, addresses: [s.alice.address], subject: "CN=Alice Example,O=Lab,C=DE", source: "own" });
const identity: IdentityFacts = { id: "1", certificate: own, code: "ok", canSign: true, canDecrypt: true, origins: [], protection: "none", octets: "file", protectionCode: "ok" };

const pem = (label: string): string => `-----BEGIN ${label}-----\nMIIBIjCBzwIBADAYMRYwFAYDVQQDDA1BbGljZSBFeGFtcGxlMFkwEwYHKoZIzj0C\n-----END ${label}-----\n`;
const waiting = (id: string, group: string, kind: WaitingFacts["kind"], use: WaitingFacts["use"]): WaitingFacts => ({ id, group, kind, use, name: s.alice.name, address: s.alice.address, madeAt: "2026-05-02T08:31:00Z", pem: pem(kind === "x25519" ? "PUBLIC KEY" : "CERTIFICATE REQUEST"), missing: use === "both" ? ["sign", "encrypt"] : [use], protection: "passphrase", code: "ok" });
const one = waiting("1", "a", "rsa-3072", "both");
const pair = [waiting("2", "b", "ed25519", "sign"), waiting("3", "b", "x25519", "encrypt")];
const backup = (id: string, state: BackupFacts["state"], both = false): BackupFacts => ({ id, certificate: { ...own, sha256: id.repeat(64) }, both, state, fromFile: false, lock: null });
const place = { relyingParty: null, code: "ok" } as const;
const none: OwnKeysState = { waiting: [], backups: [], known: [], organisation: { enrolment: "", help: "", notice: "" }, securityKeys: place };
const state: OwnKeysState = {
  waiting: [one, ...pair],
  backups: [backup("a", "possible", true), backup("b", "gone"), backup("c", "forbidden")],
  known: [{ name: s.alice.name, address: s.alice.address }],
  organisation: { enrolment: "https://pki.example.org/enrol", help: "", notice: "" },
  securityKeys: place,
};
const wish = { ...emptyKeys.wish, name: s.alice.name, address: s.alice.address };
const root = { ...s.facts({ name: "Lab Root CA", addresses: [], subject: "CN=Lab Root CA,O=Lab,C=DE", issuerName: "Lab Root CA", canSign: false, canEncrypt: false, source: "file" }) };
const offer = { certificate: root, der: "", kind: "authority" as const, leaf: null, code: "ok" };
const keys = (change: Partial<KeysModel>) => (): JSX.Element => <KeysView model={{ ...emptyKeys, state, wish, ...change }} actions={anything<KeysActions>()} />;
const step: BackupStep = { key: backup("a", "possible", true), password: "", again: "", passphrase: "", code: null, making: null, saved: false, problem: null };
const under = (kind: "passphrase" | "security-key"): BackupFacts => ({ ...backup("a", "possible", true), lock: { vault: "v", kind } });
const typed = { password: "correct horse battery", again: "correct horse battery", passphrase: "four words that open" };
const vault = { id: "v", kind: "passphrase" as const, identities: ["1"], waiting: 0, unlocked: [], until: null, locks: [] };
const locks: LockFacts = { vaults: [], securityKeys: place, cards: [], choices: [], minutes: null, required: "none" };
const protecting: ProtectionStep = { group: null, required: "none", locks, form: EMPTY_FORM };

export const keysStates: Record<string, () => JSX.Element> = {
  empty: keys({ state: none, wish: emptyKeys.wish }),
  full: keys({}),
  made: keys({ made: [one], copied: { group: "a", done: true } }),
  request: keys({}),
  "made-curve25519": keys({ wish: { ...wish, suite: "curve25519" }, made: pair }),
  "wrong-address": keys({ wish: { ...wish, address: "alice" }, problem: { code: "keys.address", where: "make" } }),
  "make-protection": keys({ protecting }),
  "make-protection-known": keys({ protecting: { ...protecting, locks: { ...locks, vaults: [vault] } } }),
  "make-protection-required": keys({ protecting: { ...protecting, required: "security-key", form: { ...EMPTY_FORM, kind: "security-key" } } }),
  "make-protection-wrong": keys({ protecting: { ...protecting, locks: { ...locks, vaults: [vault] }, form: { ...EMPTY_FORM, passphrase: "four words that opened" } }, problem: { code: "keys.passphrase-wrong", where: "protection" } }),
  "make-busy": keys({ busy: true, protecting: { ...protecting, form: { ...EMPTY_FORM, kind: "none" } } }),
  "protect-waiting": keys({ protecting: { ...protecting, group: "a", required: "passphrase" } }),
  "waits-for-one": keys({ state: { ...state, waiting: [{ ...one, missing: ["encrypt"] }] } }),
  unprotected: keys({ state: { ...state, waiting: [{ ...one, protection: "none", code: "keys.protect-first" }, ...pair.map((key): WaitingFacts => ({ ...key, protection: "none", code: key.use === "sign" ? "keys.born-unprotected" : "keys.protect-first" }))] } }),
  "taken-unprotectable": keys({ unprotectable: [own] }),
  imported: keys({ state: { ...state, waiting: [], backups: [{ ...backup("a", "possible", true), fromFile: true }] } }),
  "give-up": keys({ givingUp: [one] }),
  taken: keys({ taken: [identity] }),
  "taken-untrusted": keys({ taken: [{ ...identity, code: "pki.untrusted" }], offers: [offer] }),
  "fits-no-key": keys({ problem: { code: "keys.certificate-without-key", where: "taken" } }),
  backup: keys({ backup: step }),
  "backup-differs": keys({ backup: { ...step, password: "correct horse battery", again: "correct horse" } }),
  "backup-problem": keys({ backup: { ...step, ...typed, problem: "keys.backup-gone" } }),
  "backup-passphrase": keys({ backup: { ...step, key: under("passphrase"), ...typed } }),
  "backup-passphrase-wrong": keys({ backup: { ...step, key: under("passphrase"), ...typed, problem: "keys.passphrase-wrong" } }),
  "backup-security-key": keys({ backup: { ...step, key: under("security-key") } }),
  "backup-recovery-code": keys({ backup: { ...step, key: under("security-key"), code: "" } }),
  "backup-making": keys({ backup: { ...step, ...typed, making: 0.4 } }),
  "backup-saved": keys({ backup: { ...step, saved: true } }),
};

/** A signing certificate that ends soon, for other pages. */
export const ending: Ending = { id: "1", address: s.alice.address, notAfter: "2026-05-20T00:00:00Z", ended: false, dismissed: false };
export const ended: Ending = { ...ending, notAfter: "2026-05-01T00:00:00Z", ended: true };
