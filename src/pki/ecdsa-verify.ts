import type { Bytes } from "../base/bytes.ts";
import { inverse, toNumber } from "./modular.ts";

/*
 * ECDSA over a digest that WebCrypto cannot make: it takes the text and not the digest, so the curve has to be computed here.
 * Everything in it is public. Curves y² = x³ - 3x + b of FIPS 186-4 D.1.2, points in Jacobian coordinates.
 */

interface Curve {
  prime: bigint;
  b: bigint;
  order: bigint;
  x: bigint;
  y: bigint;
}

const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    prime: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  secp384r1: {
    prime: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  secp521r1: {
    prime: (1n << 521n) - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    x: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    y: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

/** Jacobian coordinates; `z` is zero for the point at infinity. */
interface Point {
  x: bigint;
  y: bigint;
  z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

/**
 * ECDSA signature verification (FIPS 186-4 §6.4) over a digest that has fewer bits than the order of the curve, as SHA-224 has.
 * @param curve OpenSSL's name
 * @param point the uncompressed public point
 * @param signature r and s side by side
 * @returns null for a curve or form of point that is not computed here, or a point that is not on the curve
 */
export function verifyEcdsa(curve: string, point: Bytes, digest: Bytes, signature: Bytes): boolean | null {
  const c = CURVES[curve];
  const q = c === undefined ? null : readPoint(c, point);
  if (c === undefined || q === null) return null;
  const r = toNumber(signature.subarray(0, signature.length / 2));
  const s = toNumber(signature.subarray(signature.length / 2));
  if (r === 0n || s === 0n || r >= c.order || s >= c.order) return false;
  const w = inverse(s, c.order);
  const { x, z } = sum(c, (toNumber(digest) * w) % c.order, (r * w) % c.order, q);
  if (z === 0n) return false;
  const square = inverse((z * z) % c.prime, c.prime);
  return ((x * square) % c.prime) % c.order === r;
}

function readPoint({ prime, b }: Curve, point: Bytes): Point | null {
  const length = (point.length - 1) / 2;
  if (point[0] !== 4) return null;
  const x = toNumber(point.subarray(1, 1 + length));
  const y = toNumber(point.subarray(1 + length));
  const fits = x < prime && y < prime && (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
  return fits ? { x, y, z: 1n } : null;
}

/** u·G + v·Q, both at once from the highest bit (Shamir's trick). */
function sum(curve: Curve, u: bigint, v: bigint, q: Point): Point {
  const g: Point = { x: curve.x, y: curve.y, z: 1n };
  const both = add(curve.prime, g, q);
  let result = INFINITY;
  for (let bit = BigInt(curve.order.toString(2).length) - 1n; bit >= 0n; bit--) {
    result = double(curve.prime, result);
    const chosen = ((u >> bit) & 1n) === 1n ? (((v >> bit) & 1n) === 1n ? both : g) : ((v >> bit) & 1n) === 1n ? q : null;
    if (chosen !== null) result = add(curve.prime, result, chosen);
  }
  return result;
}

function modulo(value: bigint, prime: bigint): bigint {
  const rest = value % prime;
  return rest < 0n ? rest + prime : rest;
}

function double(p: bigint, { x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return INFINITY;
  const z2 = (z * z) % p;
  const y2 = (y * y) % p;
  const s = (4n * x * y2) % p;
  // 3x² - 3z⁴, because the curve's a is -3.
  const m = modulo(3n * (x - z2) * (x + z2), p);
  const x3 = modulo(m * m - 2n * s, p);
  return { x: x3, y: modulo(m * (s - x3) - 8n * y2 * y2, p), z: (2n * y * z) % p };
}

function add(p: bigint, one: Point, two: Point): Point {
  if (one.z === 0n) return two;
  if (two.z === 0n) return one;
  const z1 = (one.z * one.z) % p;
  const z2 = (two.z * two.z) % p;
  const u1 = (one.x * z2) % p;
  const h = modulo(two.x * z1 - u1, p);
  const s1 = (one.y * z2 * two.z) % p;
  const r = modulo(two.y * z1 * one.z - s1, p);
  if (h === 0n) return r === 0n ? double(p, one) : INFINITY;
  const h2 = (h * h) % p;
  const h3 = (h2 * h) % p;
  const v = (u1 * h2) % p;
  const x3 = modulo(r * r - h3 - 2n * v, p);
  return { x: x3, y: modulo(r * (v - x3) - s1 * h3, p), z: (one.z * two.z * h) % p };
}
