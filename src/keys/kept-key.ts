import { openStoredKey, type StoredKey } from "./private-key.ts";
import { isProtected, type KeyFacts, type ProtectedKey } from "./protected-key.ts";

/** A software key in one of the forms in which it is kept. */
export type KeptKey = StoredKey | ProtectedKey;

/** What is told of a kept key, locked or not. */
export function keyFacts(key: KeptKey): KeyFacts {
  if (isProtected(key)) return key.facts;
  const { canSign, canDecrypt, requiredDigest, canPss } = openStoredKey(key);
  return { canSign, canDecrypt, requiredDigest, canPss };
}
