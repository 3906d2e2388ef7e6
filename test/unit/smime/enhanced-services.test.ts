import { describe, expect, it } from "vitest";
import { type Bytes, fromLatin1, utf8 } from "../../../src/base/bytes.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { assembleSignerInfo } from "../../../src/cms/signer-info.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence, derSetOf, derTaggedPrimitive } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { TrustPort } from "../../../src/protocol/trust-port.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { sign } from "node:crypto";
import type { Issued } from "../pki/support/authority.ts";
import { alice, authority, bobReads, encrypted, eve, message, opaque, plain } from "./attacks/stage.ts";
import { issue } from "../pki/support/authority.ts";

const second = issue({ name: "Alice at home", emails: ["alice@lab.test"], issuer: authority });

const attribute = (type: string, ...values: Bytes[]): Bytes => derSequence(derOid(type), derSetOf(...values));
const names = (...addresses: string[]): Bytes => derSequence(...addresses.map((address) => derTaggedPrimitive(1, utf8(address))));
/** ReceiptRequest of RFC 2634 §2.7, whose tags are implicit. */
const request = (to: string, from: Bytes = derTaggedPrimitive(0, Uint8Array.of(0))): Bytes =>
  attribute(OID["id-smime-aa-receiptRequest"], derSequence(derOctetString(utf8("id-1")), from, derSequence(names(to))));
const label = (policy: string, classification: number): Bytes =>
  attribute(OID["id-smime-aa-securityLabel"], derSetOf(derOid(policy), derInteger(classification), derElement(0x0c, utf8("For Bob alone"))));

async function info(who: Issued, content: Bytes, more: Bytes[], contentType: string = OID.data): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const attributes = derSetOf(attribute(OID.contentType, derOid(contentType)), attribute(OID.messageDigest, derOctetString(digest)), ...more);
  const signature = new Uint8Array(sign("sha256", attributes, who.key));
  return assembleSignerInfo({ certificate: who.certificate.der, attributes, digestName: "sha256", signatureAlgorithm: derSequence(derOid(OID["ecdsa-with-SHA256"])), signature });
}

async function signedWith(entity: string, ...signers: [Issued, ...Bytes[]][]): Promise<string> {
  const content = fromLatin1(entity);
  const signerInfos = await Promise.all(signers.map(([who, ...more]) => info(who, content, more)));
  return opaque(buildSignedData({ content, contentType: OID.data, signerInfos, certificates: signers.map(([who]) => who.certificate.der), digestNames: ["sha256"] }));
}

/** A signed receipt of Alice's with more signed attributes. */
async function receiptWith(...more: Bytes[]): Promise<Bytes> {
  const receipt = derSequence(derInteger(1), derOid(OID.data), derOctetString(utf8("id-1")), derOctetString(Uint8Array.of(1, 2, 3)));
  const type = OID["id-smime-ct-receipt"];
  return message(opaque(buildSignedData({ content: receipt, contentType: type, signerInfos: [await info(alice, receipt, more, type)], certificates: [alice.certificate.der], digestNames: ["sha256"] })));
}

const text = plain("Did you get this?");
const signersOf = async (mail: Bytes) => (await bobReads(mail)).status.layers.flatMap(({ signers }) => signers ?? []);

describe("receipt requests (ES-02)", () => {
  it("are shown of a verified author: who is asked, and whom the receipt is to go to", async () => {
    const [signer] = await signersOf(message(await signedWith(text, [alice, request("alice@lab.test")])));
    expect(signer?.receiptRequest).toEqual({ contentIdentifier: "69642d31", from: "all", to: ["alice@lab.test"] });
    const [some] = await signersOf(message(await signedWith(text, [alice, request("alice@lab.test", derElement(0xa1, names("bob@lab.test")))])));
    expect(some?.receiptRequest?.from).toEqual(["bob@lab.test"]);
  });

  it.each<[string, () => Promise<Bytes>]>([
    ["the signature is not the author's", async () => message(await signedWith(text, [eve, request("eve@evil.test")]))],
    ["the text was changed", async () => {
      const entity = await signedWith(text, [alice, request("alice@lab.test")]);
      return message(entity.replace(Buffer.from("you get").toString("base64").slice(0, 6), Buffer.from("we gets").toString("base64").slice(0, 6)));
    }],
    ["it stands in an outer signature", async () => message(await signedWith(await encrypted(await signedWith(text, [alice])), [alice, request("alice@lab.test")]))],
    ["it stands in a signature of the same author around another one", async () => message(await signedWith(await signedWith(text, [alice]), [alice, request("alice@lab.test")]))],
    ["it stands in a receipt", () => receiptWith(request("alice@lab.test"))],
    ["it cannot be read", async () => message(await signedWith(text, [alice, attribute(OID["id-smime-aa-receiptRequest"], derOctetString(utf8("x")))]))],
  ])("count for nothing when %s", async (_why, make) => {
    for (const signer of await signersOf(await make())) expect(signer.receiptRequest).toBeUndefined();
  });

  it("that differ between verified signers are none at all", async () => {
    const { status } = await bobReads(message(await signedWith(text, [alice, request("alice@lab.test")], [second, request("eve@evil.test")])));
    expect(status.layers[0]?.signers?.map(({ code, receiptRequest }) => [code, receiptRequest])).toEqual([["ok", undefined], ["ok", undefined]]);
    expect(status.problems).toEqual(["smime.receipt-requests-differ"]);
  });

  it("twice in one signature break it, as nobody can tell which one was meant", async () => {
    const [signer] = await signersOf(message(await signedWith(text, [alice, request("alice@lab.test"), request("eve@evil.test")])));
    expect(signer).toMatchObject({ verdict: "broken", code: "cms.attributes-invalid" });
  });
});

describe("signed receipts (ES-03)", () => {
  it("are read as what they are: no text, and what they confirm", async () => {
    const { status, content } = await bobReads(await receiptWith(request("alice@lab.test")));
    expect(status.layers).toMatchObject([{ type: "signed-data", receipt: { contentIdentifier: "69642d31", originatorSignature: "010203" } }]);
    expect(status.summary).toMatchObject({ signed: "verified", author: "alice@lab.test" });
    // ES-02: a receipt for a receipt is never asked for.
    expect(status.layers[0]?.signers?.[0]?.receiptRequest).toBeUndefined();
    expect(content.body).toEqual({});
  });
});

describe("security labels (ES-04)", () => {
  it("are shown of a verified author, and said to follow rules that are not known here", async () => {
    const { status } = await bobReads(message(await signedWith(text, [alice, label("1.2.3", 4)])));
    expect(status.layers[0]?.signers?.[0]?.securityLabel).toEqual({ policy: "1.2.3", classification: 4, privacyMark: "For Bob alone", categories: [] });
    expect(status.problems).toEqual(["smime.label-unknown"]);
  });

  it.each([
    ["is no SET", derOctetString(utf8("x"))],
    ["names no policy", derSetOf(derInteger(4))],
    ["says how high with something else than a number", derSetOf(derOid("1.2.3"), derElement(0x02))],
  ])("stop a text also where the label cannot be read: it %s", async (_what, value) => {
    const unreadable = attribute(OID["id-smime-aa-securityLabel"], value);
    const { status } = await bobReads(message(await signedWith(text, [alice, unreadable])));
    expect(status.summary.signed).toBe("verified");
    expect(status.layers[0]?.signers?.[0]?.securityLabel).toEqual({ policy: "unreadable", classification: null, privacyMark: null, categories: [] });
    expect(status.problems).toEqual(["smime.label-unknown"]);
    const both = await bobReads(message(await signedWith(text, [alice, unreadable], [second, label("1.2.3", 1)])));
    expect(both.status.problems).toEqual(["smime.labels-differ"]);
  });

  it("are ignored of anybody else", async () => {
    const { status } = await bobReads(message(await signedWith(text, [eve, label("1.2.3", 4)])));
    expect(status.layers[0]?.signers?.[0]?.securityLabel).toBeUndefined();
    expect(status.problems).toEqual(["smime.from-mismatch"]);
  });

  it("stop a text already while their signer is being checked, so that it is not there for a moment", async () => {
    const told: string[][] = [];
    const mail = message(await signedWith(text, [eve, label("1.2.3", 4)]), { From: "eve@evil.test" });
    const trust: TrustPort = { validate: () => Promise.resolve({ code: "pki.untrusted", chain: [], revocation: "not-asked" }), find: () => Promise.resolve([]) };
    const { status } = await inspect(mail, { keys: localKeyPort([], null, () => new Date()), trust, onPending: (pending) => told.push(pending.status.problems) });
    expect(told).toEqual([expect.arrayContaining(["smime.label-unknown"])]);
    expect(status.problems).toEqual(["pki.untrusted"]);
  });

  it("that differ between verified signers are warned of", async () => {
    const { status } = await bobReads(message(await signedWith(text, [alice, label("1.2.3", 4)], [second, label("1.2.3", 1)])));
    expect(status.problems).toEqual(["smime.labels-differ"]);
  });
});
