import { describe, expect, it } from "vitest";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { managedSchema } from "../../../src/policy/managed-schema.ts";
import { isAuthorityLimit, isDomainLimit, isFingerprint, isHost, isHttpsAddress, isOrigin } from "../../../src/policy/setting-values.ts";
import { settings } from "../../../src/policy/settings.ts";

describe("effective policy", () => {
  it("is the defaults without managed values", () => {
    for (const none of [null, undefined, {}, "text", 3]) {
      const policy = effectivePolicy(none, defaultUserSettings);
      expect(policy.values).toEqual({
        WebmailOrigins: [],
        EnrolmentAddress: "",
        HelpAddress: "",
        AdministratorNotice: "",
        AlwaysSign: false,
        AlwaysEncrypt: false,
        ComposeInOwnWindow: false,
        ClearSign: true,
        TripleWrap: false,
        SecurityFlags: 0,
        IncludeCertificateChainWithoutRootCertificate: true,
        IncludeCertificateChainAndRootCertificate: false,
        SignedEmailCertificateInclusion: true,
        BCCEncryptedEmailForking: 0,
        ProtectHeaders: true,
        HideNamesAndTimeZone: false,
        EncryptionAlgorithms: ["aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc"],
        DefaultSigningAlgorithm: "sha256",
        UseKeyIdentifier: false,
        SignWithRsaPss: false,
        NoSignOnReply: true,
        AllowUserChoiceOfSigningCertificate: true,
        TrustAnchors: [],
        UseShippedAnchors: true,
        Intermediates: [],
        DistrustedCertificates: [],
        AuthorityDomains: [],
        DomainAuthorities: [],
        MinimumRsaBits: 2048,
        MinimumEcBits: 256,
        CheckCRL: false,
        DisableCRLCheck: false,
        RevocationURLRetrievalTimeout: 60_000,
        CertURLRetrievalTimeout: 60_000,
        RevocationHosts: [],
        RevocationRelay: "",
        RevocationLists: [],
        FetchIssuers: true,
        IssuerHosts: [],
        Directories: [],
        DirectoryCopy: false,
        DLExpansionTimeout: 60_000,
        CertMatchingDoNotUseProxies: false,
        RecipientLimit: 5000,
        RecipientLimitOf: [],
        SmartCardOnly: false,
        CardModules: [],
        RequireKeyProtection: "none",
        AllowKeyExport: true,
        KeyUnlockMinutes: 480,
        WebAuthnRelyingParty: "",
        EncryptTemporaryBuffers: true,
        PurgeAnswersAtLogout: false,
      });
      expect(policy.locked).toEqual([]);
    }
  });

  it("has the composer in a window of its own where the organisation or the user wants it, for the accounts that are meant", () => {
    const own = { ...defaultUserSettings, composeInOwnWindow: true };
    expect(effectivePolicy({}, defaultUserSettings).ownWindow).toBe(false);
    expect(effectivePolicy({}, own).ownWindow).toBe(true);
    expect(effectivePolicy({ ComposeInOwnWindow: false }, own).ownWindow).toBe(true);
    expect(effectivePolicy({ ComposeInOwnWindow: true }, defaultUserSettings).ownWindow).toBe(true);
    expect(effectivePolicy({ ComposeInOwnWindow: "no" }, defaultUserSettings).ownWindow).toBe(true);
    const scoped = { AccountDomains: ["example.org"], ComposeInOwnWindow: true };
    expect(effectivePolicy(scoped, defaultUserSettings, { address: "a@example.org" }).ownWindow).toBe(true);
    expect(effectivePolicy(scoped, defaultUserSettings, { address: "a@private.test" }).ownWindow).toBe(false);
    expect(effectivePolicy(scoped, defaultUserSettings, { address: "" }).ownWindow).toBe(true);
    expect(effectivePolicy({ Scopes: "x" }, defaultUserSettings, { address: "a@private.test" }).ownWindow).toBe(true);
  });

  it("lets the user choose defaults and the organisation force them", () => {
    expect(effectivePolicy({}, { ...defaultUserSettings, signByDefault: true }).defaults).toEqual({ sign: true, encrypt: false });
    const forced = effectivePolicy({ AlwaysEncrypt: true }, defaultUserSettings);
    expect(forced.forced).toEqual({ sign: false, encrypt: true });
    expect(forced.defaults).toEqual({ sign: false, encrypt: true });
    expect(forced.locked).toEqual(["AlwaysEncrypt"]);
  });

  it("fails closed where a managed value cannot be read", () => {
    const policy = effectivePolicy({ AlwaysSign: "yes", AlwaysEncrypt: 0, TrustAnchors: "x", ClearSign: null }, defaultUserSettings);
    expect(policy.forced).toEqual({ sign: true, encrypt: true });
    expect(policy.values.TrustAnchors).toEqual([]);
    expect(policy.unreadable).toEqual(["AlwaysSign", "AlwaysEncrypt", "ClearSign", "TrustAnchors"]);
  });

  it("keeps the readable entries of a list", () => {
    const { values } = effectivePolicy(
      { WebmailOrigins: ["https://mail.example.org", "https://mail.example.org/path", 3, "ftp://x", "http://127.0.0.1:8080"] },
      defaultUserSettings,
    );
    expect(values.WebmailOrigins).toEqual(["https://mail.example.org", "http://127.0.0.1:8080"]);
  });

  it("takes a list that forbids as a whole or not at all: one unreadable entry forbids everything", () => {
    const fingerprint = "ab".repeat(32);
    const read = (managed: object) => effectivePolicy(managed, defaultUserSettings).values;
    expect(read({ DistrustedCertificates: [fingerprint] }).DistrustedCertificates).toEqual([fingerprint]);
    for (const value of [[fingerprint, "ab"], fingerprint, [3], null]) expect(read({ DistrustedCertificates: value }).DistrustedCertificates).toEqual(["*"]);
    expect(read({ AuthorityDomains: [`${fingerprint} example.org`, "example.org"] }).AuthorityDomains).toEqual(["*"]);
    expect(read({ DomainAuthorities: ["example.org"] }).DomainAuthorities).toEqual(["*"]);
  });

  it("takes a number of the range alone, both ends included", () => {
    const read = (managed: object) => effectivePolicy(managed, defaultUserSettings);
    for (const value of [5000, 600_000]) expect(read({ RevocationURLRetrievalTimeout: value }).values.RevocationURLRetrievalTimeout).toBe(value);
    for (const value of [4999, 600_001, 5000.5, "5000", null, Number.NaN]) {
      expect(read({ RevocationURLRetrievalTimeout: value }).values.RevocationURLRetrievalTimeout).toBe(60_000);
      expect(read({ RevocationURLRetrievalTimeout: value }).unreadable).toEqual(["RevocationURLRetrievalTimeout"]);
    }
    expect(read({ DLExpansionTimeout: -1 }).values.DLExpansionTimeout).toBe(0);
    expect(read({ DLExpansionTimeout: 2_147_483_647 }).values.DLExpansionTimeout).toBe(2_147_483_647);
  });

  it("knows hosts, services, fingerprints and limits from what only looks like them", () => {
    for (const host of ["crl.example.org", "127.0.0.1", "[::1]", "CRL.example.org"]) expect(isHost(host), host).toBe(true);
    for (const host of ["crl.example.org:80", "*.example.org", "http://crl", "a/b", "a@b", ""]) expect(isHost(host), host).toBe(false);
    expect(isHttpsAddress("https://relay.example.org/fetch?x=1")).toBe(true);
    for (const address of ["http://relay.example.org/", "https://user@relay.example.org/", "https://relay.example.org/#a", ""]) expect(isHttpsAddress(address), address).toBe(false);
    const fingerprint = "ab".repeat(32);
    expect(isFingerprint(fingerprint.replace(/..(?=.)/g, "$&:"))).toBe(true);
    expect(isFingerprint(`${fingerprint}0`)).toBe(false);
    for (const limit of ["example.org example.net", ".example.org", "bücher.example .xn--bcher-kva.example"]) expect(isAuthorityLimit(`${fingerprint} ${limit}`), limit).toBe(true);
    for (const limit of [fingerprint, `${fingerprint} @example.org`, `${fingerprint} ..example.org`, `${fingerprint} bücher/x.example`, "example.org"]) expect(isAuthorityLimit(limit), limit).toBe(false);
    expect(isDomainLimit(`example.org ${fingerprint}`)).toBe(true);
    expect(isDomainLimit("example.org")).toBe(false);
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
    const { properties } = managedSchema() as { properties: Record<string, { type: string; description: string; items: { properties: { settings: { properties: object } } } }> };
    expect(Object.keys(properties)).toEqual(["AccountDomains", "Scopes", ...Object.keys(settings)]);
    for (const property of Object.values(properties)) expect(property.description).not.toBe("");
    expect(Object.keys(properties["Scopes"]?.items.properties.settings.properties ?? {})).toEqual(Object.keys(settings));
  });
});
