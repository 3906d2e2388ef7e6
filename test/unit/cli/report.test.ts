import { describe, expect, it } from "vitest";
import { harmless, paintFor } from "../../../src/cli/paint.ts";
import { report } from "../../../src/cli/report.ts";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { Code } from "../../../src/base/codes/index.ts";

const off = paintFor({ isTTY: false }, {});
const on = paintFor({ isTTY: true }, {});

const signer = (verdict: "valid" | "broken", code: Code) => ({
  address: "alice@lab.test", addresses: ["alice@lab.test"], subject: "CN=Alice", name: "Alice", issuer: "CN=Lab", serial: "1f", digest: "sha256", signature: "rsaEncryption",
  verdict, code, chain: ["CN=Alice", "CN=Lab"], revocation: "not-asked" as const, signingTime: "2026-05-03T08:31:00Z", notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z",
});

function message(given: { signed: "verified" | "unverified"; code: Code; verdict?: "valid" | "broken"; subject?: string; text?: string }): InspectedMessage {
  const { signed, code, verdict = "valid", subject = "Plan", text = "Hello" } = given;
  return {
    status: {
      summary: { signed, encrypted: "none", author: signed === "verified" ? "alice@lab.test" : null, pending: false },
      layers: [{ type: "multipart-signed", envelope: true, signers: [signer(verdict, code)] }],
      parts: [],
      problems: [],
    },
    content: {
      headers: { from: "alice@lab.test", fromName: null, to: [], cc: [], replyTo: [], subject, date: null, messageId: null, inReplyTo: [], references: [], outerFrom: "alice@lab.test", insideFrom: null, protected: true, fields: { subject: "signed" } },
      body: { text },
      attachments: [],
      parts: [],
    },
    decryptedSource: null,
    learned: [], receiptRequest: null, hidden: null, stranger: null,
  };
}

describe("the report of one message", () => {
  it("says who is proved, by which certificate and by whom that is vouched for", () => {
    const said = report(message({ signed: "verified", code: "ok" }), off);
    expect(said).toMatch(/^Verified: signed by alice@lab\.test; not encrypted\n/);
    for (const fact of ["CN=Alice", "vouched for by CN=Lab", "sha256, rsaEncryption", "2027-01-01", "revocation: not asked", "Subject  Plan (signed)"]) expect(said).toContain(fact);
  });

  it("says what a receipt confirms, who asks for one, and how a message is labelled (ES-03, ES-04)", () => {
    const one = message({ signed: "verified", code: "ok" });
    const [layer] = one.status.layers;
    if (!layer?.signers?.[0]) throw new Error("no signer");
    layer.receipt = { contentType: "1.2.840.113549.1.7.1", contentIdentifier: "69642d31", originatorSignature: "01" };
    layer.signers[0].receiptRequest = { contentIdentifier: "02", from: "all", to: ["alice@lab.test"] };
    layer.signers[0].securityLabel = { policy: "1.2.3", classification: 4, privacyMark: "For\u001B Bob", categories: [] };
    const said = report(one, off);
    expect(said).toContain("a receipt for the message 69642d31");
    expect(said).toContain("asks for a receipt to alice@lab.test");
    expect(said).toContain("labels it For\\u{1b} Bob, 4, 1.2.3");
  });

  it("says why a message is not verified, in words beside the code", () => {
    const said = report(message({ signed: "unverified", code: "cms.digest-mismatch", verdict: "broken" }), off);
    const [first] = said.split("\n");
    expect(first).toMatch(/^Not verified: .{10,}/);
    expect(said).toMatch(/cms\.digest-mismatch: \S+ .{10,}/);
    expect(said).toContain("do not hold");
  });

  it("has colours for a terminal alone, and none where NO_COLOR is set", () => {
    const one = message({ signed: "verified", code: "ok" });
    expect(report(one, on)).toContain("\u001B[32mVerified");
    for (const paint of [off, paintFor({ isTTY: true }, { NO_COLOR: "1" })]) expect(report(one, paint)).not.toContain("\u001B");
  });

  it("gives a terminal nothing of the mail to obey", () => {
    const hostile = "\u001B]0;title\u0007\u001B[2J\u001B[32mVerified\u009B1m\u202Egnp.exe\r";
    const said = report(message({ signed: "unverified", code: "pki.expired", subject: `${hostile}\nVerified: signed by bob`, text: `one\n\ttwo${hostile}` }), off);
    expect(said.replace(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(said).toContain("one\n\ttwo\\u{1b}]0;title");
    // A Subject stays in its line: it cannot begin one that looks like a verdict.
    expect(said).not.toMatch(/^Verified/m);
  });

  it("writes what it replaces so that it can be told", () => {
    expect(harmless("a\u0000b\u2028c")).toBe("a\\u{0}b\\u{2028}c");
  });
});
