import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { openStoredKey, type StoredKey } from "../keys/private-key.ts";
import { matchAddress } from "../pki/address-match.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { LocalKey, Signing } from "../smime/local-key-port.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";

/** An own key, opened for use in one webmail. */
export interface OwnKey extends LocalKey {
  kept: KeptIdentity;
  notAfter: Date;
}

/** Own keys that may be used in a webmail, newest certificate first: an identity opens only where it is bound (§2). */
export async function ownKeys(origin: string): Promise<OwnKey[]> {
  return (await allIdentities())
    .filter(({ origins }) => origins.includes(origin))
    .map(open)
    .sort((a, b) => b.notAfter.getTime() - a.notAfter.getTime());
}

function open(kept: KeptIdentity): OwnKey {
  const { notAfter } = parseCertificate(kept.certificate);
  return { id: kept.id, key: openStoredKey(kept.key as StoredKey), chain: kept.chain, kept, notAfter };
}

/** Whether a key's certificate is for an address. */
export function isFor(key: { key: { certificate: Bytes } }, address: string): boolean {
  return matchAddress(parseCertificate(key.key.certificate), address) === "ok";
}

/** What signs for an address: a key whose certificate names it, and where mail to it is to be encrypted. Throws `keys.no-signing-key`. */
export function signingFor(keys: readonly OwnKey[], address: string): Signing {
  const mine = keys.filter((key) => isFor(key, address));
  const key = mine.find(({ key: { canSign } }) => canSign);
  if (!key) throw new SmimeError("keys.no-signing-key");
  const encryption = mine.find(({ key: { canDecrypt } }) => canDecrypt);
  const other = encryption && encryption.id !== key.id && !key.key.canDecrypt ? encryption.key.certificate : null;
  return { key, encryptionCertificate: other };
}
