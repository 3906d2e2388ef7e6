import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Bytes, copy, utf8 } from "../../src/base/bytes.ts";
import { buildSignedData } from "../../src/cms/build-signed.ts";
import { readCms } from "../../src/cms/content-info.ts";
import type { SignedData } from "../../src/cms/signed-data.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { OID } from "../../src/pki/oids.ts";
import { signerInfo } from "./support/local-keys.ts";
import { type Identity, makePeople, P256, P384, P521, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

const people = makePeople();
afterAll(() => people.remove());
const file = (name: string): string => join(people.folder, name);

const alice = people.make("alice", RSA);
const bob = people.make("bob", RSA);
const elliptic = people.make("elliptic", P256);

const text = utf8("Content-Type: text/plain\r\n\r\nWhat was signed.\r\n");
writeFileSync(file("text"), text);

const nobody = (): Promise<Bytes[]> => Promise.resolve([]);

function signed(bytes: Uint8Array): SignedData {
  const cms = readCms(bytes);
  if (cms.type !== "signed-data") throw new Error(cms.type);
  return cms;
}

function opensslSigned(who: Identity, ...args: string[]): SignedData {
  return signed(must("openssl", ["cms", "-sign", "-binary", "-in", file("text"), "-signer", who.certificateFile, "-inkey", who.keyFile, "-outform", "DER", ...args]));
}

describe("signed by OpenSSL, verified here", () => {
  it.each([
    ["RSA, detached", () => alice, []],
    ["RSA, SHA-512", () => alice, ["-md", "sha512"]],
    ["RSA-PSS", () => alice, ["-keyopt", "rsa_padding_mode:pss"]],
    ["RSA-PSS, SHA-384, maximal salt", () => alice, ["-md", "sha384", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:max"]],
    ["RSA, no attributes", () => alice, ["-noattr"]],
    ["RSA, no capabilities", () => alice, ["-nosmimecap"]],
    ["SG-03 key identifier", () => alice, ["-keyid"]],
    ["SG-04 signing-certificate", () => alice, ["-cades"]],
    ["ECDSA P-256", () => elliptic, []],
    ["ECDSA P-384", () => people.make("p384", P384), ["-md", "sha384"]],
    ["ECDSA P-521", () => people.make("p521", P521), ["-md", "sha512"]],
  ] as [string, () => Identity, string[]][])("AL-01 AL-02 %s", async (_name, who, args) => {
    const identity = who();
    const object = opensslSigned(identity, ...args);
    const [fact, ...others] = await verifySigners(object, text, nobody);
    expect(others).toEqual([]);
    expect(fact).toMatchObject({ verdict: "valid", code: "ok" });
    expect(fact?.certificate?.addresses).toEqual([`${identity.name}@example.test`]);
    const changed = copy(text);
    changed[30] = (changed[30] as number) ^ 1;
    const [broken] = await verifySigners(object, changed, nobody);
    expect(broken).toMatchObject({ verdict: "broken", code: args.includes("-noattr") ? "cms.signature-mismatch" : "cms.digest-mismatch" });
  });

  it.each([[[]], [["-stream"]], [["-stream", "-keyid"]], [["-outform", "PEM"]]])("RD-02 opaque %j", async (args) => {
    const object = opensslSigned(alice, "-nodetach", ...args);
    expect(Buffer.from(object.content ?? [])).toEqual(Buffer.from(text));
    expect(await verifySigners(object, null, nobody)).toMatchObject([{ verdict: "valid", code: "ok" }]);
  });

  it("SG-01 a detached text given for an opaque signature is content confusion, even the same text", async () => {
    const object = opensslSigned(alice, "-nodetach");
    expect(await verifySigners(object, text, nobody)).toMatchObject([{ verdict: "broken", code: "cms.content-confusion" }]);
  });

  it("SG-08 gives each of two signers a verdict, also when one breaks", async () => {
    const object = opensslSigned(alice, "-signer", bob.certificateFile, "-inkey", bob.keyFile);
    const facts = await verifySigners(object, text, nobody);
    expect(facts.map((fact) => [fact.certificate?.subject.commonName, fact.verdict])).toEqual(expect.arrayContaining([["alice", "valid"], ["bob", "valid"]]));
    const [info] = object.signerInfos;
    if (info === undefined) throw new Error("no signer");
    info.signature = copy(info.signature);
    info.signature[9] = (info.signature[9] as number) ^ 1;
    expect((await verifySigners(object, text, nobody)).map((fact) => fact.verdict)).toEqual(["broken", "valid"]);
  });

  it("finds a certificate that the message does not carry", async () => {
    const object = opensslSigned(alice, "-nocerts");
    expect(await verifySigners(object, text, nobody)).toMatchObject([{ verdict: "unknown", code: "cms.signer-certificate-missing", certificate: null }]);
    const facts = await verifySigners(object, text, (request) => Promise.resolve(request.issuerAndSerial?.serial === undefined ? [] : [bob.certificate, alice.certificate]));
    expect(facts).toMatchObject([{ verdict: "valid", code: "ok", issuer: "CN=Test authority,O=Mailseal test" }]);
  });

  it("OL-02 SHA-1 and small keys hold mathematically and are outdated; MD5 is not computed", async () => {
    expect(await verifySigners(opensslSigned(alice, "-md", "sha1"), text, nobody)).toMatchObject([{ verdict: "valid", code: "cms.algorithm-outdated", digest: "sha1" }]);
    expect(await verifySigners(opensslSigned(alice, "-md", "md5"), text, nobody)).toMatchObject([{ verdict: "unknown", code: "cms.algorithm-outdated" }]);
    const small = people.make("small", ["-newkey", "rsa:1024"]);
    expect(await verifySigners(opensslSigned(small), text, nobody)).toMatchObject([{ verdict: "valid", code: "cms.algorithm-outdated" }]);
  });

  it("reads what OpenSSL announces and says", async () => {
    const [fact] = await verifySigners(opensslSigned(alice), text, nobody);
    expect(fact?.capabilities).toEqual(expect.arrayContaining(["aes-256-cbc", "des-ede3-cbc"]));
    expect(Math.abs((fact?.signingTime?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(fact).toMatchObject({ digest: "sha256", signature: "rsaEncryption" });
  });

  it("certs-only has certificates and no signer", async () => {
    const object = signed(must("openssl", ["crl2pkcs7", "-nocrl", "-certfile", alice.certificateFile, "-certfile", people.caFile, "-outform", "DER"]));
    expect(object.certificates.length).toBe(2);
    expect(await verifySigners(object, null, nobody)).toEqual([]);
  });
});

async function signHere(who: Identity, detached: boolean, digestName: "sha256" | "sha384" | "sha512" = "sha256", encryption: Identity | null = null): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest(digestName.replace("sha", "SHA-"), text));
  const info = await signerInfo(who, digest, digestName, new Date("2030-01-02T03:04:05Z"), encryption?.certificate ?? null);
  return buildSignedData({
    content: detached ? null : text,
    contentType: OID.data,
    signerInfos: [info],
    certificates: [who.certificate, ...(encryption === null ? [] : [encryption.certificate])],
    digestNames: [digestName],
  });
}

describe("signed here, verified by OpenSSL", () => {
  const verify = (object: Uint8Array, content: string | null): ReturnType<typeof run> =>
    run("openssl", ["cms", "-verify", "-binary", "-inform", "DER", "-CAfile", people.caFile, ...(content === null ? [] : ["-content", content])], { input: object });

  it.each([
    ["RSA with SHA-256", () => alice, "sha256"],
    ["RSA with SHA-512", () => alice, "sha512"],
    ["ECDSA P-256 with SHA-256", () => elliptic, "sha256"],
    ["ECDSA P-256 with SHA-384", () => elliptic, "sha384"],
  ] as [string, () => Identity, "sha256"][])("CO-10 %s, detached and opaque", async (_name, who, digestName) => {
    const identity = who();
    const detached = await signHere(identity, true, digestName, bob);
    const checked = verify(detached, file("text"));
    expect(checked.err).toContain("successful");
    expect(checked.out.equals(text)).toBe(true);
    const opaque = verify(await signHere(identity, false, digestName), null);
    expect(opaque.err).toContain("successful");
    expect(opaque.out.equals(text)).toBe(true);
    expect(await verifySigners(signed(detached), text, nobody)).toMatchObject([{ verdict: "valid", code: "ok" }]);
  });

  it("Ed25519, which OpenSSL 3.0 does not do in CMS, verifies here", async () => {
    const object = await signHere(people.make("edwards", ["-newkey", "ed25519"]), true, "sha512");
    expect(verify(object, file("text")).err).toContain("invalid digest");
    expect(await verifySigners(signed(object), text, nobody)).toMatchObject([{ verdict: "valid", code: "ok", signature: "ED25519" }]);
    const changed = copy(object);
    changed[changed.length - 3] = (changed[changed.length - 3] as number) ^ 1;
    expect(await verifySigners(signed(changed), text, nobody)).toMatchObject([{ verdict: "broken", code: "cms.signature-mismatch" }]);
  });

  it("OpenSSL refuses our signature over another text", async () => {
    writeFileSync(file("other"), "another text");
    expect(verify(await signHere(alice, true), file("other")).status).not.toBe(0);
  });

  it("CP-01 CP-03 OpenSSL prints the attributes that we meant, in sorted DER", async () => {
    const object = await signHere(alice, true, "sha256", elliptic);
    writeFileSync(file("signed.der"), object);
    const printed = must("openssl", ["cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", file("signed.der")]).toString();
    for (const part of ["contentType", "messageDigest", "UTCTIME:Jan  2 03:04:05 2030 GMT", "S/MIME Capabilities", "aes-256-gcm", "id-smime-aa-encrypKeyPref", "signingCertificateV2"]) {
      expect(printed).toContain(part);
    }
    // Read as DER and written again it must be the same: SETs sorted, lengths shortest.
    const again = must("openssl", ["cms", "-cmsout", "-inform", "DER", "-in", file("signed.der"), "-outform", "DER"]);
    expect(again.equals(readFileSync(file("signed.der")))).toBe(true);
    const [fact] = await verifySigners(signed(object), text, nobody);
    expect(fact?.encryptionCertificate).toEqual(elliptic.certificate);
    expect(fact?.capabilities.slice(0, 5)).toEqual(["aes-256-gcm", "aes-128-gcm", "chacha20-poly1305", "aes-256-cbc", "aes-128-cbc"]);
    expect(fact?.signingTime?.toISOString()).toBe("2030-01-02T03:04:05.000Z");
  });
});
