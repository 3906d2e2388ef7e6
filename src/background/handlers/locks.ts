import { SmimeError } from "../../base/errors.ts";
import { newRecoveryCode } from "../../keys/recovery-code.ts";
import type { Handlers } from "../dispatch.ts";
import type { Services } from "../services.ts";
import { told } from "../unlock-service.ts";
import { outputsOf, overwriting } from "./overwriting.ts";

type Names = Extract<keyof Handlers<"page">, `locks.${string}` | `unlock.${string}`>;

/** What our own pages may ask of the protection of keys. What a security key answered is overwritten when its request is done. */
export function lockHandlers({ afterLogout, authenticators, identities, unlocking, vaults, webmails }: Services): Pick<Handlers<"page">, Names> {
  return {
    "unlock.details": ({ id }) => unlocking.details(id),
    "unlock.answer": ({ id, secret, minutes }) => overwriting(outputsOf(secret), () => unlocking.answer(id, secret, minutes)),
    "unlock.card": ({ id, pin, minutes }) => unlocking.answerCard(id, pin, minutes),
    "unlock.cancel"({ id }) {
      unlocking.cancel(id);
      return Promise.resolve(null);
    },
    "unlock.open"({ vault }) {
      unlocking.openFor(vault);
      return Promise.resolve(null);
    },

    async "locks.lock"() {
      await afterLogout.locked();
      return null;
    },
    "locks.state": () => unlocking.facts(),
    "locks.check": ({ vault, secret }) => overwriting(outputsOf(secret), async () => told(await vaults.withKey(vault, secret, () => Promise.resolve(null)))),
    "locks.protect": ({ ids, secret, protection }) =>
      overwriting(outputsOf(secret, protection), async () => {
        const answer = await identities.protect({ ids, secret, protection });
        await webmails.announce();
        return answer;
      }),
    async "locks.change-passphrase"({ vault, old, next }) {
      return told(await vaults.changePassphrase(vault, old, next));
    },
    async "locks.authenticators"({ vault }) {
      const found = (await vaults.all()).find(({ id }) => id === vault);
      if (!found) throw new SmimeError("store.not-found");
      return authenticators.authenticators(found);
    },
    "locks.recovery-code": async () => ({ code: await newRecoveryCode() }),
    "locks.add-authenticator": ({ vault, secret, registered }) =>
      overwriting([...outputsOf(secret), registered.output], async () => told(await vaults.addAuthenticator(vault, secret, await authenticators.authenticatorOf(registered), registered.output))),
    "locks.renew-recovery-code": ({ vault, secret, code }) => overwriting(outputsOf(secret), async () => told(await vaults.renewRecoveryCode(vault, secret, code))),
    async "locks.remove"({ vault, lock }) {
      await vaults.removeLock(vault, lock);
      return null;
    },
    async "locks.minutes"({ minutes }) {
      await unlocking.setMinutes(minutes);
      return null;
    },
  };
}
