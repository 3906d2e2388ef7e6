import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { KeptKey } from "../keys/kept-key.ts";
import { openStoredKey, type PrivateKey, type StoredKey } from "../keys/private-key.ts";
import { importProtected, isProtected, openDek, type ProtectedKey, protectedPrivateKey } from "../keys/protected-key.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import type { Lock, UnlockSecret } from "../keys/vault.ts";
import type { LockRow, Protection } from "../protocol/unlock.ts";
import type { KeptIdentity } from "../store/identities.ts";
import { isEnough, type KeyRules } from "./key-rules.ts";
import type { Attempt, KeyVaults } from "./key-vaults.ts";
import type { Lifetime, UnlockedKeys } from "./unlocked-keys.ts";

/** Where the organisation wants each message to ask, an unlocked key waits so long for its one message, in milliseconds. */
export const ONE_MESSAGE = 60_000;

/** Who asks to unlock, and for how long. */
export interface UnlockWish {
  /** The webmail: only keys that are bound to it are unlocked. Absent for a page of ours: all of the vault. */
  origin?: string;
  /** The frame's document, for which alone a key is unlocked where each message asks. */
  document?: string;
  /** Null for as long as the browser runs; the organisation's limit goes before either. */
  minutes: number | null;
}

export interface LockState {
  vaults: { id: string; kind: Exclude<Protection, "none" | "card">; identities: string[]; locks: LockRow[] }[];
  /** What is unlocked; `until` is in milliseconds since the epoch, null for as long as the browser runs. */
  unlocked: { id: string; until: number | null }[];
}

/** What is shown of a lock; a salt is a secret. */
const rowOf = (lock: Lock): LockRow => ({ id: lock.id, kind: lock.kind, label: lock.kind === "security-key" ? lock.label : "", addedAt: lock.kind === "security-key" ? lock.addedAt : null });

/** Why the organisation lets a key do nothing. */
export type Refusal = "keys.protection-required" | "keys.card-only";

/** Locked and unlocked keys. What is unlocked outlives the worker and not the browser. */
export interface KeyLocks {
  state(): Promise<LockState>;
  /** Unlocks keys of a vault; answers their names. Throws `store.not-found`, `keys.vault-damaged`. */
  unlock(vault: string, secret: UnlockSecret, wish: UnlockWish): Promise<Attempt<string[]>>;
  lockAll(): Promise<void>;
  /** Locks every key that is bound to a webmail. */
  lockBoundTo(origin: string): Promise<void>;
  /** Locks some keys, by their names. */
  lock(ids: readonly string[]): Promise<void>;
  /** Called when the time of some is over, and once at the browser's start. */
  sweep(): Promise<void>;
  /** A kept key for use, as long as it is unlocked and the organisation lets it be used; else each use throws `keys.locked`, `keys.protection-required`, `keys.card-only`. */
  open(kept: Readonly<KeptIdentity>, document?: string): PrivateKey;
  /** Why the organisation lets a kept key do nothing: `keys.protection-required`, `keys.card-only`; null if it may. */
  refusal(kept: Readonly<KeptIdentity>): Promise<Refusal | null>;
  /** What a kept key is protected by. */
  protectionOf(kept: Readonly<KeptIdentity>): Promise<Protection>;
}

export interface KeyLocksParts {
  vaults: KeyVaults;
  unlocked: UnlockedKeys;
  identities: () => Promise<readonly Readonly<KeptIdentity>[]>;
  rules: (certificate: KeptIdentity["certificate"]) => Promise<KeyRules>;
  /** Has `sweep` called at this time, milliseconds since the epoch; null takes that back. */
  alarm: (at: number | null) => Promise<void>;
  /** Called with the names of keys that were unlocked. */
  onUnlocked: (ids: readonly string[]) => void;
  clock: Clock;
}

export function keyLocks({ vaults, unlocked, identities, rules, alarm, onUnlocked, clock }: KeyLocksParts): KeyLocks {
  /** Imported keys, not extractable, while they are unlocked. */
  const imported = new Map<string, Promise<StoredKey>>();

  async function protectionOf({ key }: Readonly<KeptIdentity>): Promise<Protection> {
    if (!isProtected(key)) return "none";
    return (await vaults.all()).find(({ id }) => id === key.vault)?.kind ?? "none";
  }

  async function lifetime(kept: Readonly<KeptIdentity>, { document, minutes }: UnlockWish): Promise<Lifetime> {
    const { longest } = await rules(kept.certificate);
    const now = clock().getTime();
    if (longest === 0) return { until: now + ONE_MESSAGE, document: document ?? "" };
    if (longest === null) return { until: minutes === null ? null : now + minutes * 60_000, document: null };
    return { until: now + Math.min(minutes ?? longest, longest) * 60_000, document: null };
  }

  async function forget(which: (id: string) => boolean): Promise<void> {
    for (const id of imported.keys()) if (which(id)) imported.delete(id);
    await unlocked.forget(which);
    // What was being imported meanwhile.
    for (const id of imported.keys()) if (which(id)) imported.delete(id);
    await alarm(await unlocked.nextEnd());
  }

  /** The key while it is unlocked. Throws `keys.locked`, `keys.vault-damaged`. */
  async function use(kept: Readonly<KeptIdentity>, key: ProtectedKey, document: string | undefined): Promise<StoredKey> {
    if (!(await unlocked.has(kept.id, document))) throw new SmimeError("keys.locked");
    const known = imported.get(kept.id);
    if (known) return known;
    const importing = importNow(kept, key, document);
    imported.set(kept.id, importing);
    importing.catch(() => imported.delete(kept.id));
    return importing;
  }

  async function importNow({ id, certificate }: Readonly<KeptIdentity>, key: ProtectedKey, document: string | undefined): Promise<StoredKey> {
    const dek = await unlocked.take(id, document);
    if (dek === null) throw new SmimeError("keys.locked");
    try {
      return await importProtected(key.sealedFor ?? id, key, certificate, dek);
    } finally {
      dek.fill(0);
    }
  }

  /** The data keys of a vault's identities. One that does not fit keeps no other locked. */
  async function entriesFor(vault: string, key: CryptoKey, wish: UnlockWish): Promise<({ id: string; dek: Bytes } & Lifetime)[]> {
    const entries: ({ id: string; dek: Bytes } & Lifetime)[] = [];
    let damaged = 0;
    for (const kept of await identities()) {
      if (!isProtected(kept.key) || kept.key.vault !== vault) continue;
      if (wish.origin !== undefined && !kept.origins.includes(wish.origin)) continue;
      try {
        const life = await lifetime(kept, wish);
        entries.push({ id: kept.id, dek: await openDek(kept.key.sealedFor ?? kept.id, kept.key, key), ...life });
      } catch {
        damaged++;
      }
    }
    if (entries.length === 0 && damaged > 0) throw new SmimeError("keys.vault-damaged");
    return entries;
  }

  async function refusal(kept: Readonly<KeptIdentity>): Promise<Refusal | null> {
    const { required } = await rules(kept.certificate);
    // Most keys are asked for nothing, and then no vault is read.
    if (required === "none" || isEnough(await protectionOf(kept), { required })) return null;
    return required === "card" ? "keys.card-only" : "keys.protection-required";
  }

  async function requireEnough(kept: Readonly<KeptIdentity>): Promise<void> {
    const code = await refusal(kept);
    if (code !== null) throw new SmimeError(code);
  }

  return {
    protectionOf,
    refusal,
    async state() {
      const all = await identities();
      return {
        vaults: (await vaults.all()).map(({ id, kind, locks }) => ({ id, kind, locks: locks.map(rowOf), identities: all.filter(({ key }) => isProtected(key) && key.vault === id).map((kept) => kept.id) })),
        unlocked: await unlocked.all(),
      };
    },
    async unlock(vault, secret, wish) {
      const attempt = await vaults.withKey(vault, secret, async (octets) => {
        const entries = await entriesFor(vault, await sealingKey(octets), wish);
        try {
          await unlocked.put(entries);
        } finally {
          for (const { dek } of entries) dek.fill(0);
        }
        return entries.map(({ id }) => id);
      });
      if (attempt.state !== "opened") return attempt;
      await alarm(await unlocked.nextEnd());
      onUnlocked(attempt.value);
      return attempt;
    },
    lockAll: () => forget(() => true),
    async lockBoundTo(origin) {
      const bound = new Set((await identities()).filter(({ origins }) => origins.includes(origin)).map(({ id }) => id));
      await forget((id) => bound.has(id));
    },
    lock: (ids) => forget((id) => ids.includes(id)),
    async sweep() {
      const living = new Set((await unlocked.all()).map(({ id }) => id));
      for (const id of imported.keys()) if (!living.has(id)) imported.delete(id);
      await forget(() => false);
    },
    open(kept, document) {
      const key = kept.key as KeptKey;
      const usable = isProtected(key) ? protectedPrivateKey(kept.certificate, key.facts, async () => openStoredKey(await use(kept, key, document))) : openStoredKey(key);
      return {
        ...usable,
        ready: async () => (await requireEnough(kept), usable.ready()),
        sign: async (...request) => (await requireEnough(kept), usable.sign(...request)),
        unwrap: async (request) => (await requireEnough(kept), usable.unwrap(request)),
      };
    },
  };
}
