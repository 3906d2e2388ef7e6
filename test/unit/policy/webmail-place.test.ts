import { describe, expect, it } from "vitest";
import { organisationSettings } from "../../../src/policy/settings/organisation.ts";
import { managedReport } from "../../../src/policy/managed-report.ts";
import { ADAPTERS, readWebmailPlace } from "../../../src/policy/webmail-place.ts";
import { webmails } from "../../../src/webmail/all.ts";

describe("a webmail that the organisation names", () => {
  it("is an origin, and after a space its adapter or none", () => {
    expect(readWebmailPlace("https://mail.example.org")).toEqual({ origin: "https://mail.example.org", adapter: null });
    expect(readWebmailPlace(" https://mail.example.org  Roundcube ")).toEqual({ origin: "https://mail.example.org", adapter: "roundcube" });
    expect(readWebmailPlace("https://mail.example.org none")).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    for (const entry of ["", "roundcube", "none", "none none", "mail.example.org roundcube", "https://mail.example.org/x", "https://mail.example.org/x roundcube"]) expect(readWebmailPlace(entry), entry).toBeNull();
  });

  it("has one of the adapters that there are", () => {
    expect(ADAPTERS).toEqual(webmails.map(({ id }) => id));
  });

  it("is forbidden by words that nobody can read, as they may have been meant to forbid it", () => {
    for (const words of ["squirrel", "nome", "none roundcube", "roundcube none", "/ none"]) expect(readWebmailPlace(`https://mail.example.org ${words}`), words).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    for (const path of ["/", "/mail/", "?_task=mail"]) expect(readWebmailPlace(`https://mail.example.org${path} none`), path).toEqual({ origin: "https://mail.example.org", adapter: "none" });
  });

  it("is no host with other characters in it than names and addresses have, though a URL may have them", () => {
    for (const entry of ["https://mail.example.org,", "https://mail.example.org;", "https://mail.example.org,roundcube", "https://mail.example.org; roundcube", "https://mail.example.org!x"]) expect(readWebmailPlace(entry), entry).toBeNull();
    for (const entry of ["https://[2001:db8::1]:8443", "http://127.0.0.1:8080", "https://xn--mnchen-3ya.example", "https://web_mail.example"]) expect(readWebmailPlace(entry), entry).toEqual({ origin: entry, adapter: null });
  });

  it("is forbidden by none however that is set apart, and without a scheme, too", () => {
    const forbidding = ["https://mail.example.org,none", "https://mail.example.org; none", "https://mail.example.org ;none", "https://mail.example.org=NONE", "https://mail.example.org|none", "mail.example.org none", "mail.example.org/mail/, none", "none https://mail.example.org", "https://mail.example.org; squirrel none"];
    for (const entry of forbidding) expect(readWebmailPlace(entry), entry).toEqual({ origin: "https://mail.example.org", adapter: "none" });
    expect(readWebmailPlace("mail.example.org:8443 none")).toEqual({ origin: "https://mail.example.org:8443", adapter: "none" });
    // A host of that name is forbidden by nothing.
    expect(readWebmailPlace("https://none.example.org")).toEqual({ origin: "https://none.example.org", adapter: null });
    expect(readWebmailPlace("https://none.example.org/mail")).toBeNull();
  });

  it("is forbidden wherever its entry stands in a list that is too long to be read whole", () => {
    const many = Array.from({ length: 1001 }, (_, index) => `https://m${index}.example.org`);
    const { WebmailOrigins } = organisationSettings;
    const list = [...many, "https://last.example.org none"];
    const read = WebmailOrigins.parse(list) ?? [];
    expect([read.length, read.includes("https://last.example.org none"), read.includes("https://m998.example.org"), read.includes("https://m999.example.org")]).toEqual([1000, true, true, false]);
    expect(WebmailOrigins.remarks(list).map(({ detail }) => detail)).toEqual(["1000: https://m999.example.org", "1001: https://m1000.example.org"]);
    expect(WebmailOrigins.parse(list.slice(2))).toEqual(list.slice(2));
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
