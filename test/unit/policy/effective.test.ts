import { describe, expect, it } from "vitest";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { managedSchema } from "../../../src/policy/managed-schema.ts";
import { isOrigin, settings } from "../../../src/policy/settings.ts";

describe("effective policy", () => {
  it("is the defaults without managed values", () => {
    for (const none of [null, undefined, {}, "text", 3]) {
      const policy = effectivePolicy(none, defaultUserSettings);
      expect(policy.values).toEqual({
        TrustAnchors: [],
        WebmailOrigins: [],
        AlwaysSign: false,
        AlwaysEncrypt: false,
        ClearSign: true,
        HideNamesAndTimeZone: false,
        UseKeyIdentifier: false,
        SignWithRsaPss: false,
        TripleWrap: false,
      });
      expect(policy.locked).toEqual([]);
    }
  });

  it("lets the user choose defaults and the organisation force them", () => {
    expect(effectivePolicy({}, { signByDefault: true, encryptByDefault: false }).defaults).toEqual({ sign: true, encrypt: false });
    const forced = effectivePolicy({ AlwaysEncrypt: true }, defaultUserSettings);
    expect(forced.forced).toEqual({ sign: false, encrypt: true });
    expect(forced.defaults).toEqual({ sign: false, encrypt: true });
    expect(forced.locked).toEqual(["AlwaysEncrypt"]);
  });

  it("fails closed where a managed value cannot be read", () => {
    const policy = effectivePolicy({ AlwaysSign: "yes", AlwaysEncrypt: 0, TrustAnchors: "x", ClearSign: null }, defaultUserSettings);
    expect(policy.forced).toEqual({ sign: true, encrypt: true });
    expect(policy.values.TrustAnchors).toEqual([]);
    expect(policy.unreadable).toEqual(["TrustAnchors", "AlwaysSign", "AlwaysEncrypt", "ClearSign"]);
  });

  it("keeps the readable entries of a list", () => {
    const { values } = effectivePolicy(
      { WebmailOrigins: ["https://mail.example.org", "https://mail.example.org/path", 3, "ftp://x", "http://127.0.0.1:8080"] },
      defaultUserSettings,
    );
    expect(values.WebmailOrigins).toEqual(["https://mail.example.org", "http://127.0.0.1:8080"]);
  });

  it("takes no setting from the prototype of what the browser reports", () => {
    const managed = Object.create({ AlwaysSign: true }) as unknown;
    expect(effectivePolicy(managed, defaultUserSettings).forced.sign).toBe(false);
  });

  it("knows an origin from other addresses", () => {
    expect(isOrigin("https://mail.example.org")).toBe(true);
    for (const text of ["https://mail.example.org/", "https://user@mail.example.org", "HTTPS://mail.example.org", "https://*", "https://*.org", "null", ""]) {
      expect(isOrigin(text)).toBe(false);
    }
  });

  it("describes every setting in the schema of managed storage", () => {
    const { properties } = managedSchema() as { properties: Record<string, { type: string; description: string }> };
    expect(Object.keys(properties)).toEqual(Object.keys(settings));
    for (const property of Object.values(properties)) expect(property.description).not.toBe("");
  });
});
