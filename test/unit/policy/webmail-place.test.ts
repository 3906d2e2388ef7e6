import { describe, expect, it } from "vitest";
import { managedReport } from "../../../src/policy/managed-report.ts";
import { ADAPTERS, readWebmailPlace } from "../../../src/policy/webmail-place.ts";
import { webmails } from "../../../src/webmail/all.ts";

describe("a webmail that the organisation names", () => {
  it("is an origin, and after a space its adapter or none", () => {
    expect(readWebmailPlace("https://mail.example.org")).toEqual({ origin: "https://mail.example.org", adapter: null });
    expect(readWebmailPlace(" https://mail.example.org  Roundcube ")).toEqual({ origin: "https://mail.example.org", adapter: "roundcube" });
    expect(readWebmailPlace("https://mail.example.org none")).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    for (const entry of ["", "roundcube", "none", "mail.example.org none", "https://mail.example.org/x", "https://mail.example.org/x roundcube"]) expect(readWebmailPlace(entry), entry).toBeNull();
  });

  it("has one of the adapters that there are", () => {
    expect(ADAPTERS).toEqual(webmails.map(({ id }) => id));
  });

  it("is forbidden by words that nobody can read, as they may have been meant to forbid it", () => {
    for (const words of ["squirrel", "nome", "none roundcube", "roundcube none", "/ none"]) expect(readWebmailPlace(`https://mail.example.org ${words}`), words).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    for (const path of ["/", "/mail/", "?_task=mail"]) expect(readWebmailPlace(`https://mail.example.org${path} none`), path).toEqual({ origin: "https://mail.example.org", adapter: "none" });
  });

  it("of another name is said to be unknown, so that whoever wrote it learns that it is forbidden", () => {
    const [fact] = managedReport({ WebmailOrigins: ["https://a.example.org squirrel", "https://b.example.org none", "not", "https://c.example.org roundcube none"] });
    expect(fact?.value).toBe("https://a.example.org squirrel; https://b.example.org none; https://c.example.org roundcube none");
    expect(fact?.problems.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "policy.entry-left-out 3: not",
      "policy.unknown-adapter https://a.example.org squirrel",
      "policy.unknown-adapter https://c.example.org roundcube none",
    ]);
  });
});
