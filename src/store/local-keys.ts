import { database } from "./database.ts";

/** Keys of this computer that never leave it and cannot be read: for drafts alone, nobody else's message depends on them. */
export interface LocalKeys {
  /** AES-256-GCM, for what is kept here. */
  seal: CryptoKey;
  /** HMAC-SHA-256, by which this computer knows drafts again that it left on a server. */
  mac: CryptoKey;
}

const NAME = "local-keys";

/** This computer's keys, made when they are first asked for. */
export async function localKeys(): Promise<LocalKeys> {
  const kept = await (await database()).get("settings", NAME);
  if (kept) return kept as LocalKeys;
  const made: LocalKeys = {
    seal: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    mac: await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  };
  const transaction = (await database()).transaction("settings", "readwrite");
  // Two frames may come here at the same time: the first one's keys are everybody's.
  const first = (await transaction.store.get(NAME)) as LocalKeys | undefined;
  if (!first) await transaction.store.put(made, NAME);
  await transaction.done;
  return first ?? made;
}
