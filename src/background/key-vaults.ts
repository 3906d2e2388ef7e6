import type { Bytes } from "../base/bytes.ts";
import { constantTimeEqual, equal } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { requireLongEnough } from "../keys/passphrase.ts";
import { isProtected, rewrapped, type SealedKey } from "../keys/protected-key.ts";
import { MOST_LOCKS, readVaults, unreadVaults } from "../keys/read-vaults.ts";
import { readRecoveryCode } from "../keys/recovery-code.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import { type Authenticator, type Lock, newName, newVaultKey, openVault, passphraseLock, recoveryCodeLock, securityKeyLock, type UnlockSecret, type Vault } from "../keys/vault.ts";
import type { AttemptDelays } from "./attempt-delays.ts";

/** How an attempt to open a vault ended; `wait` is in milliseconds, until the next one. */
export type Attempt<T> = { state: "opened"; value: T } | { state: "wrong" | "wait"; wait: number };

/** A security key that was registered now, what it answered, and the recovery code that the person was shown. */
export interface Registration {
  authenticator: Authenticator;
  output: Bytes;
  code: string;
}

/** A secret for the vault of its kind, or what a new one is made with; `first` is null where there must be one. */
/** @param vault the vault that the person was told of: that one is opened, and no other is made; null if none was there */
export type VaultWish = ({ kind: "passphrase"; passphrase: string } | { kind: "security-key"; credential: Bytes; output: Bytes; first: Registration | null }) & { vault: string | null };

export interface KeyVaults {
  all(): Promise<Vault[]>;
  /** Milliseconds until an attempt at a vault may be made. */
  wait(vault: string): Promise<number>;
  /** Opens a vault for one use of its key, which is overwritten then. Throws `store.not-found`, `keys.vault-damaged`. */
  withKey<T>(vault: string, secret: UnlockSecret, use: (key: Bytes) => Promise<T>): Promise<Attempt<T>>;
  /**
   * Opens the vault of this kind that is in use, or makes a new one, which is written before its key is used for anything.
   * Throws `keys.passphrase-short`, `keys.recovery-code-malformed` for a new one.
   */
  withKeyOf<T>(wish: VaultWish, isUsed: (vault: string) => Promise<boolean>, use: (vault: { id: string; key: Bytes }) => Promise<T>): Promise<Attempt<T>>;
  /** Does a piece of work between two changes of vaults, and asks none of them. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
  /** Forgets vaults that no key lies in. */
  dropUnused(isUsed: (vault: string) => Promise<boolean>): Promise<void>;
  /**
   * Changes a passphrase, and the vault's key with it: who has the old passphrase and a copy of the vault of then opens nothing that
   * is sealed from now on. All is written at once, and was opened by the new passphrase before. What is unlocked stays so.
   * Throws `keys.passphrase-short`, `keys.vault-damaged`.
   */
  changePassphrase(vault: string, old: string, next: string): Promise<Attempt<null>>;
  /** Adds a security key to those that open a vault. Throws `keys.security-key-known`, `limits.key-locks`. */
  addAuthenticator(vault: string, secret: UnlockSecret, authenticator: Authenticator, output: Bytes): Promise<Attempt<null>>;
  /** Forgets a security key or a recovery code. Throws `keys.last-lock` for the last way to open the vault. */
  removeLock(vault: string, lock: string): Promise<void>;
  /** Puts a new recovery code in the place of the old one. Throws `keys.recovery-code-malformed`. */
  renewRecoveryCode(vault: string, secret: UnlockSecret, code: string): Promise<Attempt<null>>;
}

/** A key by the name under which its form is kept, and under which it was sealed if that is another. */
export interface KeyInVault {
  id: string;
  key: unknown;
  sealedFor?: string;
}

export interface KeyVaultsParts {
  read: () => Promise<unknown>;
  /** Writes vaults, and forms of keys with them by the names of their identities or of keys that wait, all or nothing. */
  write: (vaults: Vault[], keys?: ReadonlyMap<string, SealedKey>) => Promise<void>;
  /** Everything that may lie in vaults: identities, and keys that wait for their certificates. */
  keys: () => Promise<readonly KeyInVault[]>;
  /** Whether keys are here that cannot be read; nobody knows which vault they lie in. */
  unreadable: () => Promise<boolean>;
  delays: AttemptDelays;
  open?: typeof openVault;
}

export function keyVaults({ read, write, keys: keysInVaults, unreadable, delays, open = openVault }: KeyVaultsParts): KeyVaults {
  let last: Promise<unknown> = Promise.resolve();
  /** One attempt after the other, so that several at once cannot get around the wait. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  }

  const all = async (): Promise<Vault[]> => readVaults(await read());
  /** What is not understood, of a later version perhaps, is written back untouched: keys may lie in it. */
  const writeAll = async (vaults: readonly Vault[], keys?: ReadonlyMap<string, SealedKey>): Promise<void> => write([...vaults, ...(unreadVaults(await read()) as Vault[])], keys);

  async function named(id: string): Promise<Vault> {
    const vault = (await all()).find((each) => each.id === id);
    if (!vault) throw new SmimeError("store.not-found");
    return vault;
  }

  async function attempt<T>(vault: Vault, secret: UnlockSecret, use: (key: Bytes) => Promise<T>): Promise<Attempt<T>> {
    // What cannot be a code is told at once, and is no attempt.
    if (secret.kind === "recovery-code") await readRecoveryCode(secret.code);
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

  async function firstLocks(id: string, key: Bytes, wish: VaultWish): Promise<Lock[]> {
    if (wish.kind === "passphrase") {
      requireLongEnough(wish.passphrase);
      return [await passphraseLock(id, key, wish.passphrase)];
    }
    if (wish.first === null) throw new SmimeError("store.not-found");
    const { authenticator, output, code } = wish.first;
    return [await securityKeyLock(id, key, authenticator, output), await recoveryCodeLock(id, key, code)];
  }

  async function make<T>(wish: VaultWish, use: (vault: { id: string; key: Bytes }) => Promise<T>): Promise<Attempt<T>> {
    const id = newName();
    const key = newVaultKey();
    try {
      await writeAll([...(await all()), { id, kind: wish.kind, locks: await firstLocks(id, key, wish) }]);
      return { state: "opened", value: await use({ id, key }) };
    } finally {
      key.fill(0);
    }
  }

  /** Puts a lock beside or in the place of others, once it was seen to open the vault. */
  async function putLock(id: string, key: Bytes, lock: Lock, proof: UnlockSecret, stays: (lock: Lock) => boolean): Promise<null> {
    const vault = await named(id);
    const changed: Vault = { ...vault, locks: [lock, ...vault.locks.filter(stays)] };
    if (changed.locks.length > MOST_LOCKS) throw new SmimeError("limits.key-locks");
    const opened = await openVault({ ...changed, locks: [lock] }, proof);
    if (opened === null || !constantTimeEqual(opened, key)) throw new SmimeError("keys.vault-damaged");
    opened.fill(0);
    await replace(changed);
    return null;
  }

  const replace = async (changed: Vault, keys?: ReadonlyMap<string, SealedKey>): Promise<void> => writeAll((await all()).map((each) => (each.id === changed.id ? changed : each)), keys);

  /** Gives a vault that a passphrase alone opens a new key under a new one, with all that lies in it. */
  async function renew(vault: Vault, before: Bytes, passphrase: string): Promise<null> {
    // What another lock opens could not be wrapped for it again; nothing here makes such a vault.
    if (vault.locks.some(({ kind }) => kind !== "passphrase")) throw new SmimeError("keys.vault-damaged");
    const after = newVaultKey();
    let opened: Bytes | null = null;
    try {
      const changed: Vault = { ...vault, locks: [await passphraseLock(vault.id, after, passphrase)] };
      opened = await openVault(changed, { kind: "passphrase", passphrase });
      if (opened === null || !constantTimeEqual(opened, after)) throw new SmimeError("keys.vault-damaged");
      await replace(changed, await rewrappedKeys(vault.id, await sealingKey(before), await sealingKey(opened)));
      return null;
    } finally {
      after.fill(0);
      opened?.fill(0);
    }
  }

  /** The keys in a vault under its new key. One that did not open under the old one stays what it is, and keeps no other. */
  async function rewrappedKeys(vault: string, before: CryptoKey, after: CryptoKey): Promise<Map<string, SealedKey>> {
    const keys = new Map<string, SealedKey>();
    for (const { id, key, sealedFor } of await keysInVaults()) {
      if (!isProtected(key) || key.vault !== vault) continue;
      const made = await rewrapped(key.sealedFor ?? sealedFor ?? id, key, before, after).catch((error: unknown) => {
        if (codeOf(error) === "keys.vault-damaged") return null;
        throw error;
      });
      if (made) keys.set(id, made);
    }
    return keys;
  }

  return {
    all,
    wait: (id) => delays.wait(id),
    withKey: (id, secret, use) => inTurn(async () => attempt(await named(id), secret, use)),
    withKeyOf: (wish, isUsed, use) =>
      inTurn(async () => {
        // Who typed one passphrase for a vault that is there must not have it become the first one of another.
        const vault = wish.vault !== null ? await named(wish.vault) : (await usedOf(await all(), isUsed)).find(({ kind }) => kind === wish.kind);
        return vault ? attempt(vault, wish, (key) => use({ id: vault.id, key })) : make(wish, use);
      }),
    undisturbed: (work) => inTurn(work),
    dropUnused: (isUsed) =>
      inTurn(async () => {
        const before = await all();
        const used = await usedOf(before, isUsed);
        if (used.length < before.length) await writeAll(used);
      }),
    changePassphrase: (id, old, next) =>
      inTurn(async () => {
        requireLongEnough(next);
        // A key that cannot be read now could not be sealed anew with the others, and would be lost to a later repair.
        if (await unreadable()) throw new SmimeError("store.damaged");
        const vault = await named(id);
        return attempt(vault, { kind: "passphrase", passphrase: old }, (key) => renew(vault, key, next));
      }),
    addAuthenticator: (id, secret, authenticator, output) =>
      inTurn(async () => {
        const { credential } = authenticator;
        if ((await named(id)).locks.some((lock) => lock.kind === "security-key" && equal(lock.credential, credential))) throw new SmimeError("keys.security-key-known");
        return attempt(await named(id), secret, async (key) => putLock(id, key, await securityKeyLock(id, key, authenticator, output), { kind: "security-key", credential, output }, () => true));
      }),
    removeLock: (id, lock) =>
      inTurn(async () => {
        const vault = await named(id);
        const locks = vault.locks.filter((each) => each.id !== lock);
        if (locks.length === 0) throw new SmimeError("keys.last-lock");
        await replace({ ...vault, locks });
      }),
    renewRecoveryCode: (id, secret, code) =>
      inTurn(async () => attempt(await named(id), secret, async (key) => putLock(id, key, await recoveryCodeLock(id, key, code), { kind: "recovery-code", code }, ({ kind }) => kind !== "recovery-code"))),
  };
}

async function usedOf(vaults: readonly Vault[], isUsed: (vault: string) => Promise<boolean>): Promise<Vault[]> {
  const used = await Promise.all(vaults.map(({ id }) => isUsed(id)));
  return vaults.filter((_, index) => used[index]);
}
