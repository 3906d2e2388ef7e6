import { decodeBase64, encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/**
 * Parses a value that crossed a context; throws `protocol.malformed` if it has not the documented shape.
 * Every boundary parses what comes in, because a page, a content script or an older version of us may be on the other side.
 */
export type Shape<T> = (value: unknown) => T;

/** The type that a shape yields. */
export type Of<S> = S extends Shape<infer T> ? T : never;

function refuse(): never {
  throw new SmimeError("protocol.malformed");
}

/** Text of at most `max` UTF-16 units. */
export const text =
  (max = 1000): Shape<string> =>
  (value) =>
    typeof value === "string" && value.length <= max ? value : refuse();

export const bool: Shape<boolean> = (value) => (typeof value === "boolean" ? value : refuse());

/** A whole number from 0 to `max`. */
export const count =
  (max = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max ? value : refuse();

/** One of the given words. */
export const word =
  <const W extends string>(...words: readonly W[]): Shape<W> =>
  (value) =>
    words.includes(value as W) ? (value as W) : refuse();

export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null || value === undefined ? null : shape(value);

export const list =
  <T>(shape: Shape<T>, max = 1000): Shape<T[]> =>
  (value) =>
    Array.isArray(value) && value.length <= max ? value.map(shape) : refuse();

/** An object of exactly these members; others are dropped. */
export const record =
  <F extends Record<string, Shape<unknown>>>(fields: F): Shape<{ [K in keyof F]: Of<F[K]> }> =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse();
    const out: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(fields)) {
      out[name] = shape(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
    }
    return out as { [K in keyof F]: Of<F[K]> };
  };

/** One of several shapes of object, told apart by the member `tag`. */
export const variant =
  <V extends Record<string, Shape<object>>>(tag: string, variants: V): Shape<Of<V[keyof V]>> =>
  (value) => {
    const name = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[tag] : undefined;
    if (typeof name !== "string" || !Object.hasOwn(variants, name)) return refuse();
    return (variants[name] as Shape<Of<V[keyof V]>>)(value);
  };

/** Nothing is expected and nothing is taken. */
export const nothing: Shape<null> = () => null;

/**
 * In Firefox what a MessagePort brings to a content script belongs to the page's realm: it is no instance of our
 * `Uint8Array`, and reading it element by element is forbidden. A copy is ours.
 */
function ownOctets(value: Uint8Array, max: number): Bytes {
  const { length } = value;
  if (!(length <= max)) return refuse();
  if (value instanceof Uint8Array) return value as Bytes;
  const own = new Uint8Array(length);
  // The constructor would ask the other realm's object for its own constructor, which is forbidden too.
  own.set(value);
  return own;
}

/** Octets of at most `max`; see `toWire`. */
export const octets =
  (max = 65536): Shape<Bytes> =>
  (value) => {
    if (ArrayBuffer.isView(value)) return ownOctets(value as Uint8Array, max);
    const encoded = typeof value === "object" && value !== null ? (value as { $octets?: unknown }).$octets : undefined;
    if (typeof encoded !== "string" || encoded.length > Math.ceil(max / 3) * 4) return refuse();
    try {
      return decodeBase64(encoded);
    } catch {
      return refuse();
    }
  };

/**
 * Makes a value fit for `runtime.sendMessage`, which is JSON in Chromium: octets become `{ $octets: base64 }`.
 * Only small octet strings (certificates, digests, keys) cross there; bulk goes over MessagePorts by transfer.
 */
export function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $octets: encodeBase64(value) };
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toWire(member)]));
  }
  return value;
}

/** Turns `{ $octets }` back into octets in an answer of the background, which a caller trusts for its shape. */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value === "object" && value !== null) {
    if (typeof (value as { $octets?: unknown }).$octets === "string") {
      return decodeBase64((value as { $octets: string }).$octets);
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromWire(member)]));
  }
  return value;
}
