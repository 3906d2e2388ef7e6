import { describe, expect, it } from "vitest";
import { managedReport } from "../../../src/policy/managed-report.ts";
import { ADAPTERS, readWebmailPlace } from "../../../src/policy/webmail-place.ts";
import { webmails } from "../../../src/webmail/all.ts";

describe("a webmail that the organisation names", () => {
  it("is an origin, and after a space its adapter or none", () => {
    expect(readWebmailPlace("https://mail.example.org")).toEqual({ origin: "https://mail.example.org", adapter: null });
    expect(readWebmailPlace(" https://mail.example.org  Roundcube ")).toEqual({ origin: "https://mail.example.org", adapter: "roundcube" });
    expect(readWebmailPlace("https://mail.example.org none")).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    for (const entry of ["", "roundcube", "https://mail.example.org/x roundcube", "https://mail.example.org squirrel", "https://mail.example.org roundcube none"]) expect(readWebmailPlace(entry), entry).toBeNull();
  });

  it("has one of the adapters that there are", () => {
    expect(ADAPTERS).toEqual(webmails.map(({ id }) => id));
  });

  it("of another name is left out and said to be unknown", () => {
    const [fact] = managedReport({ WebmailOrigins: ["https://a.example.org squirrel", "https://b.example.org none", "not an origin"] });
    expect(fact?.value).toBe("https://b.example.org none");
    expect(fact?.problems.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "policy.entry-left-out 1: https://a.example.org squirrel",
      "policy.entry-left-out 3: not an origin",
      "policy.unknown-adapter squirrel",
    ]);
  });
});
