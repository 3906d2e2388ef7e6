import { describe, expect, it } from "vitest";
import { hintsFor } from "../../../src/ui/reader/hints-for.ts";
import * as s from "./samples.ts";

const both = ["signed", "encrypted"] as const;

describe("which explanation a message carries", () => {
  it.each([
    ["verified", s.verified, ["signed"]],
    ["encrypted", s.encryptedOnly, ["encrypted"]],
    ["both", s.verifiedEncrypted, ["signed", "encrypted"]],
    ["still checked", s.status({ signed: "unverified", pending: true }, [s.signedLayer(s.signer({ code: "smime.checking" }))]), ["signed"]],
    ["a broken signature, which draws no attention (UI-04)", s.unverified({ verdict: "broken", code: "cms.digest-mismatch" }), []],
    ["somebody else's name", s.unverified({ code: "smime.from-mismatch" }), []],
    ["closed", s.closed("cms.no-recipient-key"), []],
    ["nothing protected", s.status({}, []), []],
  ])("%s", (_name, status, expected) => expect(hintsFor(status, both)).toEqual(expected));

  it("is none that was dismissed", () => expect(hintsFor(s.verifiedEncrypted, ["signed"])).toEqual(["signed"]));
});
