import { type Bytes, fromHex, hex, randomBytes } from "../base/bytes.ts";

/** Big-endian octets as a non-negative number (OS2IP, RFC 8017 §4.2). */
export function toBigInt(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${hex(octets)}`);
}

/** A non-negative number as exactly `length` big-endian octets (I2OSP, RFC 8017 §4.1); throws `RangeError` if it does not fit. */
export function toOctets(value: bigint, length: number): Bytes {
  const digits = value.toString(16);
  if (digits.length > length * 2) throw new RangeError("integer too large");
  return fromHex(digits.padStart(length * 2, "0"));
}

/** `base` to the power of `exponent`, modulo `modulus`, four bits of the exponent at a time with the same work for each. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n % modulus];
  for (let i = 1; i < 16; i++) powers.push(((powers[i - 1] as bigint) * base) % modulus);
  let result = 1n % modulus;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus;
    result = (result * (powers[Number.parseInt(digit, 16)] as bigint)) % modulus;
  }
  return result;
}

/** The inverse of `value` modulo `modulus`; throws `RangeError` if there is none. */
export function modInverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) throw new RangeError("no inverse");
  return ((x % modulus) + modulus) % modulus;
}

/** A number from 1 to `limit` - 1 from the platform's generator, without a measurable preference. */
export function randomBelow(limit: bigint): bigint {
  // Sixteen octets more than needed: what the remainder prefers is below 2^-128.
  const wide = toBigInt(randomBytes(Math.ceil(limit.toString(16).length / 2) + 16));
  return (wide % (limit - 1n)) + 1n;
}
