import { describe, expect, it } from "vitest";
import { mozillaAnchors } from "../../scripts/lib/mozilla-anchors.mjs";
import { shippedFrom } from "../../src/pki/shipped-anchors/anchors.ts";
import { shippedAnchors } from "../../src/pki/shipped-anchors/shipped-anchors.ts";

describe("shipped trust anchors (CE-02)", () => {
  it("are those that the recorded version of Firefox names; of another version a difference is printed", { timeout: 180_000 }, async () => {
    const { firefox, anchors } = await mozillaAnchors();
    const theirs = new Set(anchors.map(({ sha256 }) => sha256));
    const ours = new Set(shippedAnchors().map(({ sha256 }) => sha256));
    const difference = { missing: [...theirs].filter((each) => !ours.has(each)), dropped: [...ours].filter((each) => !theirs.has(each)) };
    if (firefox === shippedFrom.firefox) expect(difference).toEqual({ missing: [], dropped: [] });
    else console.log(`Firefox ${firefox} instead of ${shippedFrom.firefox}: ${JSON.stringify(difference)}; node scripts/anchors.mjs takes it over`);
  });
});
