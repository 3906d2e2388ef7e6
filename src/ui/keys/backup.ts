import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import { type BackupFacts, LEAST_BACKUP_PASSWORD } from "../../protocol/own-keys.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { SecurityKeyPlace, UnlockSecret } from "../../protocol/unlock.ts";
import type { SecurityKeyAsker } from "../locks/security-key.ts";
import { forgetSecret } from "../locks/security-key-desk.ts";

/** A backup on its way: its password is typed, the file is made, and then it is saved or not. */
export interface BackupStep {
  key: BackupFacts;
  password: string;
  again: string;
  /** Of a key under a passphrase. */
  passphrase: string;
  /** Of a key under a security key: the recovery code as typed, null for the security key itself. */
  code: string | null;
  /** How much of the file is made, of 1; null while nothing is being made. */
  making: number | null;
  /** The file was given to the browser to save. */
  saved: boolean;
  problem: Code | null;
}

export interface BackupActions {
  /** Null closes it; what was not saved can still be. */
  backUp: (key: BackupFacts | null) => void;
  typeBackup: (change: Partial<Pick<BackupStep, "password" | "again" | "passphrase" | "code">>) => void;
  saveBackup: () => void;
  /** The person has the file: nothing is kept for another one. */
  backupDone: () => void;
  /** The person has the file in which the key came, and wants no other. */
  haveFile: (key: BackupFacts) => void;
}

export interface BackupAround {
  ask: Ask<"page">;
  save: (name: string, bytes: Bytes) => void;
  securityKeys: SecurityKeyAsker;
  place: () => SecurityKeyPlace | null;
  /** Called when nothing is kept any more for a key's backup. */
  done: (id: string) => Promise<void>;
}

/** How often it is asked how much of the file is made, milliseconds. */
const EVERY = 250;

/** Why a backup's password does not do; null if it does. */
export function passwordProblem({ password, again }: Pick<BackupStep, "password" | "again">): "short" | "differ" | null {
  if (Array.from(password).length < LEAST_BACKUP_PASSWORD) return "short";
  return password === again ? null : "differ";
}

/** Whether all is typed that the file needs. */
export function isComplete(step: BackupStep): boolean {
  const { lock } = step.key;
  const opens = lock === null || (lock.kind === "passphrase" ? step.passphrase !== "" : step.code !== "");
  return opens && passwordProblem(step) === null;
}

/** The logic of the dialogue. What is typed goes with it. */
export function makeBackups(step: { get: () => BackupStep | null; set: (step: BackupStep | null) => void }, { ask, save, securityKeys, place, done }: BackupAround): BackupActions {
  /** Of what may have been closed meanwhile. */
  const change = (id: string, change: Partial<BackupStep>): void => {
    const now = step.get();
    if (now?.key.id === id) step.set({ ...now, ...change });
  };
  async function secretOf({ key: { lock }, passphrase, code }: BackupStep): Promise<UnlockSecret | null> {
    if (lock === null) return null;
    if (lock.kind === "passphrase") return { kind: "passphrase", passphrase };
    if (code !== null) return { kind: "recovery-code", code };
    const here = place();
    if (here?.code !== "ok") throw new SmimeError(here?.code ?? "keys.security-key-unavailable");
    return { kind: "security-key", ...(await securityKeys.ask(here.relyingParty, await ask("locks.authenticators", { vault: lock.vault }))) };
  }
  async function make(now: BackupStep): Promise<void> {
    const { id, certificate } = now.key;
    change(id, { making: 0, problem: null });
    const timer = setInterval(() => void ask("backup.progress", { id }).then(({ done: far }) => far !== null && step.get()?.making !== null && change(id, { making: far })).catch(() => undefined), EVERY);
    try {
      const secret = await secretOf(now);
      const { file } = await ask("backup.make", { id, password: now.password, secret });
      if (secret) forgetSecret(secret);
      save(`${certificate.addresses[0] ?? certificate.name}.p12`, file);
      change(id, { saved: true });
    } catch (error) {
      change(id, { problem: codeOf(error) });
    } finally {
      clearInterval(timer);
      change(id, { making: null });
    }
  }
  async function forget({ id }: BackupFacts): Promise<void> {
    try {
      await ask("backup.done", { id });
      if (step.get()?.key.id === id) step.set(null);
      await done(id);
    } catch (error) {
      change(id, { problem: codeOf(error) });
    }
  }

  return {
    backUp: (key) => step.set(key && { key, password: "", again: "", passphrase: "", code: null, making: null, saved: false, problem: null }),
    typeBackup: (typed) => {
      const now = step.get();
      if (now) step.set({ ...now, ...typed, problem: null });
    },
    saveBackup: () => {
      const now = step.get();
      if (now && now.making === null && isComplete(now)) void make(now);
    },
    backupDone: () => {
      const now = step.get();
      if (now) void forget(now.key);
    },
    haveFile: (key) => void forget(key),
  };
}
