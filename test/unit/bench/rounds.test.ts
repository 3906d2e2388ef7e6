import { describe, expect, it } from "vitest";
import { ratioRow } from "../../bench/ratio.ts";
import { measureHere, rounds } from "../../bench/rounds.ts";
import { median, quartiles } from "../../bench/statistics.ts";
import { table } from "../../bench/table.ts";

describe("statistics of the bench", () => {
  it("takes the middle, and the middle of two", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
    expect(() => median([])).toThrow("no values");
  });

  it("takes the quarters", () => {
    expect(quartiles([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([2.5, 6.5]);
    expect(quartiles([3, 1, 2])).toEqual([1.5, 2.5]);
    expect(quartiles([7])).toEqual([7, 7]);
  });
});

describe("rounds of the bench", () => {
  /** A side that always takes as long, the first time excepted, and writes down its turns. */
  const side = (name: string, each: number, turns: string[], first = each) => {
    let begun = false;
    return (times: number) => {
      turns.push(`${name}${times}`);
      const taken = times * each + (begun ? 0 : first - each);
      begun = true;
      return Promise.resolve(taken);
    };
  };

  it("warms every side up, and lets another one begin each round", async () => {
    const turns: string[] = [];
    const times = await rounds({ a: side("a", 300, turns), b: side("b", 500, turns) }, { count: 3 });
    expect(turns).toEqual(["a1", "b1", "a1", "b1", "b1", "a1", "a1", "b1"]);
    expect(times).toEqual({ a: [300, 300, 300], b: [500, 500, 500] });
  });

  it("repeats what is short until a turn is long enough, and answers the time of one", async () => {
    const turns: string[] = [];
    const { a } = await rounds({ a: side("a", 10, turns, 150) }, { count: 1, atLeast: 200 });
    expect(turns).toEqual(["a1", "a2", "a25", "a25"]);
    expect(a).toEqual([10]);
  });

  it("does not repeat without end what takes no time", async () => {
    const turns: string[] = [];
    await rounds({ a: side("a", 0, turns) }, { count: 1 });
    expect(turns.at(-1)).toBe("a1000");
  });

  it("makes each input before any of the work begins, and a fresh one each time", async () => {
    const events: string[] = [];
    let made = 0;
    const measure = measureHere(() => {
      const input = ++made;
      events.push(`make ${input}`);
      return () => Promise.resolve(events.push(`work ${input}`));
    });
    await measure(2);
    expect(events).toEqual(["make 1", "make 2", "work 1", "work 2"]);
  });
});

describe("rows of the bench", () => {
  const comparison = { name: "n", where: "w", ours: [2, 30, 4], theirs: [1, 10, 1], against: "other" };

  it("hold each round's times against each other, and take the median of the ratios", () => {
    expect(ratioRow(comparison)).toEqual({
      name: "n", where: "w", value: 3, unit: "times", spread: [2.5, 3.5], against: "other", of: 3, details: { "ours ms": 4, "other ms": 1 },
    });
    expect(() => ratioRow({ ...comparison, theirs: [1] })).toThrow("as many rounds");
  });

  it("say whether an aim is met", () => {
    expect(ratioRow({ ...comparison, aim: 3 }).aim).toEqual({ value: 3, what: "times", met: true });
    expect(ratioRow({ ...comparison, aim: 2.9 }).aim?.met).toBe(false);
  });

  it("stand in columns, with a missed aim to be seen", () => {
    expect(table([ratioRow({ ...comparison, aim: 2 }), { name: "longer", where: "w", value: 12.4, unit: "ms", beside: { name: "plain", value: 10 }, of: 20 }])).toEqual([
      "n       w  3.00 ×  (2.50–3.50)  other                       median of 3   aim: at most 2 times, MISSED",
      "    ours ms 4, other ms 1",
      "longer  w   12 ms               plain: 10 ms; on top: 2 ms  median of 20",
    ]);
    expect(table([])).toEqual([]);
  });
});
