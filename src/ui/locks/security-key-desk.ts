import { SmimeError } from "../../base/errors.ts";
import type { Ask } from "../../protocol/requests.ts";
import { type SecurityKeyPlace, type UnlockAnswer, type UnlockSecret, WRONG_SECRET } from "../../protocol/unlock.ts";
import type { SecurityKeyAsker } from "./security-key.ts";

/** What a person does with the security keys of a vault. */
export interface SecurityKeyDesk {
  /** Has a person show that the vault is theirs: by a security key, or by the recovery code. Throws `keys.security-key-*`. */
  prove(vault: string, code: string | null): Promise<UnlockSecret>;
  /** Registers another one. Throws as above, `keys.recovery-code-*`, `keys.unlock-wait`. */
  add(vault: string, secret: UnlockSecret, label: string): Promise<void>;
  newCode(): Promise<string>;
  /** Puts a new recovery code in the place of the old one. Throws as above. */
  renew(vault: string, secret: UnlockSecret, code: string): Promise<void>;
}

export function securityKeyDesk(ask: Ask<"page">, asker: SecurityKeyAsker, place: () => SecurityKeyPlace): SecurityKeyDesk {
  function accept(answer: UnlockAnswer, { kind }: UnlockSecret): void {
    if (answer.state === "wait") throw new SmimeError("keys.unlock-wait");
    if (answer.state === "wrong") throw new SmimeError(WRONG_SECRET[kind]);
  }
  return {
    async prove(vault, code) {
      if (code !== null) return { kind: "recovery-code", code };
      return { kind: "security-key", ...(await asker.ask(place().relyingParty, await ask("locks.authenticators", { vault }))) };
    },
    async add(vault, secret, label) {
      const registered = await asker.register(place().relyingParty, label, await ask("locks.authenticators", { vault }));
      accept(await ask("locks.add-authenticator", { vault, secret, registered }), secret);
    },
    newCode: async () => (await ask("locks.recovery-code", null)).code,
    async renew(vault, secret, code) {
      accept(await ask("locks.renew-recovery-code", { vault, secret, code }), secret);
    },
  };
}
