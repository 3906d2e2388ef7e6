import { describe, expect, it } from "vitest";
import { AnswerMemory, type Remembered } from "../../../src/background/answer-memory.ts";
import type { Said } from "../../../src/pki/revocation/questions.ts";

const answer = (size: number): Remembered => ({ said: { kind: "crl" } as Said, size, fetchedAt: new Date(0) });

/** The names that are still remembered. Looking is a use: in this order, the last one last. */
const known = (memory: AnswerMemory, ...names: string[]): string => names.filter((name) => memory.get(name) !== undefined).join("");

describe("answers that were read once (RV-01)", () => {
  it("are remembered up to so many octets, and those that were not used for longest go first", () => {
    const memory = new AnswerMemory(10);
    memory.set("a", answer(4));
    memory.set("b", answer(3));
    memory.set("c", answer(3));
    memory.get("a");
    memory.set("d", answer(1));
    expect(known(memory, "a", "b", "c", "d")).toBe("acd");
    memory.set("e", answer(6));
    expect(known(memory, "a", "c", "d", "e")).toBe("cde");
  });

  it("keep the newest, whatever its size, and nothing beside it", () => {
    const memory = new AnswerMemory(10);
    memory.set("a", answer(1));
    memory.set("long", answer(100));
    expect(known(memory, "a", "long")).toBe("long");
    memory.set("b", answer(10));
    expect(known(memory, "long", "b")).toBe("b");
  });

  it("count the octets of what was replaced or forgotten no more", () => {
    const memory = new AnswerMemory(10);
    for (let i = 0; i < 5; i++) memory.set("a", answer(5));
    memory.set("b", answer(5));
    expect(known(memory, "a", "b")).toBe("ab");
    memory.delete("a");
    memory.delete("a");
    memory.set("c", answer(5));
    expect(known(memory, "b", "c")).toBe("bc");
    expect(memory.get("a")).toBeUndefined();
  });
});
