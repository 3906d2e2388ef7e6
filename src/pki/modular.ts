/*
 * Arithmetic for public numbers: keys and signatures that everybody may know. Its time depends on them, so it is never for secrets
 * (those have `keys/big-integer.ts`).
 */

/** `base` to the power of `exponent`, modulo `modulus`. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The inverse of a number modulo a prime (Fermat). */
export function inverse(value: bigint, prime: bigint): bigint {
  return power(value, prime - 2n, prime);
}

/** Big-endian octets as a non-negative number (OS2IP, RFC 8017 §4.2). */
export function toNumber(octets: Uint8Array): bigint {
  let text = "0x0";
  for (const octet of octets) text += octet.toString(16).padStart(2, "0");
  return BigInt(text);
}
