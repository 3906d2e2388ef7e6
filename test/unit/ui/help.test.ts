import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { codes } from "../../../src/base/codes/index.ts";
import { frameRequests } from "../../../src/protocol/frame-requests.ts";
import { helpTopics } from "../../../src/protocol/help-topics.ts";
import { emptyModel } from "../../../src/ui/composer/model.ts";
import { composerReport } from "../../../src/ui/composer/support-report.ts";
import { helpPages, searchHelp } from "../../../src/ui/help/search.ts";
import { topicOf } from "../../../src/ui/help/topic-of.ts";
import { supportReport } from "../../../src/ui/reader/support-report.ts";
import { messageSentence } from "../../../src/ui/sentence/message-sentence.ts";
import { sentenceCode } from "../../../src/ui/sentence/sentence-code.ts";
import * as s from "./samples.ts";

vi.mock("webextension-polyfill", () => ({ default: { i18n: { getMessage: () => "" } } }));

const locales = resolve(import.meta.dirname, "../../../extension/_locales");
const texts = Object.fromEntries(readdirSync(locales).map((locale) => [locale, JSON.parse(readFileSync(join(locales, locale, "messages.json"), "utf8")) as Record<string, { message: string }>]));
const pages = (locale: string) => helpPages((key) => texts[locale]?.[key]?.message ?? "");
const about = { mailseal: "1.2.3", browser: "a browser", made: "2026-11-26T10:00:00Z" };

/** What `topicOf` knows to be nothing to do about; whatever else is a code has a page. */
const WITHOUT = ["ok", "send.receipt-sent", "smime.checking", "smime.cipher-outdated", "smime.label-unknown", "smime.labels-differ", "smime.no-integrity", "smime.not-addressed", "smime.receipt-requests-differ"];

describe("help", () => {
  it("has a page for every code that a person can meet", () => {
    expect(Object.keys(codes).filter((code) => topicOf(code) === null).toSorted()).toEqual(WITHOUT);
  });

  it("gives the code its own page before its room's, and a new one the room's", () => {
    expect(topicOf("revocation.fetch-time")).toBe("revocation_slow");
    expect(topicOf("revocation.fetch-something-new")).toBe("revocation_unreachable");
    expect(topicOf("revocation.something-new")).toBe("revocation_unusable");
    expect(topicOf("directory.list-timeout")).toBe("list");
    expect(topicOf("directory.unreachable")).toBe("directory");
    expect(topicOf("nothing.known")).toBeNull();
    expect(topicOf("constructor")).toBeNull();
  });

  it.each(["en", "de"])("says in %s on every page what happened, what to do, and what administrators can do", (locale) => {
    for (const { topic, title, what, steps, admins } of pages(locale)) {
      expect([topic, title !== "", what.length > 60, steps.length > 0, admins.length > 0]).toEqual([topic, true, true, true, true]);
    }
    expect(new Set(pages(locale).map(({ title }) => title)).size).toBe(helpTopics.length);
  });

  it("has no text for a page that is gone", () => {
    const general = new Set(["help_title", "help_link", "help_search", "help_topics", "help_none", "help_steps", "help_admins", "help_report"]);
    const known = new Set(helpTopics.flatMap((topic) => ["title", "what", "do", "admin"].map((part) => `help_${topic}_${part}`)));
    expect(Object.keys(texts["en"] ?? {}).filter((key) => key.startsWith("help_") && !general.has(key) && !known.has(key))).toEqual([]);
  });

  it("is searched by words in any order, case and accent, titles first", () => {
    const found = (locale: string, words: string): string[] => searchHelp(pages(locale), words).map(({ topic }) => topic);
    expect(found("en", "  PASSWORD directory ")[0]).toBe("directory_login");
    expect(found("de", "verandert")).toContain("changed");
    expect(found("en", "disclaimer")).toEqual(["changed"]);
    expect(found("en", "xyzzy")).toEqual([]);
    expect(found("en", "")).toEqual([...helpTopics]);
  });

  it("is opened by a frame at a page that exists, and at no other place", () => {
    const wanted = frameRequests["window.open"];
    expect(wanted({ page: "help", topic: "changed" })).toEqual({ page: "help", topic: "changed" });
    expect(() => wanted({ page: "help", topic: "https://evil.test" })).toThrow();
    expect(() => wanted({ page: "help" })).toThrow();
    expect(() => wanted({ page: "certificates", topic: "changed" })).not.toThrow();
    expect(() => wanted({ page: "confirm" })).toThrow();
  });
});

describe("the code of a message's sentence", () => {
  const code = (status: ReturnType<typeof s.status>, change = {}): string | null =>
    sentenceCode(status, messageSentence(status, { from: "alice@lab.test", outerFrom: "alice@lab.test", insideFrom: null, headersProtected: true, day: (iso) => iso, ...change }));
  const detail = { code: "revocation.fetch-time", source: null, revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null } as const;

  it("is null where nothing is wrong or known yet", () => {
    expect([s.verified, s.verifiedEncrypted, s.encryptedOnly, s.status({}, [])].map((status) => code(status))).toEqual([null, null, null, null]);
    expect(code(s.status({ signed: "unverified", pending: true }, [s.signedLayer(s.signer({ code: "smime.checking" }))]))).toBeNull();
  });

  it("is the signer's, and where revocation could not be checked the reason why not", () => {
    expect(code(s.unverified({ code: "pki.untrusted" }))).toBe("pki.untrusted");
    expect(code(s.unverified({ code: "revocation.unavailable", revocation: "unreachable", revocationDetail: detail }))).toBe("revocation.fetch-time");
    expect(code(s.unverified({ code: "revocation.unavailable", revocation: "unreachable" }))).toBe("revocation.unavailable");
  });

  it("is somebody else's name where that is what the sentence says (UI-06)", () => {
    expect(code(s.unverified({ code: "smime.from-mismatch", address: "eve@evil.test" }))).toBe("smime.from-mismatch");
    const rewritten = s.status({}, [], ["smime.header-from-differs"]);
    expect(code(rewritten, { insideFrom: "alice@lab.test", outerFrom: "list@lab.test" })).toBe("smime.header-from-differs");
  });

  it("is why it cannot be opened", () => {
    expect(code(s.closed("cms.no-recipient-key"))).toBe("cms.no-recipient-key");
  });
});

describe("the reports for support", () => {
  const detail = { code: "revocation.fetch-time", source: "crl", revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null } as const;

  it("tells versions, authorities, revocation and times of a message, and nobody's name, address or serial", () => {
    const receipt = { ...s.signedLayer(s.signer()), receipt: { contentType: "1.2", contentIdentifier: "616c69636540", originatorSignature: "3a7f19" } };
    const part = s.unverified({ code: "revocation.unavailable", revocation: "unreachable", revocationDetail: detail });
    const report = supportReport({ ...s.verifiedEncrypted, layers: [...s.verifiedEncrypted.layers, receipt], parts: [{ where: "2", status: part }] }, about);
    for (const fact of ["1.2.3", "a browser", "2026-11-26T10", "aes-256-cbc", "revocation.unavailable", "revocation.fetch-time", "CN=Lab Issuing CA", "CN=Lab Root CA", "2027-05-01"]) expect(report).toContain(fact);
    expect(report).not.toMatch(/alice|616c6963|3a7f19/i);
  });

  it("leaves out who issued a certificate to himself, because he may be a person", () => {
    const own = s.unverified({ code: "pki.untrusted", issuer: "CN=Alice Example,O=Lab,C=DE", chain: [] });
    expect(supportReport(own, about)).not.toMatch(/alice/i);
  });

  it("counts people and files of a message that cannot be sent, and names none", () => {
    const model = {
      ...emptyModel("new", "alice@lab.test"),
      to: [{ name: "Bob Example", address: "bob@lab.test" }, { name: null, address: "dave@lab.test" }],
      known: { "bob@lab.test": { address: "bob@lab.test", state: "found", code: "ok", certificate: null } },
      subject: "a secret subject",
      files: [{ id: "1", name: "secret.pdf", type: "", size: 7, read: 7, bytes: null, contentId: null, fromOriginal: false }],
      problem: { code: "send.refused", detail: "550 <bob@lab.test> unknown" },
    } as const;
    const report = composerReport(model as never, about);
    expect(JSON.parse(report)).toMatchObject({ mailseal: "1.2.3", problem: "send.refused", recipients: { "found ok": 1, searching: 1 }, files: { count: 1, octets: 7 } });
    expect(report).not.toMatch(/bob|dave|secret|550/i);
  });
});
