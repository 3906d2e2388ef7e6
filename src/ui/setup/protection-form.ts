import { SmimeError } from "../../base/errors.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { LockFacts, RegisteredKey, SecurityKeyPlace, WantedProtection } from "../../protocol/unlock.ts";
import { newPassphraseProblem } from "../locks/new-passphrase.ts";
import type { SecurityKeyAsker } from "../locks/security-key.ts";

/** How keys are to be protected, as it stands in a form. The passphrase is typed twice where it is a new one. */
export interface ProtectionForm {
  kind: "passphrase" | "security-key" | "none";
  passphrase: string;
  again: string;
  /** What the person calls the security key. */
  label: string;
  /** The first security key, with the recovery code that is shown for it; null until it was registered. */
  first: { registered: RegisteredKey; code: string } | null;
  /** Whether the person says that the recovery code is kept. */
  kept: boolean;
}

export const EMPTY_FORM: ProtectionForm = { kind: "passphrase", passphrase: "", again: "", label: "", first: null, kept: false };

/** What protects keys here in the way that is chosen, besides those that are brought again: then it is that one. */
export function vaultFor({ kind }: Pick<ProtectionForm, "kind">, vaults: LockFacts["vaults"], again: ReadonlySet<string> = new Set()): string | null {
  return vaults.find((vault) => vault.kind === kind && (vault.waiting > 0 || vault.identities.some((id) => !again.has(id))))?.id ?? null;
}

/** What is still wrong with the form; null if nothing is. */
export function formProblem({ kind, passphrase, again, first, kept }: ProtectionForm, known: boolean): "empty" | "short" | "differs" | "unregistered" | "unkept" | null {
  if (kind === "none") return null;
  if (kind === "security-key") return known || (first !== null && kept) ? null : first === null ? "unregistered" : "unkept";
  if (known) return passphrase === "" ? "empty" : null;
  return newPassphraseProblem(passphrase, again);
}

/** What the form asks the background for; a security key that is there is asked now. Throws `keys.passphrase-short`, `keys.security-key-*`, `keys.relying-party-*`. */
export async function wantedBy(form: ProtectionForm, vault: string | null, place: SecurityKeyPlace | null, ask: Ask<"page">, asker: SecurityKeyAsker): Promise<WantedProtection> {
  const { kind, passphrase, first } = form;
  if (formProblem(form, vault !== null) !== null) throw new SmimeError("keys.passphrase-short");
  if (kind === "none") return { kind };
  if (kind === "passphrase") return { kind, vault, passphrase };
  if (vault === null && first) return { kind, vault, credential: first.registered.credential, output: first.registered.output, first };
  return { kind, vault, ...(await asker.ask(usable(place).relyingParty, await ask("locks.authenticators", { vault: vault ?? "" }))), first: null };
}

/** Registers the first security key of a form, with a recovery code. Throws as `wantedBy`. */
export async function registerFirst({ label }: ProtectionForm, place: SecurityKeyPlace | null, ask: Ask<"page">, asker: SecurityKeyAsker): Promise<Pick<ProtectionForm, "first" | "kept">> {
  const registered = await asker.register(usable(place).relyingParty, label.trim(), []);
  const { code } = await ask("locks.recovery-code", null);
  return { first: { registered, code }, kept: false };
}

function usable(place: SecurityKeyPlace | null): SecurityKeyPlace {
  if (!place) throw new SmimeError("keys.security-key-unavailable");
  if (place.code !== "ok") throw new SmimeError(place.code);
  return place;
}
