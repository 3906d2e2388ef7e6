import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../../src/pki/bounded-map.ts";

const make = () => new BoundedMap<number>({ entries: 3, octets: 100 }, (key, value) => key.length + value);

/** Which of these are still known. */
const kept = (map: BoundedMap<number>, ...keys: string[]): string => keys.filter((key) => map.get(key) !== undefined).join("");

describe("a map with limits", () => {
  it("forgets the oldest beyond its number of entries", () => {
    const map = make();
    for (const key of "abc") map.set(key, 0);
    expect(kept(map, ..."abc")).toBe("abc");
    map.set("d", 0);
    expect([kept(map, ..."abcd"), map.size]).toEqual(["bcd", 3]);
  });

  it("forgets the oldest beyond its octets, and no more than it has to", () => {
    const map = make();
    for (const key of "abc") map.set(key, 32);
    expect(kept(map, ..."abc")).toBe("abc");
    map.set("c", 33);
    expect(kept(map, ..."abc")).toBe("abc");
    map.set("c", 34);
    expect(kept(map, ..."abc")).toBe("bc");
  });

  it("does not keep what alone exceeds them, and has room again afterwards", () => {
    const map = make();
    map.set("a", 99);
    expect(kept(map, "a")).toBe("a");
    map.set("b", 100);
    expect([kept(map, "a", "b"), map.size]).toEqual(["", 0]);
    map.set("c", 99);
    expect(kept(map, "c")).toBe("c");
  });

  it("counts what is set again once, and as the newest", () => {
    const map = make();
    for (let i = 0; i < 10; i++) map.set("a", 90);
    expect([map.get("a"), map.size]).toEqual([90, 1]);
    for (const [key, value] of [["b", 1], ["a", 1], ["c", 1], ["d", 1]] as const) map.set(key, value);
    expect(kept(map, ..."abcd")).toBe("acd");
  });
});
