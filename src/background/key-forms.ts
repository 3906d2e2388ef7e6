import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { KeptKey } from "../keys/kept-key.ts";
import { importSoftwareKey, openStoredKey } from "../keys/private-key.ts";
import { importProtected, isProtected, openDek, type ProtectedKey, protectKey } from "../keys/protected-key.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import { type WantedProtection, WRONG_SECRET } from "../protocol/unlock.ts";
import { allIdentities } from "../store/identities.ts";
import { proveKey } from "./key-proof.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { KeyVaults, VaultWish } from "./key-vaults.ts";
import type { SecurityKeys } from "./security-keys.ts";

export interface KeyFormsParts {
  vaults: Pick<KeyVaults, "withKeyOf">;
  authenticators: Pick<SecurityKeys, "authenticatorOf">;
  rules: (certificate: Bytes) => Promise<KeyRules>;
}

/** A private key at hand, whose it is to be, and its certificate. */
export interface KeyAtHand {
  /** The identity's name. */
  id: string;
  certificate: Bytes;
  /** PrivateKeyInfo, DER; overwritten when the form is made. */
  pkcs8: Bytes;
}

/** The form in which a private key is kept, as it is to be protected. */
export interface KeyForms {
  /**
   * Makes forms, and has them put while nobody else changes vaults, so that none goes from under them. What was here before stays in
   * force until all of them, opened from what will be kept, did their work.
   * @param replaced identities whose old forms go: a vault that holds no other key makes way for a new one, as its secret may have been forgotten
   * @throws SmimeError `keys.protection-required`, `keys.passphrase-short`, `keys.unlock-wait`, `keys.passphrase-wrong` and its like, as `importSoftwareKey`, `keys.vault-damaged`
   */
  make<T extends KeyAtHand, R>(keys: readonly T[], protection: WantedProtection, replaced: readonly string[], put: (made: { of: T; key: KeptKey }[]) => Promise<R>): Promise<R>;
}

/** Whether keys lie in a vault, besides some that are being replaced. */
export const isVaultUsed = async (vault: string, besides: readonly string[] = []): Promise<boolean> =>
  (await allIdentities()).some(({ id, key }) => isProtected(key) && key.vault === vault && !besides.includes(id));

export function keyForms({ vaults, authenticators, rules }: KeyFormsParts): KeyForms {
  async function wishOf(protection: Exclude<WantedProtection, { kind: "none" }>): Promise<VaultWish> {
    if (protection.kind === "passphrase") return protection;
    const { first } = protection;
    return { ...protection, first: first && { authenticator: await authenticators.authenticatorOf(first.registered), output: first.registered.output, code: first.code } };
  }

  return {
    async make(keys, protection, replaced, put) {
      const each = <K extends KeptKey>(make: (key: (typeof keys)[number]) => Promise<K>) => Promise.all(keys.map(async (of) => ({ of, key: await make(of) })));
      try {
        const allowed = await Promise.all(keys.map(async ({ certificate }) => isEnough(protection.kind, await rules(certificate))));
        if (allowed.includes(false)) throw new SmimeError("keys.protection-required");
        if (protection.kind === "none") {
          return await put(
            await each(async ({ pkcs8, certificate }) => {
              const key = await importSoftwareKey(pkcs8, certificate);
              await proveKey(openStoredKey(key));
              return key;
            }),
          );
        }
        const attempt = await vaults.withKeyOf(await wishOf(protection), (vault) => isVaultUsed(vault, replaced), async ({ id: vault, key }) => {
          const under = { id: vault, key: await sealingKey(key) };
          return put(
            await each(async ({ id, pkcs8, certificate }) => {
              const made = await protectKey(id, pkcs8, certificate, under);
              await proveProtected(id, made, certificate, under.key);
              return made;
            }),
          );
        });
        if (attempt.state === "opened") return attempt.value;
        throw new SmimeError(attempt.state === "wait" ? "keys.unlock-wait" : WRONG_SECRET[protection.kind]);
      } finally {
        for (const { pkcs8 } of keys) pkcs8.fill(0);
      }
    },
  };
}

/** Opens a key as it will be opened from the disk, and uses it. Throws `keys.vault-damaged`. */
async function proveProtected(id: string, key: ProtectedKey, certificate: Bytes, vaultKey: CryptoKey): Promise<void> {
  const dek = await openDek(id, key, vaultKey);
  try {
    await proveKey(openStoredKey(await importProtected(id, key, certificate, dek)));
  } finally {
    dek.fill(0);
  }
}
