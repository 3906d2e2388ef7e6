import type { Bytes } from "../base/bytes.ts";
import { constantTimeEqual } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { requireLongEnough } from "../keys/passphrase.ts";
import { newName, newVaultKey, openVault, passphraseLock, readVaults, type UnlockSecret, type Vault } from "../keys/vault.ts";
import type { AttemptDelays } from "./attempt-delays.ts";

/** How an attempt to open a vault ended; `wait` is in milliseconds, until the next one. */
export type Attempt<T> = { state: "opened"; value: T } | { state: "wrong" | "wait"; wait: number };

export interface KeyVaults {
  all(): Promise<Vault[]>;
  /** Milliseconds until an attempt at a vault may be made. */
  wait(vault: string): Promise<number>;
  /** Opens a vault for one use of its key, which is overwritten then. Throws `store.not-found`, `keys.vault-damaged`. */
  withKey<T>(vault: string, secret: UnlockSecret, use: (key: Bytes) => Promise<T>): Promise<Attempt<T>>;
  /**
   * Opens the vault of this kind that is in use, or makes a new one, which is written before its key is used for anything.
   * Throws `keys.passphrase-short` for a new one.
   */
  withKeyOf<T>(secret: UnlockSecret, isUsed: (vault: string) => Promise<boolean>, use: (vault: { id: string; key: Bytes }) => Promise<T>): Promise<Attempt<T>>;
  /** Forgets vaults that no key lies in. */
  dropUnused(isUsed: (vault: string) => Promise<boolean>): Promise<void>;
  /** Changes a passphrase. The new lock was opened once before the old one goes. Throws `keys.passphrase-short`, `keys.vault-damaged`. */
  changePassphrase(vault: string, old: string, next: string): Promise<Attempt<null>>;
}

export interface KeyVaultsParts {
  read: () => Promise<unknown>;
  write: (vaults: Vault[]) => Promise<void>;
  delays: AttemptDelays;
  open?: typeof openVault;
}

export function keyVaults({ read, write, delays, open = openVault }: KeyVaultsParts): KeyVaults {
  let last: Promise<unknown> = Promise.resolve();
  /** One attempt after the other, so that several at once cannot get around the wait. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  }

  const all = async (): Promise<Vault[]> => readVaults(await read());

  async function named(id: string): Promise<Vault> {
    const vault = (await all()).find((each) => each.id === id);
    if (!vault) throw new SmimeError("store.not-found");
    return vault;
  }

  async function attempt<T>(vault: Vault, secret: UnlockSecret, use: (key: Bytes) => Promise<T>): Promise<Attempt<T>> {
    const wait = await delays.wait(vault.id);
    if (wait > 0) return { state: "wait", wait };
    await delays.charge(vault.id);
    const key = await open(vault, secret);
    if (key === null) return { state: "wrong", wait: await delays.wait(vault.id) };
    try {
      await delays.forgive(vault.id);
      return { state: "opened", value: await use(key) };
    } finally {
      key.fill(0);
    }
  }

  async function make<T>(secret: UnlockSecret, use: (vault: { id: string; key: Bytes }) => Promise<T>): Promise<Attempt<T>> {
    requireLongEnough(secret.passphrase);
    const id = newName();
    const key = newVaultKey();
    try {
      await write([...(await all()), { id, kind: secret.kind, locks: [await passphraseLock(id, key, secret.passphrase)] }]);
      return { state: "opened", value: await use({ id, key }) };
    } finally {
      key.fill(0);
    }
  }

  return {
    all,
    wait: (id) => delays.wait(id),
    withKey: (id, secret, use) => inTurn(async () => attempt(await named(id), secret, use)),
    withKeyOf: (secret, isUsed, use) =>
      inTurn(async () => {
        const vault = (await usedOf(await all(), isUsed)).find(({ kind }) => kind === secret.kind);
        return vault ? attempt(vault, secret, (key) => use({ id: vault.id, key })) : make(secret, use);
      }),
    dropUnused: (isUsed) =>
      inTurn(async () => {
        const before = await all();
        const used = await usedOf(before, isUsed);
        if (used.length < before.length) await write(used);
      }),
    changePassphrase: (id, old, next) =>
      inTurn(async () => {
        requireLongEnough(next);
        return attempt(await named(id), { kind: "passphrase", passphrase: old }, async (key) => {
          const lock = await passphraseLock(id, key, next);
          const vault = await named(id);
          const changed: Vault = { ...vault, locks: [lock, ...vault.locks.filter(({ kind }) => kind !== "passphrase")] };
          const proof = await openVault({ ...changed, locks: [lock] }, { kind: "passphrase", passphrase: next });
          if (proof === null || !constantTimeEqual(proof, key)) throw new SmimeError("keys.vault-damaged");
          proof.fill(0);
          await write((await all()).map((each) => (each.id === id ? changed : each)));
          return null;
        });
      }),
  };
}

async function usedOf(vaults: readonly Vault[], isUsed: (vault: string) => Promise<boolean>): Promise<Vault[]> {
  const used = await Promise.all(vaults.map(({ id }) => isUsed(id)));
  return vaults.filter((_, index) => used[index]);
}
