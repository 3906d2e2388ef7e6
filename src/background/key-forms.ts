import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { KeptKey } from "../keys/kept-key.ts";
import { importSoftwareKey, openStoredKey } from "../keys/private-key.ts";
import { importProtected, openDek, type ProtectedKey, protectKey } from "../keys/protected-key.ts";
import type { WantedProtection } from "../protocol/unlock.ts";
import { proveKey } from "./key-proof.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { UnderProtection } from "./under-protection.ts";

export interface KeyFormsParts {
  protecting: Pick<UnderProtection, "use" | "undisturbed">;
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

export function keyForms({ protecting, rules }: KeyFormsParts): KeyForms {
  return {
    async make(keys, protection, replaced, put) {
      const each = <K extends KeptKey>(make: (key: (typeof keys)[number]) => Promise<K>) => Promise.all(keys.map(async (of) => ({ of, key: await make(of) })));
      try {
        const allowed = await Promise.all(keys.map(async ({ certificate }) => isEnough(protection.kind, await rules(certificate))));
        if (allowed.includes(false)) throw new SmimeError("keys.protection-required");
        if (protection.kind === "none") {
          const made = await each(async ({ pkcs8, certificate }) => {
            const key = await importSoftwareKey(pkcs8, certificate);
            await proveKey(openStoredKey(key));
            return key;
          });
          return await protecting.undisturbed(() => put(made));
        }
        const making = async (under: { id: string; key: CryptoKey }) =>
          put(
            await each(async ({ id, pkcs8, certificate }) => {
              const made = await protectKey(id, pkcs8, certificate, under);
              await proveProtected(id, made, certificate, under.key);
              return made;
            }),
          );
        return await protecting.use(protection, making, replaced);
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
