import { type Bytes, randomBytes, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/** PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2); the parameters are kept with what they made, so that they can be raised. */
export interface PassphraseParameters {
  salt: Bytes;
  iterations: number;
}

/** The fewest characters of a passphrase: NIST SP 800-63B-4 §3.1.1.2 asks for 15 where it stands alone and 8 beside the device. */
export const LEAST_CHARACTERS = 12;

/** The most, in UTF-16 units. */
export const MOST_CHARACTERS = 1024;

export const passphraseLimits = {
  /** Below this nothing is made and nothing is opened (OWASP Password Storage Cheat Sheet 2023: 600,000 for HMAC-SHA-256). */
  leastIterations: 600_000,
  /** Above this nothing is opened: whoever writes to the disk could stop the background for hours. */
  mostIterations: 10_000_000,
  leastSalt: 16,
  mostSalt: 64,
} as const;

/** What is used for new locks (docs/decisions/0020). */
const ITERATIONS = 600_000;

/** Parameters for a new lock. */
export function newPassphraseParameters(): PassphraseParameters {
  return { salt: randomBytes(32), iterations: ITERATIONS };
}

/** Whether the parameters are within limits; what is on the disk may have been changed there. */
export function areSane({ salt, iterations }: PassphraseParameters): boolean {
  const { leastIterations, mostIterations, leastSalt, mostSalt } = passphraseLimits;
  return Number.isInteger(iterations) && iterations >= leastIterations && iterations <= mostIterations && salt.length >= leastSalt && salt.length <= mostSalt;
}

/** One passphrase typed on two keyboards is one: RFC 8265 §4.2.2, all spaces are U+0020 and the whole is in NFC. */
const normalised = (passphrase: string): string => passphrase.replace(/\p{Zs}/gu, " ").normalize("NFC");

/** Refuses a new passphrase that is too short to be one. Throws `keys.passphrase-short`. */
export function requireLongEnough(passphrase: string): void {
  if ([...normalised(passphrase)].length < LEAST_CHARACTERS) throw new SmimeError("keys.passphrase-short");
}

/** Derives an AES-256-GCM key that cannot be exported. Throws `keys.vault-damaged` for parameters beyond the limits. */
export async function passphraseKey(passphrase: string, parameters: PassphraseParameters): Promise<CryptoKey> {
  if (!areSane(parameters)) throw new SmimeError("keys.vault-damaged");
  const octets = utf8(normalised(passphrase));
  try {
    const material = await crypto.subtle.importKey("raw", octets, "PBKDF2", false, ["deriveKey"]);
    return await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", ...parameters }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  } finally {
    octets.fill(0);
  }
}
