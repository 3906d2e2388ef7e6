import { keyFacts, type KeptKey } from "../keys/kept-key.ts";
import { isProtected } from "../keys/protected-key.ts";

/**
 * One form of a key that can what any of several forms of it can: a key that had one certificate to sign and another to be encrypted to
 * has two. One under a vault holds all of its key, and goes before one without protection. Null of none.
 */
export function mergedForms(forms: readonly KeptKey[]): KeptKey | null {
  const [first, ...others] = forms.toSorted((a, b) => Number(isProtected(b)) - Number(isProtected(a)) || usesOf(b) - usesOf(a));
  return first === undefined ? null : others.reduce(merged, first);
}

function usesOf(key: KeptKey): number {
  const { canSign, canDecrypt } = keyFacts(key);
  return Number(canSign) + Number(canDecrypt);
}

function merged(key: KeptKey, other: KeptKey): KeptKey {
  if (isProtected(key)) {
    const [one, two] = [keyFacts(key), keyFacts(other)];
    return { ...key, facts: { ...one, canSign: one.canSign || two.canSign, canDecrypt: one.canDecrypt || two.canDecrypt, canPss: one.canPss || two.canPss } };
  }
  if (key.kind === "rsa" && other.kind === "rsa") return { ...key, ...(key.signing === null && { signing: other.signing, pss: other.pss ?? null }), decryption: key.decryption ?? other.decryption };
  if (key.kind === "ec" && other.kind === "ec") return { ...key, signing: key.signing ?? other.signing, agreement: key.agreement ?? other.agreement };
  return key;
}
