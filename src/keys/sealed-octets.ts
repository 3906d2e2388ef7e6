import { type Bytes, randomBytes, utf8 } from "../base/bytes.ts";

/** Octets under AES-256-GCM; the key is elsewhere. */
export interface SealedOctets {
  iv: Bytes;
  ciphertext: Bytes;
}

/** What sealed octets are and whose, as additional data: moved to another place they do not open there. */
export type Place = readonly [purpose: string, ...names: string[]];

/** JSON puts borders between the names, so that no two places are written alike. */
const additionalData = (place: Place): Bytes => utf8(JSON.stringify(place));

/** A key for `sealOctets` from 32 octets, which the caller overwrites. It cannot be exported. */
export function sealingKey(octets: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", octets, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Seals octets for one place. */
export async function sealOctets(key: CryptoKey, plain: Bytes, place: Place): Promise<SealedOctets> {
  const iv = randomBytes(12);
  return { iv, ciphertext: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: additionalData(place) }, key, plain)) };
}

/** Opens octets of this place; null if the key is another one, or anything was changed or moved. The caller overwrites what he got. */
export function openOctets(key: CryptoKey, { iv, ciphertext }: SealedOctets, place: Place): Promise<Bytes | null> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: additionalData(place) }, key, ciphertext).then(
    (plain) => new Uint8Array(plain),
    () => null,
  );
}
