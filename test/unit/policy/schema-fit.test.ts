import { describe, expect, it } from "vitest";
import { leftOutByChromium } from "../../../src/policy/schema-fit.ts";

describe("what Chromium leaves out of managed settings", () => {
  it("is what has another type, in lists too, and what has another name", () => {
    expect(leftOutByChromium({ AlwaysEncrypt: "yes", AlwaysSign: true, AlwaysEncypt: true, RecipientLimit: 1.5, TrustAnchors: "x", IssuerHosts: ["a", 3] })).toEqual(["AlwaysEncrypt", "AlwaysEncypt", "RecipientLimit", "TrustAnchors", "IssuerHosts"]);
    expect(leftOutByChromium({ RecipientLimit: -5, EncryptionAlgorithms: "nonsense", Directories: [{ url: "ldap://x", unknown: 3 }] })).toEqual([]);
    expect(leftOutByChromium({ Directories: [{ url: 3 }] })).toEqual(["Directories"]);
  });

  it("is the whole of Scopes where one part does not fit", () => {
    expect(leftOutByChromium({ Scopes: [{ domains: ["a.test"], settings: { AlwaysSign: true } }] })).toEqual([]);
    expect(leftOutByChromium({ Scopes: [{ domains: ["a.test"], settings: { AlwaysSign: true } }, { domains: "b.test", settings: {} }] })).toEqual(["Scopes"]);
    expect(leftOutByChromium({ Scopes: [{ domains: ["a.test"], settings: { AlwaysSign: "yes" } }] })).toEqual(["Scopes"]);
  });
});
