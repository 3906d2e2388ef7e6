import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { fileTrust } from "../../src/cli/trust.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { openEnveloped } from "../../src/cms/open.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { matchIdentities } from "../../src/keys/identity.ts";
import { readPkcs12 } from "../../src/keys/pkcs12.ts";
import { readPkcs8 } from "../../src/keys/pkcs8.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { secretPort } from "../../src/keys/secrets.ts";
import { certificatesOf, parseCertificate } from "../../src/pki/certificate.ts";
import { validatePath } from "../../src/pki/path.ts";
import type { InspectedMessage } from "../../src/protocol/message-content.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { type LocalKey, localKeyPort, signingKey } from "../../src/smime/local-key-port.ts";
import { seal } from "../../src/smime/seal.ts";
import { corpora, corpusFile, haveCorpora } from "./support/corpora.ts";

const nothing = localKeyPort([], null, () => new Date());

function names(folder: string, pattern: RegExp): string[] {
  return haveCorpora ? readdirSync(join(corpora, folder)).filter((name) => pattern.test(name)) : [];
}

async function keysIn(password: string, ...path: string[]): Promise<LocalKey[]> {
  const found = await matchIdentities(await readPkcs12(corpusFile(...path), password));
  return Promise.all(found.map(async ({ pkcs8, certificate, chain }, i) => ({ id: String(i), key: openStoredKey(await importSoftwareKey(pkcs8, certificate)), chain })));
}

function read(mail: Bytes, keys: LocalKey[], anchors: Bytes, at: string): Promise<InspectedMessage> {
  const trust = fileTrust({ anchors: anchors.length > 0 ? certificatesOf(anchors) : [], intermediates: [], at: new Date(at) });
  return inspect(mail, { keys: localKeyPort(keys, null, () => new Date(at)), trust });
}

describe.skipIf(!haveCorpora)("RD-04 algorithms to come are unknown, softly (RFC 9881, 9882, 9935, 9936)", () => {
  const signed = [
    ...names("pqc-lamps/hackathon-openssl35-cms-v3", /_attrs\.der$/).map((name) => ["hackathon-openssl35-cms-v3", name, "cms.algorithm-unknown"] as const),
    // Those of the RFC bring no certificate.
    ...names("pqc-lamps/rfc9882-cms-ml-dsa", /\.pem$/).map((name) => ["rfc9882-cms-ml-dsa", name, "cms.signer-certificate-missing"] as const),
  ];
  it.each(signed)("%s/%s", async (folder, name, code) => {
    const cms = readCms(corpusFile("pqc-lamps", folder, name));
    if (cms.type !== "signed-data") throw new Error(cms.type);
    expect(await verifySigners(cms, null, () => Promise.resolve([]))).toMatchObject([{ verdict: "unknown", code }]);
  });

  it("a KEMRecipientInfo is passed over", async () => {
    const cms = readCms(corpusFile("pqc-lamps", "rfc9936-cms-ml-kem", "ML-KEM-512.cms"));
    if (cms.type !== "auth-enveloped-data") throw new Error(cms.type);
    expect(cms.recipients).toEqual([{ kind: "other" }]);
    await expect(openEnveloped(cms, nothing)).rejects.toThrow("cms.no-recipient-key");
  });

  const folders = ["rfc9881-ml-dsa-certs", "rfc9935-ml-kem-certs"];
  it.each(folders.flatMap((folder) => names(`pqc-lamps/${folder}`, /\.crt$/).map((name) => [folder, name] as const)))("certificate %s/%s is read", (folder, name) => {
    const [certificate] = certificatesOf(corpusFile("pqc-lamps", folder, name));
    expect(certificate?.keyAlgorithm).toMatch(/^2\.16\.840\.1\.101\.3\.4\.[34]\.\d+$/);
  });

  it.each(folders.flatMap((folder) => names(`pqc-lamps/${folder}`, /\.priv$/).map((name) => [folder, name] as const)))("private key %s/%s is of an algorithm that is not known", (folder, name) => {
    const pem = Buffer.from(corpusFile("pqc-lamps", folder, name)).toString().replaceAll(/-----[^-]*-----/g, "");
    expect(() => readPkcs8(new Uint8Array(Buffer.from(pem, "base64")))).toThrow("keys.algorithm");
  });
});

describe.skipIf(!haveCorpora)("RFC 9216: everybody's keys, both authorities", () => {
  const people = [["alice", "rsaEncryption", "rsaEncryption"], ["bob", "rsaEncryption", "rsaEncryption"], ["carlos", "X25519", "ED25519"], ["dana", "X25519", "ED25519"]] as const;

  it.each(people)("%s signs and encrypts to herself or himself, and reads it", async (name, encryption, signature) => {
    const keys = await keysIn(name, "rfc9216", `${name}.p12`);
    expect(keys.map(({ key }) => parseCertificate(key.certificate).keyAlgorithm).sort()).toEqual([encryption, signature].sort());
    const signing = signingKey(keys);
    const to = keys.find(({ key }) => key.canDecrypt)?.key.certificate as Bytes;
    const self = { name, address: `${name}@smime.example` };
    const draft = {
      from: self, to: [self], cc: [], bcc: [], subject: "Keys of the RFC", text: "Read.", attachments: [], inReplyTo: null, references: [],
      messageId: "rfc9216@smime.example", date: "2026-01-01T00:00:00Z",
    };
    const [sealed] = await seal(draft, {
      ticket: "", sign: { digestName: signing.key.key.requiredDigest ?? "sha256", clear: true, tripleWrap: false }, encrypt: { cipher: "aes-256-gcm" },
      envelopes: [{ recipients: [], visible: true, certificates: [{ certificate: to, keyTransport: "rsaesOaep", useKeyIdentifier: false }] }], headerPolicy: "baseline", legacyDisplay: false,
    }, localKeyPort(keys, signing, () => new Date("2026-01-01T00:00:00Z")));
    const authority = signature === "ED25519" ? "ca.25519.crt.pem" : "ca.rsa.crt.pem";
    const { status, content } = await read(sealed?.mime as Bytes, keys, corpusFile("rfc9216", authority), "2026-01-01T00:00:00Z");
    expect(status.summary, status.problems.join()).toMatchObject({ signed: "verified", encrypted: "decrypted", author: self.address });
    expect(content.headers.subject).toBe("Keys of the RFC");
  });

  it.each(people)("%s is found under the other authority as well, over the cross certificate", async (name, _encryption, signature) => {
    const [ownCross, other] = signature === "ED25519" ? ["ca.25519.cross.crt.pem", "ca.rsa.crt.pem"] : ["ca.rsa.cross.crt.pem", "ca.25519.crt.pem"];
    const [leaf] = certificatesOf(corpusFile("rfc9216", `${name}.sign.crt.pem`));
    if (leaf === undefined) throw new Error("no certificate");
    const anchors = certificatesOf(corpusFile("rfc9216", other));
    const path = (others: Bytes[]) => validatePath({ leaf, others: others.map(parseCertificate), anchors, at: new Date("2026-01-01T00:00:00Z"), purpose: "sign" });
    expect((await path(certificatesOf(corpusFile("rfc9216", ownCross)).map(({ der }) => der))).code).toBe("ok");
    expect((await path([])).code).not.toBe("ok");
  });
});

describe.skipIf(!haveCorpora)("RFC 4134 messages", () => {
  it.each([["4.8.eml", "multipart-signed"], ["4.9.eml", "signed-data"]])("%s: DSA is unknown, and said so beside the text", async (name, type) => {
    const { status, content } = await read(corpusFile("rfc4134", name), [], new Uint8Array(), "2004-01-01T00:00:00Z");
    expect(status).toMatchObject({ summary: { signed: "unverified", author: null }, layers: [{ type, signers: [{ verdict: "unknown", code: "cms.algorithm-unknown" }] }] });
    expect(content.body.text).toContain("This is some sample content.");
  });

  it("5.3.eml is for somebody else", async () => {
    const { status } = await read(corpusFile("rfc4134", "5.3.eml"), [], new Uint8Array(), "2004-01-01T00:00:00Z");
    expect(status).toMatchObject({ summary: { encrypted: "failed" }, layers: [{ cipher: "des-ede3-cbc" }], problems: ["cms.no-recipient-key"] });
  });
});

describe.skipIf(!haveCorpora)("OpenSSL's regressions, the rest", () => {
  it.each(["cms-msg/missing-kdf.der", "cms-data/cms_pwri_kek_oob.der"])("%s: a damaged password recipient opens for no password", async (path) => {
    const cms = readCms(corpusFile("openssl", path));
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    expect(cms.recipients).toMatchObject([{ kind: "password" }]);
    const code = await openEnveloped(cms, nothing, secretPort({ keys: [], passwords: [new TextEncoder().encode("test")] })).then(() => "opened", codeOf);
    expect(["cms.decrypt-failed", "cms.no-recipient-key"]).toContain(code);
  });

  it("an IV that is too long is refused, and a set of digests that is empty does no harm", async () => {
    const cms = readCms(corpusFile("openssl", "cms-data", "encDataWithTooLongIV.pem"));
    if (cms.type !== "auth-enveloped-data") throw new Error(cms.type);
    await expect(openEnveloped(cms, nothing)).rejects.toThrow("cms.no-recipient-key");
    const { status } = await read(corpusFile("openssl", "smime-eml", "pkcs7-empty-digest-set.eml"), [], new Uint8Array(), "2026-01-01T00:00:00Z");
    expect(status.layers).toMatchObject([{ type: "multipart-signed", signers: [{ verdict: "valid" }] }]);
    expect(status.summary.signed).toBe("unverified");
  });

  it.each(["encryptedData.der", "pkcs7-md4-encrypted.pem"])("%s is no type of mail", (name) => {
    expect(() => readCms(corpusFile("openssl", "cms-data", name))).toThrow("cms.content-type-unknown");
  });
});

describe.skipIf(!haveCorpora)("MimeKit: key files, and Thunderbird's mail of 2013", () => {
  it.each([
    ["rsa", 2], ["dnsnames", 2], ["nochain", 0], ["revoked", 2], ["revokednochain", 0], ["revokedsubca", 1],
  ])("%s/smime.pfx brings one identity with %i certificates above it", async (folder, above) => {
    const found = await matchIdentities(await readPkcs12(corpusFile("mimekit", "smime", folder, "smime.pfx"), "no.secret"));
    expect(found.map(({ chain }) => chain.length)).toEqual([above]);
  });

  it.each(["dsa", "ec"])("%s/smime.pfx holds a key of a kind that is not known", async (folder) => {
    await expect(matchIdentities(await readPkcs12(corpusFile("mimekit", "smime", folder, "smime.pfx"), "no.secret"))).rejects.toThrow("keys.algorithm");
  });

  it("OL-02 a good signature over SHA-1 is outdated and not verified, its picture is there", async () => {
    const { status, content } = await read(corpusFile("mimekit", "smime", "thunderbird-signed.txt"), [], new Uint8Array(), "2013-11-03T00:00:00Z");
    expect(status).toMatchObject({ summary: { signed: "unverified", author: null }, problems: ["cms.algorithm-outdated"], layers: [{ signers: [{ verdict: "valid", address: "fejj@gnome.org" }] }] });
    expect(content.attachments.map(({ name }) => name)).toEqual(["signed.jpg"]);
  });
});

describe.skipIf(!haveCorpora)("Thunderbird's mail for browsers, and what was encrypted and then signed by Dave", () => {
  const at = "2026-11-01T00:00:00Z";
  it.each(["alice.dsig.SHA256.multipart.env.eml", "alice.sig.SHA256.opaque.env.eml", "alice.env.eml"])("%s opens", async (name) => {
    const { status } = await read(corpusFile("thunderbird-smime", "browser", name), await keysIn("nss", "thunderbird-smime", "smime", "Bob.p12"), corpusFile("thunderbird-smime", "smime", "TestCA.pem"), at);
    expect(status.summary.encrypted, status.problems.join()).toBe("decrypted");
    expect(status.summary.signed).toBe(name === "alice.env.eml" ? "none" : "verified");
  });

  it.each([["alice.dsig.SHA256.multipart.in.mixed.eml", "1"], ["alice.dsig.SHA256.multipart.in.mixed.with.header.eml", "2"]])("UI-03 %s: the part is signed, the message is not", async (name, where) => {
    const { status } = await read(corpusFile("thunderbird-smime", "browser", name), [], corpusFile("thunderbird-smime", "smime", "TestCA.pem"), at);
    expect(status).toMatchObject({ summary: { signed: "none", author: null }, parts: [{ where, status: { layers: [{ envelope: false, signers: [{ verdict: "valid" }] }] } }] });
  });

  it.each(names("thunderbird-smime/smime", /^alice\.env\..*dave.*\.eml$/))("ES-01 %s: Dave's signature outside names no author", async (name) => {
    const { status } = await read(corpusFile("thunderbird-smime", "smime", name), await keysIn("nss", "thunderbird-smime", "smime", "Bob.p12"), corpusFile("thunderbird-smime", "smime", "TestCA.pem"), at);
    expect(status.summary.author).not.toBe("dave@example.com");
  });
});
