import { describe, expect, it } from "vitest";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { managedReport } from "../../../src/policy/managed-report.ts";

const forcedFor = (managed: object, address: string, from?: string) => effectivePolicy(managed, defaultUserSettings, from === undefined ? { address } : { address, from }).forced;
const problems = (managed: Record<string, unknown>) => managedReport(managed).flatMap(({ name, problems: found }) => found.map(({ code, detail }) => `${name} ${code} ${detail}`));

describe("scopes of managed settings", () => {
  it("a forced mode never touches a private account in the same browser", () => {
    const managed = { AccountDomains: ["example.org"], AlwaysEncrypt: true };
    expect(forcedFor(managed, "alice@example.org").encrypt).toBe(true);
    expect(forcedFor(managed, "alice@EXAMPLE.org").encrypt).toBe(true);
    expect(forcedFor(managed, "alice@private.example").encrypt).toBe(false);
    expect(forcedFor(managed, "alice@sub.example.org").encrypt).toBe(false);
    expect(forcedFor({ ...managed, AccountDomains: [".example.org"] }, "alice@sub.example.org").encrypt).toBe(true);
    expect(forcedFor({ ...managed, AccountDomains: ["bücher.example"] }, "alice@xn--bcher-kva.example").encrypt).toBe(true);
  });

  it("an organisation's From in a private account is the organisation's, and an account that is not told counts as such", () => {
    const managed = { AccountDomains: ["example.org"], AlwaysEncrypt: true };
    expect(forcedFor(managed, "alice@private.example", "alice@example.org").encrypt).toBe(true);
    expect(forcedFor(managed, "alice@example.org", "alice@private.example").encrypt).toBe(true);
    expect(forcedFor(managed, "").encrypt).toBe(true);
  });

  it("every setting can be scoped, the later scope goes before the earlier, and without an account none of them holds", () => {
    const managed = {
      AlwaysSign: true,
      RecipientLimit: 50,
      Scopes: [
        { domains: ["a.example", "b.example"], settings: { AlwaysEncrypt: true, RecipientLimit: 10 } },
        { domains: ["b.example"], settings: { AlwaysSign: false, TrustAnchors: [] } },
      ],
    };
    expect(forcedFor(managed, "x@a.example")).toEqual({ sign: true, encrypt: true });
    expect(forcedFor(managed, "x@b.example")).toEqual({ sign: false, encrypt: true });
    expect(forcedFor(managed, "x@c.example")).toEqual({ sign: true, encrypt: false });
    const policy = effectivePolicy(managed, defaultUserSettings, { address: "x@b.example" });
    expect(policy.values.RecipientLimit).toBe(10);
    expect(policy.locked).toEqual(["AlwaysSign", "AlwaysEncrypt", "TrustAnchors", "RecipientLimit"]);
    expect(effectivePolicy(managed, defaultUserSettings).values).toMatchObject({ RecipientLimit: 50, AlwaysEncrypt: false });
  });

  it("no spelling of an address frees it from its domain's rules", () => {
    const managed = { AccountDomains: ["example.org"], AlwaysEncrypt: true };
    for (const from of ["alice@example.org.", "alice@example.org ", "alice@example.org)", "alice@example.org>", "<alice@EXAMPLE.ORG>", "alice@exam\tple.org", "alice@", "alice", ""]) {
      expect(forcedFor(managed, "x@private.example", from).encrypt, from).toBe(true);
      expect(forcedFor(managed, from).encrypt, from).toBe(true);
    }
  });

  it("an account cannot relax what holds for the From, nor the From what is forced for the account", () => {
    const managed = { AccountDomains: ["example.org"], AlwaysEncrypt: true, RecipientLimit: 9, Scopes: [{ domains: ["partner.example"], settings: { AlwaysEncrypt: false, DisableCRLCheck: true, RecipientLimit: 5000 } }] };
    const at = (address: string, from?: string) => effectivePolicy(managed, defaultUserSettings, from === undefined ? { address } : { address, from }).values;
    expect(at("x@partner.example", "alice@example.org")).toMatchObject({ AlwaysEncrypt: true, DisableCRLCheck: false, RecipientLimit: 9 });
    expect(at("alice@example.org", "x@partner.example")).toMatchObject({ AlwaysEncrypt: true, DisableCRLCheck: true });
    expect(at("x@partner.example", "x@partner.example")).toMatchObject({ AlwaysEncrypt: false });
  });

  it("what the organisation forbids of certificates holds in every account, whatever a page says which it is", () => {
    const managed = { AccountDomains: ["example.org"], DistrustedCertificates: ["ab".repeat(32)], UseShippedAnchors: false };
    expect(effectivePolicy(managed, defaultUserSettings, { address: "x@private.example" }).values).toMatchObject({ DistrustedCertificates: ["ab".repeat(32)], UseShippedAnchors: true });
  });

  it("a scope that cannot be read forces for all whom it may have meant, and allows nobody anything", () => {
    const base = { AlwaysEncrypt: true };
    const relaxing = { AlwaysEncrypt: false, DisableCRLCheck: true };
    for (const Scopes of [[{ domains: ["partner..example"], settings: relaxing }], [{ domains: [], settings: relaxing }]]) {
      expect(effectivePolicy({ ...base, Scopes }, defaultUserSettings, { address: "x@example.org" }).values).toMatchObject({ AlwaysEncrypt: true, DisableCRLCheck: false });
    }
    for (const Scopes of [{ domains: ["a.example"], settings: { AlwaysSign: true } }, [3], [{ domains: ["a.example"] }], Array.from({ length: 101 }, () => ({ domains: ["a.example"], settings: {} }))]) {
      expect(forcedFor({ Scopes }, "x@a.example"), JSON.stringify(Scopes).slice(0, 60)).toEqual({ sign: true, encrypt: true });
    }
    expect(forcedFor({ Scopes: [{ domains: ["a.example"] }] }, "x@b.example")).toEqual({ sign: false, encrypt: false });
  });

  it("what cannot be read is not limited: for whom is as forced as what", () => {
    for (const domains of ["example.org", [3], ["not a domain"], null, {}]) {
      expect(forcedFor({ AccountDomains: domains, AlwaysEncrypt: true }, "x@private.example").encrypt, JSON.stringify(domains)).toBe(true);
      expect(forcedFor({ Scopes: [{ domains, settings: { AlwaysEncrypt: true } }] }, "x@private.example").encrypt, JSON.stringify(domains)).toBe(true);
    }
    expect(forcedFor({ Scopes: [{ domains: ["example.org"], settings: { AlwaysEncrypt: "yes" } }] }, "x@example.org").encrypt).toBe(true);
    expect(forcedFor({ Scopes: [{ domains: ["example.org"], settings: { AlwaysEncrypt: "yes" } }] }, "x@private.example").encrypt).toBe(false);
    expect(problems({ AccountDomains: 3, Scopes: [{ domains: [], settings: {} }, 7] })).toEqual([
      "AccountDomains policy.unreadable AccountDomains", "Scopes 1 policy.unreadable Scopes 1", "Scopes 2 policy.unreadable Scopes 2",
    ]);
    expect(problems({ Scopes: "x" })).toEqual(["Scopes policy.unreadable Scopes"]);
  });
});

describe("SecurityFlags", () => {
  const read = (managed: object) => effectivePolicy(managed, defaultUserSettings).values;

  it("stands for the settings that are named as well, and each of these goes before its bit", () => {
    expect(read({ SecurityFlags: 0x002 })).toMatchObject({ IncludeCertificateChainAndRootCertificate: true });
    expect(read({ SecurityFlags: 0x00c })).toMatchObject({ EncryptTemporaryBuffers: false, SignedEmailCertificateInclusion: false });
    expect(read({ SecurityFlags: 0x040 }).BCCEncryptedEmailForking).toBe(1);
    expect(read({ SecurityFlags: 0x0c0 }).BCCEncryptedEmailForking).toBe(2);
    expect(read({ SecurityFlags: 0x0c0, BCCEncryptedEmailForking: 0 }).BCCEncryptedEmailForking).toBe(0);
    expect(read({ SecurityFlags: 0x200, ProtectHeaders: false }).ProtectHeaders).toBe(false);
    // Nor does a bit of a scope go before what stands under its own name outside.
    const scoped = { BCCEncryptedEmailForking: 0, Scopes: [{ domains: ["a.example"], settings: { SecurityFlags: 0x080 } }] };
    expect(effectivePolicy(scoped, defaultUserSettings, { address: "x@a.example" }).values.BCCEncryptedEmailForking).toBe(0);
    expect(effectivePolicy({ SecurityFlags: 0x008 }, defaultUserSettings).locked).toEqual(["SecurityFlags", "SignedEmailCertificateInclusion"]);
  });

  it("without a bit leaves the defaults, and an unreadable mask stands for no bit", () => {
    for (const value of [0, -1, 65_536, 1.5, "66", null]) expect(read({ SecurityFlags: value })).toMatchObject({ ...read({}), SecurityFlags: 0 });
    expect(problems({ SecurityFlags: 65_536 })).toEqual(["SecurityFlags policy.unreadable SecurityFlags", "SecurityFlags policy.unknown-bits 0x10000"]);
    expect(problems({ SecurityFlags: 0x412 })).toEqual(["SecurityFlags policy.unknown-bits 0x410"]);
  });
});
