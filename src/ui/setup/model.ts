import { type Bytes, latin1 } from "../../base/bytes.ts";
import { decodeBase64 } from "../../base/base64.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { BackupFacts } from "../../protocol/own-keys.ts";
import { endsSecurityKeys, type SecurityKeyPlace } from "../../protocol/unlock.ts";
import type { IdentityFacts, IdentityPreview } from "../../protocol/identities.ts";
import type { ExtensionState } from "../../protocol/page-requests.ts";
import type { Ask } from "../../protocol/requests.ts";
import { originOf } from "../../protocol/origin-pattern.ts";
import { type BackupActions, type BackupStep, makeBackups } from "../keys/backup.ts";
import type { SecurityKeyAsker } from "../locks/security-key.ts";
import { forgetSecret } from "../locks/security-key-desk.ts";
import type { Cell } from "../shared/cell.ts";
import { EMPTY_FORM, type ProtectionForm, registerFirst, vaultFor, wantedBy } from "./protection-form.ts";

export type SetupStep = "key" | "webmail" | "done";

/** Everything that the set-up window shows. */
export interface SetupModel {
  step: SetupStep;
  state: ExtensionState | null;
  file: { name: string; bytes: Bytes } | null;
  password: string;
  preview: IdentityPreview | null;
  /** The authority whose fingerprint is being compared, by its SHA-256. */
  comparing: string | null;
  trusted: Record<string, boolean>;
  imported: IdentityFacts[];
  /** Those of them of which a backup may be saved, until it is or the person has the file. */
  backups: BackupFacts[];
  backup: BackupStep | null;
  /** How the keys are to be protected, as it stands in the form. */
  protection: ProtectionForm;
  /** Address of the webmail as typed. */
  webmail: string;
  /** Whether the person wants the webmail although it leaves only the recovery code; see `endedBy`. */
  anyway: boolean;
  busy: boolean;
  problem: Code | null;
  /** The browser's prompt was answered with no. */
  declined: boolean;
}

/** What protects other keys here in the way that is chosen than those that the file brings again. */
export function knownVault({ state, preview, protection }: Pick<SetupModel, "state" | "preview" | "protection">): string | null {
  return vaultFor(protection, state?.locks.vaults ?? [], new Set(preview?.identities.map(({ certificate }) => certificate.sha256)));
}

/** The domain of the security keys that could not be asked any more if the webmail that is typed were added; null if none ends. */
export function endedBy({ state, webmail }: Pick<SetupModel, "state" | "webmail">): string | null {
  try {
    return state && endsSecurityKeys(state.locks, originOf(webmail)) ? state.locks.securityKeys.relyingParty : null;
  } catch {
    // What is typed is no address yet.
    return null;
  }
}

export function emptySetup(webmail: string): SetupModel {
  return {
    step: "key",
    state: null,
    file: null,
    password: "",
    preview: null,
    comparing: null,
    trusted: {},
    imported: [],
    backups: [],
    backup: null,
    protection: EMPTY_FORM,
    webmail,
    anyway: false,
    busy: false,
    problem: null,
    declined: false,
  };
}

/** The largest PKCS#12 file that is read, in octets. */
const MAX_FILE = 1_000_000;

export interface SetupActions extends BackupActions {
  start: () => void;
  chooseFile: (file: Pick<File, "name" | "size" | "arrayBuffer">) => void;
  setPassword: (password: string) => void;
  look: () => void;
  /** Opens the dialog that compares an authority's fingerprint; null closes it. */
  compare: (sha256: string | null) => void;
  /** Called by that dialog once it was compared. */
  trust: (sha256: string) => void;
  setProtection: (change: Partial<ProtectionForm>) => void;
  /** Registers the first security key, and shows a recovery code. */
  registerKey: () => void;
  /** Called directly in the click handler. */
  allowRelyingParty: () => void;
  /** Takes the keys and goes on: to the webmail, or to the end if the one in question is allowed already. */
  importKeys: () => void;
  /** Another file, instead or besides. */
  again: () => void;
  go: (step: SetupStep) => void;
  setWebmail: (text: string) => void;
  setAnyway: (anyway: boolean) => void;
  /** Called directly in the click handler. */
  grant: () => void;
  /** Called directly in the click handler. */
  allowFetching: () => void;
  /** Brings the webmail's tab to the front, or opens one. */
  openWebmail: (origin: string) => void;
}

/** Whether a file holds certificates without a key: by its name, or by the marks of PEM (RFC 7468). */
function isCertificateFile({ name, bytes }: { name: string; bytes: Bytes }): boolean {
  return /\.(cer|crt|der|p7b|p7c)$/i.test(name) || /-----BEGIN (CERTIFICATE|PKCS7|CMS)-----/.test(latin1(bytes.subarray(0, MAX_FILE)));
}

/** The logic of set-up. Whatever fails, what was chosen and typed stays; the password goes once the keys are imported. */
export function makeSetup(cell: Cell<SetupModel>, around: { ask: Ask<"page">; securityKeys: SecurityKeyAsker; requestAccess: (origin: string) => Promise<boolean>; requestFetching: () => Promise<boolean>; openTab: (origin: string) => Promise<void>; save: (name: string, bytes: Bytes) => void }): SetupActions {
  const { ask } = around;
  const run = async (work: () => Promise<void>): Promise<void> => {
    cell.set({ busy: true, problem: null });
    try {
      await work();
    } catch (error) {
      cell.set({ problem: codeOf(error) });
    }
    cell.set({ busy: false });
  };
  /** After the keys: to the webmail, or to the end if the one in question is allowed already. */
  const nextStep = (state: ExtensionState | null): SetupStep => {
    const { webmail } = cell.get();
    const allowed = state?.webmails.some(({ origin, granted }) => granted && (webmail === "" || origin === webmail)) ?? false;
    return allowed ? "done" : "webmail";
  };
  /** Nothing is left to be decided about the key: what was imported is said where the next step begins. */
  const taken = async (imported: IdentityFacts[]): Promise<Partial<SetupModel>> => {
    const state = await ask("state", null);
    return { imported, password: "", file: null, preview: null, state, step: nextStep(state) };
  };
  const chosen = (): { file: Bytes; password: string } => {
    const { file, password } = cell.get();
    if (!file) throw new SmimeError("keys.pkcs12-malformed");
    return { file: file.bytes, password };
  };
  const place = (): SecurityKeyPlace | null => cell.get().state?.locks.securityKeys ?? null;
  const backup = makeBackups({ get: () => cell.get().backup, set: (step) => cell.set({ backup: step }) }, {
    ...around,
    place,
    done: (id) => Promise.resolve(cell.set({ backups: cell.get().backups.filter((each) => each.id !== id) })),
  });
  return {
    ...backup,
    start: () =>
      void run(async () => {
        const first = await ask("state", null);
        // Opening set-up is an act: readers that were left alone since a logout are looked at.
        if (first.cards === "resting") await ask("cards.look", { acted: true });
        const state = first.cards === "resting" ? await ask("state", null) : first;
        // What the organisation named and the browser does not allow yet need not be typed.
        const named = state?.webmails.find(({ granted }) => !granted)?.origin ?? "";
        cell.set({ state, webmail: cell.get().webmail || named });
      }),
    chooseFile: (file) =>
      void run(async () => {
        if (file.size > MAX_FILE) throw new SmimeError("keys.pkcs12-malformed");
        cell.set({ file: { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }, preview: null });
      }),
    setPassword: (password) => cell.set({ password, problem: null }),
    look: () =>
      void run(async () => {
        const { file } = cell.get();
        if (!file || !isCertificateFile(file)) return cell.set({ preview: await ask("identity.preview", chosen()) });
        // An authority's answer to a request that was made here: its key waits.
        const { identities } = await ask("keys.issued", { file: file.bytes });
        cell.set(await taken(identities));
      }),
    compare: (comparing) => cell.set({ comparing }),
    trust: (sha256) =>
      void run(async () => {
        const authority = cell.get().preview?.authorities.find((each) => each.sha256 === sha256);
        if (!authority || cell.get().comparing !== sha256) return;
        cell.set({ comparing: null });
        await ask("anchor.add", { certificate: decodeBase64(authority.der), confirmedSha256: sha256 });
        cell.set({ trusted: { ...cell.get().trusted, [sha256]: true } });
        // What the certificate is worth may have changed with it.
        cell.set({ preview: await ask("identity.preview", chosen()) });
      }),
    importKeys: () =>
      void run(async () => {
        const protection = await wantedBy(cell.get().protection, knownVault(cell.get()), place(), ask, around.securityKeys);
        const { identities, backups } = await ask("identity.import", { ...chosen(), protection });
        forgetSecret(protection);
        // Nothing is left to be decided about the key: what was imported is said where the next step begins.
        cell.set({ ...(await taken(identities)), backups, protection: EMPTY_FORM });
      }),
    setProtection: (change) => cell.set({ protection: { ...cell.get().protection, ...change }, problem: null }),
    registerKey: () =>
      void run(async () => {
        const first = await registerFirst(cell.get().protection, place(), ask, around.securityKeys);
        cell.set({ protection: { ...cell.get().protection, ...first } });
      }),
    allowRelyingParty: () => {
      const domain = cell.get().state?.locks.securityKeys.relyingParty ?? null;
      if (domain === null) return;
      const answer = around.requestAccess(`https://${domain}`);
      void run(async () => {
        if (await answer) cell.set({ state: await ask("state", null) });
      });
    },
    again: () => cell.set({ protection: EMPTY_FORM, step: "key", file: null, preview: null, comparing: null, password: "", imported: [], backups: [], problem: null }),
    go: (step) => cell.set({ step, problem: null }),
    allowFetching: () => {
      const answer = around.requestFetching();
      void run(async () => {
        await answer;
        cell.set({ state: await ask("state", null) });
      });
    },
    openWebmail: (origin) => void run(() => around.openTab(origin)),
    setWebmail: (webmail) => cell.set({ webmail, anyway: false, problem: null, declined: false }),
    setAnyway: (anyway) => cell.set({ anyway }),
    grant: () => {
      if (endedBy(cell.get()) !== null && !cell.get().anyway) return;
      let origin: string;
      let answer: Promise<boolean>;
      try {
        origin = originOf(cell.get().webmail);
        answer = around.requestAccess(origin);
      } catch {
        return cell.set({ problem: "setup.address" });
      }
      void run(async () => {
        if (!(await answer)) return cell.set({ declined: true });
        await ask("webmail.granted", { origin });
        cell.set({ declined: false, state: await ask("state", null), step: "done" });
      });
    },
  };
}
