import type { Bytes } from "../base/bytes.ts";
import { database, whenDeleted } from "./database.ts";
import { forms } from "./forms.ts";
import { keep, readAll, refuse, take } from "./reading.ts";
import type { SettingKey } from "./settings.ts";

/**
 * An own key with its certificate. `key` is whatever `keys` made of it (non-extractable `CryptoKey`s and sealed octets):
 * the store keeps it as it is and knows nothing of it.
 */
export interface KeptIdentity {
  /** `OwnCertificate.id`. */
  id: string;
  certificate: Bytes;
  /** Certificates of its issuers that came with it, DER, trusted for nothing. */
  chain: Bytes[];
  key: unknown;
  /** Origins of the webmails in which it may open and sign by itself. */
  origins: string[];
  /** ISO 8601. */
  addedAt: string;
}

/**
 * What the database has, kept as long as this context lives: reading a CryptoKey imports it again, a millisecond each, and
 * opening one message asks for the keys several times. The background alone reads and writes identities.
 */
let known: Promise<KeptIdentity[]> | null = null;

whenDeleted(() => {
  known = null;
});

/** Every identity. What is answered is shared: whoever wants to change it puts a changed copy. */
export function allIdentities(): Promise<readonly Readonly<KeptIdentity>[]> {
  known ??= readAll("identities").catch((error: unknown) => {
    known = null;
    throw error;
  });
  return known;
}

/** Forgets what is known, before and after a change: what was read while it was made may be older. */
async function changing<R>(change: () => Promise<R>): Promise<R> {
  known = null;
  try {
    return await change();
  } finally {
    known = null;
  }
}

export async function putIdentity(identity: KeptIdentity): Promise<void> {
  await changing(() => keep("identities", identity.id, identity));
}

export async function removeIdentity(id: string): Promise<void> {
  await changing(() => take("identities", id));
}

/** Allows every identity in a webmail that was added later than its import. */
export async function bindIdentities(origin: string): Promise<void> {
  await changeOrigins((origins) => (origins.includes(origin) ? origins : [...origins, origin]));
}

/** Allows one identity in webmails, whatever else of it changes meanwhile. */
export async function allowIdentity(id: string, allowed: readonly string[]): Promise<void> {
  await changeOrigins((origins, each) => (each !== id || allowed.every((origin) => origins.includes(origin)) ? origins : [...new Set([...origins, ...allowed])]));
}

/** Takes the permission away again when a webmail is removed. */
export async function unbindIdentities(origin: string): Promise<void> {
  await changeOrigins((origins) => (origins.includes(origin) ? origins.filter((each) => each !== origin) : origins));
}

/**
 * Puts other forms of keys in the place of those that are here, and changes settings beside them: all of it or nothing. What else of an
 * identity changed meanwhile stays, and one that was removed stays so.
 */
export async function replaceKeys(keys: ReadonlyMap<string, unknown>, settings: Partial<Record<SettingKey, (before: unknown) => unknown>> = {}): Promise<void> {
  await changing(async () => {
    const transaction = (await database()).transaction(["identities", "settings"], "readwrite");
    try {
      const identities = transaction.objectStore("identities");
      for (const [id, key] of keys) {
        const kept = await identities.get(id);
        if (kept && forms.identities(kept)) await identities.put({ ...kept, key });
      }
      const others = transaction.objectStore("settings");
      for (const [name, change] of Object.entries(settings)) {
        const [before, after] = await others.get(name).then((value: unknown) => [value, change(value)]);
        if (after !== before) await others.put(after, name);
      }
      await transaction.done;
    } catch (cause) {
      // What is left of the transaction must not be written; that it ends so is known already.
      transaction.done.catch(() => undefined);
      try {
        transaction.abort();
      } catch {
        // It has ended by itself, as on a full disk.
      }
      return refuse(cause);
    }
  });
}

async function changeOrigins(change: (origins: string[], id: string) => string[]): Promise<void> {
  await changing(async () => {
    const transaction = (await database()).transaction("identities", "readwrite");
    for (const kept of await transaction.store.getAll()) {
      if (!forms.identities(kept)) continue;
      const origins = change(kept.origins, kept.id);
      if (origins !== kept.origins) await transaction.store.put({ ...kept, origins });
    }
    await transaction.done;
  });
}
