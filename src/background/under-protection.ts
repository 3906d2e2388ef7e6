import { SmimeError } from "../base/errors.ts";
import { isProtected } from "../keys/protected-key.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import { type Protection, type UnlockSecret, type WantedProtection, WRONG_SECRET } from "../protocol/unlock.ts";
import { allIdentities } from "../store/identities.ts";
import type { Attempt, KeyVaults, VaultWish } from "./key-vaults.ts";
import type { SecurityKeys } from "./security-keys.ts";

export type VaultProtection = Exclude<WantedProtection, { kind: "none" }>;

/** The vaults that keys lie in, for whoever puts keys there. */
export interface UnderProtection {
  /**
   * Opens the vault of a protection, or makes its first one, for one piece of work; nobody else changes vaults meanwhile.
   * @param replaced identities whose keys the work replaces: a vault in which no other lies may have been forgotten, and gets a successor
   * @throws SmimeError `keys.passphrase-wrong`, `keys.security-key-wrong`, `keys.unlock-wait`, and for the first vault `keys.passphrase-short`, `keys.recovery-code-malformed`
   */
  use<T>(protection: VaultProtection, work: (vault: { id: string; key: CryptoKey }) => Promise<T>, replaced?: readonly string[]): Promise<T>;
  /** Opens a vault for one piece of work. Throws as an unlock window says it: `keys.passphrase-wrong`, `keys.security-key-wrong`, `keys.recovery-code-wrong`, `keys.unlock-wait`. */
  open<T>(vault: string, secret: UnlockSecret, work: (key: CryptoKey) => Promise<T>): Promise<T>;
  /** Does a piece of work while no vault gets another key, as sealed forms are read and written elsewhere. It uses no other of these. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
  /** Forgets vaults that no key lies in. */
  dropUnused(): Promise<void>;
  /** What opens a vault; `none` if there is none of this name. */
  kindOf(vault: string): Promise<Protection>;
}

export interface UnderProtectionParts {
  vaults: Pick<KeyVaults, "all" | "withKey" | "withKeyOf" | "undisturbed" | "dropUnused">;
  authenticators: Pick<SecurityKeys, "authenticatorOf">;
  /** Names of the vaults in which keys lie that wait for their certificates. */
  waitingIn: () => Promise<readonly string[]>;
  /** Whether keys are here that cannot be read: nobody knows which vault they lie in. */
  unreadable: () => Promise<boolean>;
}

export function underProtection({ vaults, authenticators, waitingIn, unreadable }: UnderProtectionParts): UnderProtection {
  async function isUsed(vault: string, besides: readonly string[] = []): Promise<boolean> {
    const holds = (await allIdentities()).some(({ id, key }) => isProtected(key) && key.vault === vault && !besides.includes(id));
    return holds || (await waitingIn()).includes(vault);
  }

  async function wishOf(protection: VaultProtection): Promise<VaultWish> {
    if (protection.kind === "passphrase") return protection;
    const { first } = protection;
    return { ...protection, first: first && { authenticator: await authenticators.authenticatorOf(first.registered), output: first.registered.output, code: first.code } };
  }

  function valueOf<T>(attempt: Attempt<T>, { kind }: Pick<UnlockSecret, "kind">): T {
    if (attempt.state === "opened") return attempt.value;
    throw new SmimeError(attempt.state === "wait" ? "keys.unlock-wait" : WRONG_SECRET[kind]);
  }

  return {
    open: async (vault, secret, work) => valueOf(await vaults.withKey(vault, secret, async (octets) => work(await sealingKey(octets))), secret),
    undisturbed: (work) => vaults.undisturbed(work),
    async use(protection, work, replaced = []) {
      const attempt = await vaults.withKeyOf(await wishOf(protection), (vault) => isUsed(vault, replaced), async ({ id, key }) => work({ id, key: await sealingKey(key) }));
      return valueOf(attempt, protection);
    },
    dropUnused: () => vaults.dropUnused(async (vault) => (await unreadable()) || isUsed(vault)),
    kindOf: async (vault) => (await vaults.all()).find(({ id }) => id === vault)?.kind ?? "none",
  };
}
