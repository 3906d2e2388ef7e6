/** The most that a map keeps: entries, and octets over all of them. */
export interface MapLimits {
  entries: number;
  octets: number;
}

/** A map that forgets the oldest entries rather than grow beyond its limits; one that alone exceeds them is not kept. */
export class BoundedMap<V> {
  readonly #map = new Map<string, V>();
  readonly #limits: MapLimits;
  readonly #octetsOf: (key: string, value: V) => number;
  #octets = 0;

  /** @param octetsOf the octets that an entry holds, the same each time it is asked about it */
  constructor(limits: MapLimits, octetsOf: (key: string, value: V) => number) {
    this.#limits = limits;
    this.#octetsOf = octetsOf;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: V): void {
    this.#forget(key);
    this.#map.set(key, value);
    this.#octets += this.#octetsOf(key, value);
    for (const oldest of this.#map.keys()) {
      if (this.#map.size <= this.#limits.entries && this.#octets <= this.#limits.octets) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const value = this.#map.get(key);
    if (value === undefined) return;
    this.#map.delete(key);
    this.#octets -= this.#octetsOf(key, value);
  }
}
