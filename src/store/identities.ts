import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";

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

export async function allIdentities(): Promise<KeptIdentity[]> {
  return (await database()).getAll("identities");
}

export async function identity(id: string): Promise<KeptIdentity | undefined> {
  return (await database()).get("identities", id);
}

export async function putIdentity(identity: KeptIdentity): Promise<void> {
  await (await database()).put("identities", identity);
}

export async function removeIdentity(id: string): Promise<void> {
  await (await database()).delete("identities", id);
}

/** Allows every identity in a webmail that was added later than its import. */
export async function bindIdentities(origin: string): Promise<void> {
  const transaction = (await database()).transaction("identities", "readwrite");
  for (const kept of await transaction.store.getAll()) {
    if (!kept.origins.includes(origin)) await transaction.store.put({ ...kept, origins: [...kept.origins, origin] });
  }
  await transaction.done;
}

/** Takes the permission away again when a webmail is removed. */
export async function unbindIdentities(origin: string): Promise<void> {
  const transaction = (await database()).transaction("identities", "readwrite");
  for (const kept of await transaction.store.getAll()) {
    if (kept.origins.includes(origin)) await transaction.store.put({ ...kept, origins: kept.origins.filter((each) => each !== origin) });
  }
  await transaction.done;
}
