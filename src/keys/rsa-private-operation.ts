import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { modInverse, modPow, randomBelow, toBigInt, toOctets } from "./big-integer.ts";
import type { RsaPrivateNumbers } from "./pkcs8.ts";

/** Octets of the modulus. */
export function modulusLength(numbers: RsaPrivateNumbers): number {
  return Math.ceil(numbers.n.toString(16).length / 2);
}

/**
 * RSADP (RFC 8017 §5.1.2) by the Chinese remainder theorem, for paddings that WebCrypto does not know.
 * The input is blinded, so that the time taken says nothing about it, and the result checked with the public exponent,
 * so that a fault in one half gives the key away to nobody. BigInt is not constant-time: what bounds an attacker is
 * how seldom this is called (two operations for one message, and the failure budget).
 * @returns the result in as many octets as the modulus has; null if the input is not one of this key.
 * @throws SmimeError `keys.algorithm` if the key contradicts itself.
 */
export function rsaPrivateOperation(numbers: RsaPrivateNumbers, input: Bytes): Bytes | null {
  const { n, e, p, q, dp, dq, qInverse } = numbers;
  const length = modulusLength(numbers);
  const value = toBigInt(input);
  if (input.length !== length || value >= n) return null;
  const mask = randomBelow(n);
  const blinded = (value * modPow(mask, e, n)) % n;
  const byP = modPow(blinded % p, dp, p);
  const byQ = modPow(blinded % q, dq, q);
  const difference = (((byP - byQ) * qInverse) % p + p) % p;
  const result = byQ + difference * q;
  if (modPow(result, e, n) !== blinded) throw new SmimeError("keys.algorithm");
  return toOctets((result * modInverse(mask, n)) % n, length);
}
