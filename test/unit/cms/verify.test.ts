import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import { buildSignedAttributes } from "../../../src/cms/signed-attributes.ts";
import { verifySigners } from "../../../src/cms/verify.ts";
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive, derTime } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { attribute, infoOver, makeSigner, rawInfo, rsa, sha256, sha256Rsa, sidOf, sign, signedObject, type Signer, usualAttributes } from "./support.ts";

const content = utf8("Content-Type: text/plain\r\n\r\ntext\r\n");
const nobody = (): Promise<Bytes[]> => Promise.resolve([]);

let alice: Signer;
let usual: Bytes[];
beforeAll(async () => {
  alice = await makeSigner("alice");
  usual = await usualAttributes(content);
});

async function verdict(attributes: Bytes[], signer: Signer = alice): Promise<string> {
  const object = signedObject(content, [signer.certificate], [await infoOver(signer, attributes)]);
  const facts = await verifySigners(object, null, nobody);
  return facts.map((fact) => `${fact.verdict} ${fact.code}`).join();
}

const INVALID = "broken cms.attributes-invalid";

describe("SG-01 SG-02 signed attributes", () => {
  it("verifies the usual ones, and what it does not know", async () => {
    expect(await verdict(usual)).toBe("valid ok");
    expect(await verdict([...usual, attribute("1.2.3.4", derNull(), derInteger(1)), attribute("1.2.3.4", derNull())])).toBe("valid ok");
  });

  it("refuses another digest", async () => {
    expect(await verdict(await usualAttributes(utf8("other")))).toBe("broken cms.digest-mismatch");
  });

  it.each([
    ["no content-type", ([, digest]) => [digest]],
    ["no message-digest", ([type]) => [type]],
    ["no attribute at all", () => []],
    ["two content-types", ([type, digest]) => [type, type, digest]],
    ["two message-digests", ([type, digest]) => [type, digest, digest]],
    ["a content-type with two values", ([, digest]) => [attribute(OID.contentType, derOid(OID.data), derOid(OID.signedData)), digest]],
    ["a content-type without value", ([, digest]) => [attribute(OID.contentType), digest]],
    ["another content-type than the content's", ([, digest]) => [attribute(OID.contentType, derOid(OID.signedData)), digest]],
    ["a message-digest that is no OCTET STRING", ([type]) => [type, attribute(OID.messageDigest, derNull())]],
    ["a message-digest with two values", ([type]) => [type, attribute(OID.messageDigest, derOctetString(new Uint8Array(32)), derOctetString(new Uint8Array(31)))]],
    ["two signing times", (all) => [...all, attribute(OID.signingTime, derTime(new Date(0))), attribute(OID.signingTime, derTime(new Date(0)))]],
    ["a signing time that is none", (all) => [...all, attribute(OID.signingTime, derElement(0x17, utf8("199913311200Z")))]],
    ["SG-07 two capabilities attributes", (all) => [...all, attribute(OID.SMIMECapabilities, derSequence()), attribute(OID.SMIMECapabilities, derSequence())]],
    ["SG-07 capabilities with two values", (all) => [...all, attribute(OID.SMIMECapabilities, derSequence(), derSequence(derSequence(derOid(OID["aes-256-cbc"]))))]],
    ["SG-07 two key preferences", (all) => [...all, ...Array<Bytes>(2).fill(attribute(OID["id-smime-aa-encrypKeyPref"], derTaggedPrimitive(2, Uint8Array.of(1))))]],
    ["two signing-certificates", (all) => [...all, ...Array<Bytes>(2).fill(attribute(OID["id-smime-aa-signingCertificateV2"], derSequence(derSequence())))]],
    ["a signing-certificate without entry", (all) => [...all, attribute(OID["id-smime-aa-signingCertificateV2"], derSequence(derSequence()))]],
    ["an attribute that is none", (all) => [...all, derInteger(1)]],
  ] as [string, (all: Bytes[]) => Bytes[]][])("refuses %s", async (_name, make) => {
    expect(await verdict(make(usual))).toBe(INVALID);
  });

  it("tolerates capabilities that cannot be read, and a preference for nothing known (CP-03)", async () => {
    expect(await verdict([...usual, attribute(OID.SMIMECapabilities, derInteger(1))])).toBe("valid ok");
    expect(await verdict([...usual, attribute(OID["id-smime-aa-encrypKeyPref"], derInteger(1))])).toBe("valid ok");
  });

  it("refuses attributes among the unsigned that count only when signed", async () => {
    const signature = await sign(alice.keys, derSetOf(...usual));
    const verdictWith = async (unsigned: Bytes): Promise<string> => {
      const info = rawInfo({ sid: sidOf(alice), attributes: derSetOf(...usual), signature, unsigned });
      const [fact] = await verifySigners(signedObject(content, [alice.certificate], [info]), null, nobody);
      return `${fact?.verdict} ${fact?.code}`;
    };
    expect(await verdictWith(attribute(OID.countersignature, derNull()))).toBe("valid ok");
    expect(await verdictWith(attribute(OID.signingTime, derTime(new Date(0))))).toBe(INVALID);
    expect(await verdictWith(attribute(OID.SMIMECapabilities, derSequence()))).toBe(INVALID);
  });

  it("accepts attributes signed in their own order, and in BER lengths", async () => {
    const unsorted = derElement(0x31, ...[...usual].reverse().sort((a, b) => b.length - a.length));
    const info = rawInfo({ sid: sidOf(alice), attributes: unsorted, signature: await sign(alice.keys, unsorted) });
    const padded = rawInfo({
      sid: sidOf(alice),
      attributes: derElement(0x31, concat(Uint8Array.of(0x30, 0x80), (usual[0] as Bytes).subarray(2), new Uint8Array(2)), usual[1] as Bytes),
      signature: await sign(alice.keys, derSetOf(...usual)),
    });
    expect(await verifySigners(signedObject(content, [alice.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "valid" }]);
    expect(await verifySigners(signedObject(content, [alice.certificate], [padded]), null, nobody)).toMatchObject([{ verdict: "valid" }]);
  });
});

describe("signatures without attributes", () => {
  it("count over id-data only (RFC 5652 §5.3)", async () => {
    const info = rawInfo({ sid: sidOf(alice), signature: await sign(alice.keys, content) });
    expect(await verifySigners(signedObject(content, [alice.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "valid", code: "ok" }]);
    expect(await verifySigners(signedObject(content, [alice.certificate], [info], OID.receipt), null, nobody)).toMatchObject([{ verdict: "broken", code: "cms.attributes-invalid" }]);
  });

  it("never make a text of somebody's signed attributes", async () => {
    const attributes = derSetOf(...usual);
    const info = rawInfo({ sid: sidOf(alice), signature: await sign(alice.keys, attributes) });
    expect(await verifySigners(signedObject(attributes, [alice.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "broken", code: "cms.attributes-invalid" }]);
    // "1" is 0x31, the SET's octet: an ordinary text may begin with it.
    const list = utf8("1. first\r\n");
    const ordinary = rawInfo({ sid: sidOf(alice), signature: await sign(alice.keys, list) });
    expect(await verifySigners(signedObject(list, [alice.certificate], [ordinary]), null, nobody)).toMatchObject([{ verdict: "valid" }]);
  });
});

describe("algorithms", () => {
  const sha1 = derSequence(derOid(OID.sha1), derNull());
  it("refuses a digest algorithm that contradicts the signature algorithm", async () => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", content));
    const attributes = derSetOf(attribute(OID.contentType, derOid(OID.data)), attribute(OID.messageDigest, derOctetString(digest)));
    const info = rawInfo({ sid: sidOf(alice), digest: sha1, attributes, algorithm: sha256Rsa, signature: await sign(alice.keys, attributes) });
    expect(await verifySigners(signedObject(content, [alice.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "broken", code: "cms.attributes-invalid" }]);
  });

  it("RD-04 says of an unknown digest or signature algorithm that it is unknown", async () => {
    const attributes = derSetOf(...usual);
    const signature = await sign(alice.keys, attributes);
    const with_ = async (fields: Partial<Parameters<typeof rawInfo>[0]>): Promise<unknown> =>
      verifySigners(signedObject(content, [alice.certificate], [rawInfo({ sid: sidOf(alice), attributes, signature, ...fields })]), null, nobody);
    expect(await with_({ digest: derSequence(derOid("1.2.3.4")) })).toMatchObject([{ verdict: "unknown", code: "cms.algorithm-unknown", digest: "1.2.3.4" }]);
    expect(await with_({ algorithm: derSequence(derOid("1.2.3.5")) })).toMatchObject([{ verdict: "unknown", code: "cms.algorithm-unknown", signature: "1.2.3.5" }]);
    expect(await with_({ algorithm: rsa, signature: new Uint8Array(0) })).toMatchObject([{ verdict: "broken" }]);
  });
});

describe("SG-03 SG-04 the signer's certificate", () => {
  const keyIdentifier = Uint8Array.of(1, 2, 3);

  it("tries each certificate that shares a key identifier", async () => {
    const [one, two, three] = await Promise.all([makeSigner("one", { keyIdentifier }), makeSigner("two", { keyIdentifier }), makeSigner("three")]);
    const attributes = derSetOf(...usual);
    const info = rawInfo({ sid: derTaggedPrimitive(0, keyIdentifier), attributes, signature: await sign(two.keys, attributes) });
    const [fact] = await verifySigners(signedObject(content, [one.certificate, two.certificate, three.certificate], [info]), null, nobody);
    expect(fact).toMatchObject({ verdict: "valid", code: "ok", keyIdentifier: "010203", issuer: "CN=two", serial: "01" });
    const [other] = await verifySigners(signedObject(content, [one.certificate, three.certificate], [info]), null, nobody);
    expect(other).toMatchObject({ verdict: "broken", code: "cms.signature-mismatch" });
  });

  it("passes over what stands among the certificates and is no X.509 certificate (RFC 5652 §10.2.2)", async () => {
    const content = utf8("x");
    const info = await infoOver(alice, await usualAttributes(content));
    const attributeCertificate = derTagged(2, derNull());
    const object = signedObject(content, [attributeCertificate, alice.certificate, derTagged(3, derOid("1.2.3"), derNull())], [info]);
    expect(object.certificates).toEqual([alice.certificate]);
    expect((await verifySigners(object, null, () => Promise.resolve([])))[0]).toMatchObject({ verdict: "valid" });
  });

  it("signing-certificate picks among certificates of one name and key, and refuses others", async () => {
    const twin = await makeSigner("alice", { keys: alice.keys });
    const time = new Date("2026-01-01T00:00:00Z");
    const attributes = await buildSignedAttributes({
      digest: await sha256(content), digestName: "sha256", contentType: OID.data, signingTime: time, certificate: alice.certificate, encryptionCertificate: null, capabilities: [],
    });
    const other = await makeSigner("alice", { keys: alice.keys, keyIdentifier });
    const info = rawInfo({ sid: sidOf(alice), attributes, signature: await sign(alice.keys, attributes) });
    const facts = await verifySigners(signedObject(content, [other.certificate, twin.certificate], [info]), null, nobody);
    // The twin is the same certificate: RSA v1.5 signs without chance.
    expect(facts).toMatchObject([{ verdict: "valid", code: "ok" }]);
    expect(facts[0]?.certificate?.der).toEqual(alice.certificate);
    expect(await verifySigners(signedObject(content, [other.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "broken", code: "cms.signer-certificate-mismatch" }]);
  });

  it("reads version 1 and version 2 of signing-certificate by themselves: both must fit", async () => {
    const v1 = async (certificate: Bytes): Promise<Bytes> =>
      attribute(OID["id-smime-aa-signingCertificate"], derSequence(derSequence(derSequence(derOctetString(new Uint8Array(await crypto.subtle.digest("SHA-1", certificate)))))));
    const v2 = async (certificate: Bytes, algorithm: "SHA-256" | "SHA-512"): Promise<Bytes> => {
      const hash = derOctetString(new Uint8Array(await crypto.subtle.digest(algorithm, certificate)));
      const entry = algorithm === "SHA-256" ? derSequence(hash) : derSequence(derSequence(derOid(OID.sha512)), hash);
      return attribute(OID["id-smime-aa-signingCertificateV2"], derSequence(derSequence(entry)));
    };
    const mine = alice.certificate;
    const foreign = utf8("another certificate");
    expect(await verdict([...usual, await v1(mine)])).toBe("valid ok");
    expect(await verdict([...usual, await v2(mine, "SHA-512")])).toBe("valid ok");
    expect(await verdict([...usual, await v1(mine), await v2(mine, "SHA-256")])).toBe("valid ok");
    expect(await verdict([...usual, await v1(foreign)])).toBe("broken cms.signer-certificate-mismatch");
    expect(await verdict([...usual, await v1(foreign), await v2(mine, "SHA-256")])).toBe("broken cms.signer-certificate-mismatch");
    expect(await verdict([...usual, await v1(mine), await v2(foreign, "SHA-512")])).toBe("broken cms.signer-certificate-mismatch");
  });

  it("looks elsewhere for a certificate that the message lacks, and believes only a fitting one", async () => {
    const object = signedObject(content, [], [await infoOver(alice, usual)]);
    const bob = await makeSigner("bob");
    expect(await verifySigners(object, null, nobody)).toMatchObject([{ verdict: "unknown", code: "cms.signer-certificate-missing", issuer: "CN=alice", serial: "01" }]);
    expect(await verifySigners(object, null, () => Promise.resolve([bob.certificate]))).toMatchObject([{ verdict: "unknown", code: "cms.signer-certificate-missing" }]);
    expect(await verifySigners(object, null, () => Promise.resolve([bob.certificate, alice.certificate]))).toMatchObject([{ verdict: "valid", code: "ok" }]);
  });

  it("passes over a certificate that cannot be read", async () => {
    const object = signedObject(content, [derSequence(derInteger(1)), alice.certificate], [await infoOver(alice, usual)]);
    expect(await verifySigners(object, null, nobody)).toMatchObject([{ verdict: "valid" }]);
  });
});

describe("content", () => {
  it("inside and outside at once is confusion, none at all is nothing signed", async () => {
    const info = await infoOver(alice, usual);
    const inside = signedObject(content, [alice.certificate], [info]);
    const outside = signedObject(null, [alice.certificate], [info]);
    expect(await verifySigners(inside, content, nobody)).toMatchObject([{ verdict: "broken", code: "cms.content-confusion" }]);
    expect(await verifySigners(outside, content, nobody)).toMatchObject([{ verdict: "valid" }]);
    expect(await verifySigners(outside, utf8("changed"), nobody)).toMatchObject([{ verdict: "broken", code: "cms.digest-mismatch" }]);
    expect(await verifySigners(outside, null, nobody)).toMatchObject([{ verdict: "broken", code: "cms.malformed" }]);
    expect(await verifySigners(signedObject(content, [alice.certificate], []), null, nobody)).toEqual([]);
  });

  it("may be empty", async () => {
    const empty = new Uint8Array(0);
    const info = await infoOver(alice, await usualAttributes(empty));
    expect(await verifySigners(signedObject(null, [alice.certificate], [info]), empty, nobody)).toMatchObject([{ verdict: "valid" }]);
    expect(await verifySigners(signedObject(empty, [alice.certificate], [info]), null, nobody)).toMatchObject([{ verdict: "valid" }]);
  });
});
