import { describe, expect, it } from "vitest";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { derElement, derOid, derSequence, derSetOf } from "../../../src/pki/der.ts";
import { parseName } from "../../../src/pki/name.ts";
import { satisfies } from "../../../src/pki/name-constraints/satisfies.ts";
import { OID } from "../../../src/pki/oids.ts";
import { pathLimits, validatePath } from "../../../src/pki/path.ts";
import type { Certificate } from "../../../src/pki/certificate.ts";
import { issue } from "./support/authority.ts";
import { altNames, dns, ip, nameConstraints, rfc822, smtpUtf8, uri } from "./support/path-extensions.ts";

const root = issue({ name: "Root", ca: true });

/** Tells whether an authority with these constraints may vouch for these names. */
async function allows(constraints: { permitted?: Bytes[]; excluded?: Bytes[] }, ...names: Bytes[]): Promise<boolean> {
  const ca = issue({ name: "CA", issuer: root, ca: true, more: [nameConstraints(constraints)] });
  const leaf = issue({ name: "Alice", issuer: ca, more: [altNames(...names)] });
  const answer = await validatePath({ leaf: leaf.certificate, others: [ca.certificate], anchors: [root.certificate], at: new Date("2026-01-01"), purpose: "any" });
  expect(["ok", "pki.name-constraints"]).toContain(answer.code);
  return answer.code === "ok";
}

/** Names that a base permits, and names that it does not. Excluded, it is the other way round. */
type Row = [string, base: Bytes, inside: Bytes[], outside: Bytes[]];

const rows: Row[] = [
  ["a host of addresses", rfc822("example.org"), [rfc822("a@example.org"), rfc822("A.B@EXAMPLE.org"), smtpUtf8("á@example.org")], [rfc822("a@sub.example.org"), rfc822("a@example.com"), smtpUtf8("á@sub.example.org")]],
  ["the hosts below a domain", rfc822(".example.org"), [rfc822("a@x.example.org"), smtpUtf8("á@x.example.org")], [rfc822("a@example.org"), rfc822("a@badexample.org")]],
  ["an international domain", rfc822("xn--bcher-kva.example"), [smtpUtf8("á@xn--bcher-kva.example"), smtpUtf8("á@bücher.example")], [smtpUtf8("á@bucher.example")]],
  ["one mailbox", rfc822("a@example.org"), [rfc822("a@example.org"), rfc822("a@Example.org")], [rfc822("b@example.org"), smtpUtf8("á@example.org")]],
  ["a DNS name and those below", dns("example.org"), [dns("example.org"), dns("a.b.example.org"), dns("EXAMPLE.ORG.")], [dns("badexample.org"), dns("org")]],
  ["the host of a URI", uri("example.org"), [uri("https://example.org/x"), uri("ftp://user@example.org:21")], [uri("https://a.example.org/"), uri("https://example.org@evil.test/")]],
  ["the hosts of URIs below a domain", uri(".example.org"), [uri("https://a.example.org?x")], [uri("https://example.org"), uri("https://example.org.evil.test")]],
  ["a range of addresses", ip(10, 1, 0, 0, 255, 255, 0, 0), [ip(10, 1, 2, 3)], [ip(10, 2, 2, 3), ip(...Array<number>(16).fill(0))]],
];

/** Names that cannot be compared: permitted by nothing, excluded by everything of their form. */
const inDoubt: [string, base: Bytes, Bytes][] = [
  ["a quoted local part", rfc822("example.org"), rfc822('"a"@example.org')],
  ["two signs", rfc822("example.org"), rfc822("a@b@example.org")],
  ["an address literal", rfc822("example.org"), rfc822("a@[10.0.0.1]")],
  ["an empty base", rfc822(""), rfc822("a@example.org")],
  ["a URI without a host", uri("example.org"), uri("urn:x:y")],
  ["a URI with an address for a host", uri("10.0.0.1"), uri("http://10.0.0.1/")],
];

describe("name constraints (AD-04, CE-02)", () => {
  it.each(rows)("AD-04: permitted: %s", async (_title, base, inside, outside) => {
    for (const name of inside) expect(await allows({ permitted: [base] }, name)).toBe(true);
    for (const name of outside) expect(await allows({ permitted: [base] }, name)).toBe(false);
    // One name outside is one too many.
    expect(await allows({ permitted: [base] }, ...inside, outside[0] as Bytes)).toBe(false);
  });

  it.each(rows)("AD-04: excluded: %s", async (_title, base, inside, outside) => {
    for (const name of inside) expect(await allows({ excluded: [base] }, name)).toBe(false);
    for (const name of outside) expect(await allows({ excluded: [base] }, name)).toBe(true);
    expect(await allows({ permitted: [base], excluded: [base] }, inside[0] as Bytes)).toBe(false);
  });

  it.each(inDoubt)("AD-04: neither permitted nor outside of what is excluded: %s", async (_title, base, name) => {
    expect(await allows({ permitted: [base] }, name)).toBe(false);
    expect(await allows({ excluded: [base] }, name)).toBe(false);
  });

  it("AD-04: speak of addresses in the subject too, readable or not", () => {
    const holder = (value: Bytes): Certificate => {
      const subject = parseName(derSequence(derSetOf(derSequence(derOid(OID.emailAddress), value))));
      return { subject, subjectAltName: [] } as Partial<Certificate> as Certificate;
    };
    const constraints = { permitted: [{ kind: "rfc822" as const, text: "example.org" }], excluded: [] };
    const judge = (value: Bytes) => satisfies(holder(value), constraints, { comparisons: 10 });
    expect(judge(derElement(0x16, utf8("a@example.org")))).toBe("satisfied");
    expect(judge(derElement(0x16, utf8("a@example.com")))).toBe("violated");
    expect(judge(derElement(0x04, utf8("a@example.org")))).toBe("violated");
  });

  it("AD-02: an excluded mailbox stays excluded in every spelling, a permitted one is permitted as it is spelled", async () => {
    expect(await allows({ excluded: [rfc822("a@example.org")] }, rfc822("A@example.org"))).toBe(false);
    expect(await allows({ permitted: [rfc822("a@example.org")] }, rfc822("A@example.org"))).toBe(false);
  });

  it("a wildcard stands for the host that is excluded", async () => {
    expect(await allows({ excluded: [dns("bar.example.org")] }, dns("*.example.org"))).toBe(false);
    expect(await allows({ excluded: [dns("foo.bar.example.org")] }, dns("*.example.org"))).toBe(true);
  });

  it("do not speak of names of other forms", async () => {
    expect(await allows({ permitted: [dns("example.org")] }, rfc822("a@example.com"), uri("https://x.test"))).toBe(true);
  });

  it("are not compared beyond the limit", () => {
    const subject = parseName(derSequence());
    const names = Array.from({ length: 3 }, (_, i) => ({ kind: "dns" as const, text: `n${i}.test` }));
    const holder = { subject, subjectAltName: names } as Partial<Certificate> as Certificate;
    const constraints = { permitted: [{ kind: "dns" as const, text: "test" }], excluded: [{ kind: "dns" as const, text: "example" }] };
    expect(satisfies(holder, constraints, { comparisons: 6 })).toBe("satisfied");
    expect(satisfies(holder, constraints, { comparisons: 5 })).toBe("over-budget");
    expect(pathLimits.comparisons).toBe(1_048_576);
  });
});
