import { SmimeError } from "../base/errors.ts";
import { isProtected } from "../keys/protected-key.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import { type Protection, type WantedProtection, WRONG_SECRET } from "../protocol/unlock.ts";
import { allIdentities } from "../store/identities.ts";
import type { KeyVaults, VaultWish } from "./key-vaults.ts";
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
  /** Forgets vaults that no key lies in. */
  dropUnused(): Promise<void>;
  /** What opens a vault; `none` if there is none of this name. */
  kindOf(vault: string): Promise<Protection>;
}

export interface UnderProtectionParts {
  vaults: Pick<KeyVaults, "all" | "withKeyOf" | "dropUnused">;
  authenticators: Pick<SecurityKeys, "authenticatorOf">;
  /** Names of the vaults in which keys lie that wait for their certificates. */
  waitingIn: () => Promise<readonly string[]>;
}

export function underProtection({ vaults, authenticators, waitingIn }: UnderProtectionParts): UnderProtection {
  async function isUsed(vault: string, besides: readonly string[] = []): Promise<boolean> {
    const holds = (await allIdentities()).some(({ id, key }) => isProtected(key) && key.vault === vault && !besides.includes(id));
    return holds || (await waitingIn()).includes(vault);
  }

  async function wishOf(protection: VaultProtection): Promise<VaultWish> {
    if (protection.kind === "passphrase") return protection;
    const { first } = protection;
    return { ...protection, first: first && { authenticator: await authenticators.authenticatorOf(first.registered), output: first.registered.output, code: first.code } };
  }

  return {
    async use(protection, work, replaced = []) {
      const attempt = await vaults.withKeyOf(await wishOf(protection), (vault) => isUsed(vault, replaced), async ({ id, key }) => work({ id, key: await sealingKey(key) }));
      if (attempt.state === "opened") return attempt.value;
      throw new SmimeError(attempt.state === "wait" ? "keys.unlock-wait" : WRONG_SECRET[protection.kind]);
    },
    dropUnused: () => vaults.dropUnused((vault) => isUsed(vault)),
    kindOf: async (vault) => (await vaults.all()).find(({ id }) => id === vault)?.kind ?? "none",
  };
}
