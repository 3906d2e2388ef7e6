import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { Authenticator, Vault } from "../keys/vault.ts";
import { areRelated, type PatternKind } from "../protocol/origin-pattern.ts";
import type { AuthenticatorFacts, RegisteredKey, SecurityKeyPlace } from "../protocol/unlock.ts";

export interface SecurityKeyParts {
  kind: PatternKind;
  /** The domain that the organisation named (`WebAuthnRelyingParty`), empty for none. */
  named: () => Promise<string>;
  /** Origins of the webmails that anybody added or named. */
  webmails: () => Promise<readonly string[]>;
  /** Whether the browser lets us reach a match pattern. */
  contains: (pattern: string) => Promise<boolean>;
  clock: Clock;
}

/** For whom security keys are registered here, and which of those that are kept can be asked. */
export interface SecurityKeys {
  place(): Promise<SecurityKeyPlace>;
  /** The security keys of a vault that were registered for the place that holds now. */
  authenticators(vault: Vault): Promise<AuthenticatorFacts[]>;
  /** What is kept of a security key that was registered now. Throws the place's code. */
  authenticatorOf(registered: RegisteredKey): Promise<Authenticator>;
}

/** The domain whose permission is asked for. */
export const relyingPartyPattern = (domain: string): string => `https://${domain}/*`;

export function securityKeys({ kind, named, webmails, contains, clock }: SecurityKeyParts): SecurityKeys {
  /** Chromium gives an extension's pages a relying party of their own; Firefox wants a domain that they may reach. */
  async function place(): Promise<SecurityKeyPlace> {
    if (kind === "chromium") return { relyingParty: null, code: "ok" };
    const domain = (await named()).toLowerCase();
    if (domain === "") return { relyingParty: null, code: "keys.relying-party-missing" };
    const hosts = (await webmails()).map((origin) => new URL(origin).hostname);
    if (hosts.some((host) => areRelated(host, domain))) return { relyingParty: domain, code: "keys.relying-party-webmail" };
    return { relyingParty: domain, code: (await contains(relyingPartyPattern(domain))) ? "ok" : "keys.relying-party-permission" };
  }

  return {
    place,
    async authenticators({ locks }) {
      const { relyingParty, code } = await place();
      if (code !== "ok") return [];
      return locks.flatMap((lock) => {
        if (lock.kind !== "security-key" || lock.relyingParty !== relyingParty) return [];
        const { credential, salt, transports, label } = lock;
        return [{ credential, salt, transports, label }];
      });
    },
    async authenticatorOf({ credential, salt, transports, label }) {
      const { relyingParty, code } = await place();
      if (code !== "ok") throw new SmimeError(code);
      return { credential, salt, transports, label, relyingParty, addedAt: clock().toISOString() };
    },
  };
}
