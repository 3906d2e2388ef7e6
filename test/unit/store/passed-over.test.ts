import { describe, expect, it } from "vitest";
import { isReadable, passedOverNames, passOver } from "../../../src/store/reading.ts";

describe("records that are passed over", () => {
  it("are known by their names, so that what they were about is not taken for undecided", () => {
    expect(isReadable("trust-decisions", { sha256: "ab", certificate: "no octets", decision: "distrusted", decidedAt: "2026-05-01T00:00:00Z" })).toBe(false);
    passOver("trust-decisions", "cd");
    passOver("envelopes", ["send", "envelope"]);
    expect([passedOverNames("trust-decisions"), passedOverNames("envelopes"), passedOverNames("anchors")]).toEqual([["ab", "cd"], [], []]);
  });
});
