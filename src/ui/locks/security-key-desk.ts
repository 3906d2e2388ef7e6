import { SmimeError } from "../../base/errors.ts";
import type { Ask } from "../../protocol/requests.ts";
import { type RegisteredKey, type SecurityKeyPlace, type UnlockAnswer, type UnlockSecret, type WantedProtection, WRONG_SECRET } from "../../protocol/unlock.ts";
import type { SecurityKeyAsker } from "./security-key.ts";

/** What a person does with the protection of keys. What a security key answered is overwritten here once it was sent for the last time. */
export interface SecurityKeyDesk {
  /**
   * Has a person show that a vault is theirs: by a security key, or by the recovery code. It is seen to open the vault before anything is
   * begun with it. Throws `keys.security-key-*`, `keys.recovery-code-*`, `keys.unlock-wait`.
   */
  prove(vault: string, code: string | null): Promise<UnlockSecret>;
  /** The same with another secret. Throws `keys.passphrase-wrong`, `keys.unlock-wait`. */
  check(vault: string, secret: UnlockSecret): Promise<UnlockSecret>;
  /** Registers another one. Throws as above. */
  add(vault: string, secret: UnlockSecret, label: string): Promise<void>;
  /** Registers the first one, with a recovery code that the person is shown. Throws `keys.security-key-*`. */
  first(label: string): Promise<{ registered: RegisteredKey; code: string }>;
  newCode(): Promise<string>;
  /** Puts a new recovery code in the place of the old one. Throws as above. */
  renew(vault: string, secret: UnlockSecret, code: string): Promise<void>;
  /** Changes how keys are protected. Throws as above, `keys.protection-required`, `keys.passphrase-*`, `keys.needs-file`. */
  protect(ids: readonly string[], secret: UnlockSecret | null, protection: WantedProtection): Promise<void>;
}

/** Overwrites what a security key answered. */
export function forgetSecret(secret: UnlockSecret | WantedProtection | null): void {
  if (secret?.kind !== "security-key") return;
  secret.output.fill(0);
  if ("first" in secret) secret.first?.registered.output.fill(0);
}

export function securityKeyDesk(ask: Ask<"page">, asker: SecurityKeyAsker, place: () => SecurityKeyPlace): SecurityKeyDesk {
  function accept(answer: UnlockAnswer, kind: UnlockSecret["kind"]): void {
    if (answer.state === "wait") throw new SmimeError("keys.unlock-wait");
    if (answer.state === "wrong") throw new SmimeError(WRONG_SECRET[kind]);
  }
  async function check(vault: string, secret: UnlockSecret): Promise<UnlockSecret> {
    accept(await ask("locks.check", { vault, secret }), secret.kind);
    return secret;
  }
  const newCode = async (): Promise<string> => (await ask("locks.recovery-code", null)).code;
  return {
    check,
    newCode,
    async prove(vault, code) {
      if (code !== null) return check(vault, { kind: "recovery-code", code });
      return check(vault, { kind: "security-key", ...(await asker.ask(place().relyingParty, await ask("locks.authenticators", { vault }))) });
    },
    async add(vault, secret, label) {
      const registered = await asker.register(place().relyingParty, label, await ask("locks.authenticators", { vault }));
      try {
        accept(await ask("locks.add-authenticator", { vault, secret, registered }), secret.kind);
      } finally {
        registered.output.fill(0);
        forgetSecret(secret);
      }
    },
    async first(label) {
      return { registered: await asker.register(place().relyingParty, label, []), code: await newCode() };
    },
    async renew(vault, secret, code) {
      accept(await ask("locks.renew-recovery-code", { vault, secret, code }), secret.kind);
      forgetSecret(secret);
    },
    async protect(ids, secret, protection) {
      accept(await ask("locks.protect", { ids: [...ids], secret, protection }), secret?.kind ?? "passphrase");
      forgetSecret(secret);
      forgetSecret(protection);
    },
  };
}
