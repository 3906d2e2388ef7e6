import { describe, expect, it } from "vitest";
import { learnPolicy } from "../../../src/policy/last-known.ts";

describe("last known managed policy", () => {
  it("knows nothing from an empty answer, which Chromium also gives before it has read the policy", () => {
    expect(learnPolicy(null, { type: "read", managed: {} })).toEqual({ managed: {}, known: false });
  });

  it("enforces what was seen before while the browser has not answered yet", () => {
    const last = { managed: { AlwaysEncrypt: true }, known: true };
    expect(learnPolicy(last, { type: "read", managed: {} })).toEqual(last);
  });

  it("lets an event replace it, by nothing too", () => {
    const last = { managed: { AlwaysEncrypt: true }, known: true };
    expect(learnPolicy(last, { type: "changed", managed: {} })).toEqual({ managed: {}, known: true });
    expect(learnPolicy(null, { type: "changed", managed: { AlwaysSign: true } })).toEqual({ managed: { AlwaysSign: true }, known: true });
  });

  it("takes Firefox's refusal as none", () => {
    expect(learnPolicy(null, { type: "none" })).toEqual({ managed: {}, known: true });
  });

  it("ends the first run's wait", () => {
    expect(learnPolicy({ managed: {}, known: false }, { type: "first-run-wait-over" }).known).toBe(true);
  });
});
