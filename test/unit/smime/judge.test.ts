import { describe, expect, it } from "vitest";
import type { Code } from "../../../src/base/codes/index.ts";
import type { SignerFact } from "../../../src/cms/verify.ts";
import type { Certificate } from "../../../src/pki/certificate.ts";
import type { TrustAnswer } from "../../../src/protocol/trust-port.ts";
import { judge } from "../../../src/smime/judge.ts";
import type { OpenedEnvelope, OpenedLayer } from "../../../src/smime/open-layers.ts";

const alice = {
  der: new Uint8Array([1]),
  addresses: ["alice@lab.test"],
  mailboxes: [{ form: "rfc822", address: "alice@lab.test" }],
  subject: { rfc4514: "CN=Alice", commonName: "Alice" },
  notBefore: new Date(0),
  notAfter: new Date(0),
} as unknown as Certificate;

const fact: SignerFact = {
  certificate: alice,
  issuer: "CN=Lab",
  serial: "01",
  keyIdentifier: null,
  digest: "sha256",
  signature: "rsaEncryption",
  verdict: "valid",
  code: "ok",
  signingTime: null,
  capabilities: [],
  encryptionKeyPreference: null,
  encryptionCertificate: null,
  receiptRequest: null,
  securityLabel: null,
  msgSigDigest: null,
  mailingList: false,
  raw: new Uint8Array(0),
};

const trusted: TrustAnswer = { code: "ok", chain: ["CN=Alice", "CN=Lab"], revocation: "not-asked" };

const signed = (change: Partial<SignerFact> = {}): OpenedLayer => ({ type: "signed-data", signers: [{ ...fact, ...change }], certificates: [] });
const encrypted: OpenedLayer = { type: "enveloped-data", cipher: "aes-256-cbc", certificates: [] };

function verdict(layers: OpenedLayer[], options: { answer?: TrustAnswer; from?: string | null; pending?: boolean; failure?: Code } = {}) {
  const opened = { layers, failure: options.failure ?? null, decrypted: null, problems: [] } as unknown as OpenedEnvelope;
  const from = options.from === undefined ? "alice@lab.test" : options.from;
  const author = from === null ? { address: null, code: "smime.from-several" as const } : { address: from, code: null };
  return judge(opened, author, () => (options.pending ? undefined : (options.answer ?? trusted)), options.pending ?? false);
}

describe("the verdict", () => {
  it("is verified only when everything holds", () => {
    expect(verdict([signed()]).summary).toEqual({ signed: "verified", encrypted: "none", author: "alice@lab.test", pending: false });
  });

  it("compares addresses without regard to case (AD-02)", () => {
    expect(verdict([signed()], { from: "Alice@LAB.test" }).summary.signed).toBe("verified");
  });

  it.each<[string, Parameters<typeof verdict>, Code]>([
    ["the text was changed (SG-01)", [[signed({ verdict: "broken", code: "cms.digest-mismatch" })]], "cms.digest-mismatch"],
    ["an algorithm is unknown (RD-04)", [[signed({ verdict: "unknown", code: "cms.algorithm-unknown" })]], "cms.algorithm-unknown"],
    ["the methods are outdated (OL-02)", [[signed({ code: "cms.algorithm-outdated" })]], "cms.algorithm-outdated"],
    ["nobody trusted vouches", [[signed()], { answer: { ...trusted, code: "pki.untrusted" } }], "pki.untrusted"],
    ["the certificate was revoked", [[signed()], { answer: { ...trusted, revocation: "revoked" } }], "revocation.revoked"],
    ["revocation could not be checked (RV-02)", [[signed()], { answer: { ...trusted, revocation: "unreachable" } }], "revocation.unavailable"],
    ["From is somebody else (UI-06)", [[signed()], { from: "bob@lab.test" }], "smime.from-mismatch"],
    ["From names several people", [[signed()], { from: null }], "smime.from-several"],
    ["trust has not answered yet", [[signed()], { pending: true }], "smime.checking"],
    ["the signature is around the ciphertext (ES-01)", [[signed(), encrypted]], "smime.outer-signature"],
  ])("is not verified when %s", (_why, args, code) => {
    const status = verdict(...args);
    expect(status.summary.signed).toBe("unverified");
    expect(status.summary.author).toBeNull();
    expect(status.layers.flatMap((layer) => layer.signers ?? []).map((signer) => signer.code)).toEqual([code]);
    expect(status.problems).toContain(code);
  });

  it("calls a signature object without signers unverified", () => {
    const status = verdict([{ type: "signed-data", signers: [], certificates: [] }]);
    expect(status.summary.signed).toBe("unverified");
    expect(status.problems).toEqual(["cms.no-signer"]);
  });

  it("keeps the author of a triple-wrapped message inside (ES-01)", () => {
    const status = verdict([signed(), encrypted, signed()]);
    expect(status.summary).toMatchObject({ signed: "verified", encrypted: "decrypted" });
    expect(status.layers.map((layer) => layer.signers?.[0]?.code)).toEqual(["smime.outer-signature", undefined, "ok"]);
  });

  it("says that encryption alone proves no sender and no integrity (UI-09, UI-08)", () => {
    const status = verdict([encrypted]);
    expect(status.summary).toMatchObject({ signed: "none", encrypted: "decrypted", author: null });
    expect(status.problems).toEqual(["smime.no-integrity"]);
  });

  it.each(["des-ede3-cbc", "des-cbc", "rc2-cbc"])("marks %s as old, opened and also where a signature lies inside (OL-01)", (cipher) => {
    expect(verdict([{ ...encrypted, cipher }]).problems).toEqual(["smime.no-integrity", "smime.cipher-outdated"]);
    expect(verdict([encrypted, { ...encrypted, cipher }, signed()]).problems).toEqual(["smime.cipher-outdated"]);
    expect(verdict([{ ...encrypted, cipher, closed: true }], { failure: "cms.no-recipient-key" }).problems).toEqual(["cms.no-recipient-key"]);
  });

  it("says that a ciphertext stayed closed", () => {
    const status = verdict([{ ...encrypted, closed: true }], { failure: "cms.no-recipient-key" });
    expect(status.summary.encrypted).toBe("failed");
    expect(status.problems).toEqual(["cms.no-recipient-key"]);
  });

  it("gives each signer a verdict of his own (SG-08)", () => {
    const layer: OpenedLayer = { type: "signed-data", signers: [{ ...fact, verdict: "broken", code: "cms.signature-mismatch" }, fact], certificates: [] };
    const status = verdict([layer]);
    expect(status.layers[0]?.signers?.map((signer) => signer.code)).toEqual(["cms.signature-mismatch", "ok"]);
    expect(status.summary.signed).toBe("verified");
  });
});
