import { describe, expect, it } from "vitest";
import { type DraftState, readDraftState, writeDraftState } from "../../../src/smime/draft-state.ts";

describe("what a draft says of its author's choices", () => {
  it.each<[string, DraftState]>([
    ["everything", { sign: true, encrypt: true, receipt: true, originalEncrypted: true, unproved: true, pageWrote: true, forwarded: [0, 12] }],
    ["nothing", { sign: false, encrypt: false, receipt: false, originalEncrypted: false, unproved: false, pageWrote: false, forwarded: [] }],
  ])("is read as it was written: %s, the page's part included", (_name, state) => {
    const [name = "", value = ""] = writeDraftState(state).trim().split(": ");
    expect(readDraftState([{ name, value: value.replaceAll("\r\n", "") }])).toEqual(state);
  });
});
