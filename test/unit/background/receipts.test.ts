import { sign } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, fromLatin1, hex, latin1, utf8 } from "../../../src/base/bytes.ts";
import type { SmimeError } from "../../../src/base/errors.ts";
import { receiptLimits, receiptMemory } from "../../../src/background/receipt-memory.ts";
import type { Binding } from "../../../src/background/bindings.ts";
import { receiptService } from "../../../src/background/receipt-service.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { receiptRequestAttribute } from "../../../src/cms/receipts.ts";
import { assembleSignerInfo } from "../../../src/cms/signer-info.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence, derSetOf } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { RequestingSignature } from "../../../src/protocol/receipts.ts";
import type { TrustPort } from "../../../src/protocol/trust-port.ts";
import type { Issued } from "../pki/support/authority.ts";
import { alice, authority, bob, encrypted, eve, falseAlice, message, opaque, plain } from "../smime/attacks/stage.ts";
import { type Desk, desk, memoryStore } from "./receipt-desk.ts";

const now = () => new Date("2026-09-02T00:00:00Z");
const people = { "alice@lab.test": alice.certificate.der, "bob@lab.test": bob.certificate.der };
const deskOf = (who: Issued, managed: Record<string, unknown> = {}): Promise<Desk> =>
  desk({ address: who.certificate.addresses[0] as string, certificate: who.certificate.der, key: who.key, anchors: [authority.certificate], people, managed, now });

const attribute = (type: string, value: Bytes): Bytes => derSequence(derOid(type), derSetOf(value));
const wish = (to = "alice@lab.test"): Bytes => receiptRequestAttribute(utf8("id-1"), to);

/** A SignerInfo with attributes of any kind, rightly signed. */
async function info(who: Issued, content: Bytes, more: Bytes[], contentType: string = OID.data): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const attributes = derSetOf(attribute(OID.contentType, derOid(contentType)), attribute(OID.messageDigest, derOctetString(digest)), ...more);
  const signature = new Uint8Array(sign("sha256", attributes, who.key));
  return assembleSignerInfo({ certificate: who.certificate.der, attributes, digestName: "sha256", signatureAlgorithm: derSequence(derOid(OID["ecdsa-with-SHA256"])), signature });
}

async function signedBy(who: Issued, more: Bytes[], text = plain("Did you get this?")): Promise<string> {
  const content = fromLatin1(text);
  return opaque(buildSignedData({ content, contentType: OID.data, signerInfos: [await info(who, content, more)], certificates: [who.certificate.der], digestNames: ["sha256"] }));
}

const signatureOf = async (who: Issued, more: Bytes[], contentType?: string, author = who.certificate.addresses[0] ?? ""): Promise<RequestingSignature> => ({
  author,
  signerInfo: await info(who, utf8("x"), more, contentType),
  certificates: [who.certificate.der],
});

describe("who may be answered (ES-02, ES-03)", () => {
  let bobs: Desk;
  beforeAll(async () => {
    bobs = await deskOf(bob);
  });

  it("the author of a verified message: with the address that he wrote to, to whom he names", async () => {
    const seen = await bobs.read(message(await signedBy(alice, [wish()])));
    expect(await bobs.look(seen)).toEqual({ state: "asked", from: "bob@lab.test", to: ["alice@lab.test"] });
  });

  it.each<[string, () => Promise<Bytes>]>([
    ["somebody whom nobody trusted vouches for", async () => message(await signedBy(falseAlice, [wish()]))],
    ["somebody else than From says", async () => message(await signedBy(eve, [wish("eve@evil.test")]))],
    ["a signature around the author's ciphertext", async () => message(await signedBy(alice, [wish()], await encrypted(await signedBy(alice, []))))],
    ["a list that passed the message on, whose policy is not read", async () => message(await signedBy(alice, [attribute(OID["id-smime-aa-mlExpandHistory"], derSequence())], await signedBy(alice, [wish()])))],
    ["nobody at all", async () => message(await signedBy(alice, []))],
  ])("not %s", async (_who, make) => {
    expect((await bobs.read(await make())).receiptRequest).toBeNull();
  });

  it("nobody with an address that he need not know: the account is a mere name, and the message came by a list or as a blind copy", async () => {
    const named = await desk({ address: "bob@lab.test", certificate: bob.certificate.der, key: bob.key, anchors: [authority.certificate], people, now, account: "bob" });
    const signature = await signatureOf(alice, [wish()]);
    expect(await named.lookAt(signature, ["list@lab.test"])).toEqual({ state: "not-asked" });
    expect(await named.lookAt(signature, ["list@lab.test", "Bob@lab.test"])).toMatchObject({ state: "asked", from: "bob@lab.test" });
    expect(await bobs.lookAt(signature, ["list@lab.test"])).toMatchObject({ state: "asked", from: "bob@lab.test" });
  });

  it("a message that is itself signed by one of one's own keys is not one to answer", async () => {
    const own = await deskOf(alice);
    expect(await own.look(await own.read(message(await signedBy(alice, [wish()]))))).toEqual({ state: "not-asked" });
  });

  it.each<[string, () => Promise<RequestingSignature>, string]>([
    ["an untrusted signer", () => signatureOf(falseAlice, [wish()]), "pki.untrusted"],
    ["no request", () => signatureOf(alice, []), "protocol.forbidden"],
    ["a receipt", () => signatureOf(alice, [wish()], OID["id-smime-ct-receipt"]), "protocol.forbidden"],
    ["a mailing list", () => signatureOf(alice, [wish(), attribute(OID["id-smime-aa-mlExpandHistory"], derSequence())]), "protocol.forbidden"],
    ["another signer's certificate", async () => ({ ...(await signatureOf(alice, [wish()])), certificates: [eve.certificate.der] }), "cms.signer-certificate-missing"],
    ["another author than the signer", () => signatureOf(alice, [wish()], undefined, "carol@lab.test"), "pki.address-mismatch"],
    ["no SignerInfo", () => Promise.resolve({ signerInfo: utf8("0"), certificates: [alice.certificate.der], author: "alice@lab.test" }), "cms.malformed"],
    ["a request that nobody signed", async () => {
      const { signerInfo, ...more } = await signatureOf(alice, [wish()]);
      return { ...more, signerInfo: fromLatin1(latin1(signerInfo).replace("alice@lab.test", "eve66@evil.xxx")) };
    }, "cms.signature-mismatch"],
  ])("the background judges by itself whatever a frame hands over: %s", async (_what, make, code) => {
    await expect(bobs.lookAt(await make())).rejects.toSatisfy((error: SmimeError) => error.code.startsWith(code));
  });
});

it("who asks for a receipt is judged as the author that the message names: an authority may be trusted for some domains alone (CE-02)", async () => {
  const addresses: (string | null)[] = [];
  const trust: TrustPort = { find: () => Promise.resolve([]), validate: ({ address }) => (addresses.push(address), Promise.resolve({ code: "pki.authority-domains", chain: [], revocation: "not-asked" })) };
  const receipts = receiptService({ trust, send: {} as never, ownKeys: () => Promise.resolve([]), memory: receiptMemory(memoryStore(), now), signed: () => undefined, clock: now });
  await expect(receipts.look(await signatureOf(alice, [wish()]), [], { purpose: { origin: "" } } as Binding)).rejects.toMatchObject({ code: "pki.authority-domains" });
  expect(addresses).toEqual(["alice@lab.test"]);
});

describe("a receipt (ES-03)", () => {
  const asked = async (options: { encrypt?: boolean } = {}): Promise<{ alices: Desk; bobs: Desk; seen: InspectedMessage; original: Bytes }> => {
    const [alices, bobs] = await Promise.all([deskOf(alice), deskOf(bob)]);
    const original = await alices.ask("bob@lab.test", options);
    return { alices, bobs, original, seen: await bobs.read(original) };
  };
  const finished = async (bobs: Desk, seen: InspectedMessage) => {
    const answer = await bobs.answer(seen);
    if (answer.state !== "ready") throw new Error(answer.state);
    return answer;
  };

  it.each([false, true])("goes all the way round and fits (encrypted: %s)", async (encrypt) => {
    const { alices, bobs, seen } = await asked({ encrypt });
    const { envelope, encrypted: closed } = await finished(bobs, seen);
    // A card's login for this frame alone ends with the last of its signatures.
    expect(bobs.signed).toEqual(["reader"]);
    expect([envelope.recipients, closed]).toEqual([["alice@lab.test"], encrypt]);
    const receipt = await alices.read(envelope.mime);
    expect(receipt.status.summary).toMatchObject({ signed: "verified", author: "bob@lab.test", encrypted: encrypt ? "decrypted" : "none" });
    // RFC 2634 §2.4 step 11: an encrypted receipt has a signature around it.
    expect(receipt.status.layers.map(({ type }) => type)).toEqual(encrypt ? ["signed-data", "enveloped-data", "signed-data"] : ["signed-data"]);
    expect(await alices.check(receipt)).toEqual({ state: "fits", sentAt: "2026-09-02T00:00:00.000Z" });
    expect(receipt.receiptRequest).toBeNull();
    expect(await bobs.check(await bobs.read(envelope.mime))).toEqual({ state: "own" });
  });

  it("says outside nothing of the message but its identifier", async () => {
    const { bobs, seen } = await asked({ encrypt: true });
    const { envelope } = await finished(bobs, seen);
    const head = latin1(envelope.mime).split("\r\n\r\n")[0] as string;
    expect(head).toContain("Subject: Signed receipt\r\n");
    expect(head).not.toContain("Did you get this");
  });

  it("is not weaker than the message: without a certificate nothing is made", async () => {
    const { seen } = await asked({ encrypt: true });
    const bobs = await desk({ address: "bob@lab.test", certificate: bob.certificate.der, key: bob.key, anchors: [authority.certificate], people: { "bob@lab.test": bob.certificate.der }, now });
    expect(await bobs.answer(seen)).toMatchObject({ state: "missing", addresses: ["alice@lab.test"] });
    const forced = await deskOf(bob, { AlwaysEncrypt: true });
    expect(await forced.answer((await asked()).seen)).toMatchObject({ state: "ready", encrypted: true });
  });

  it("is made once: what was sent is remembered by a digest alone, and what surely was not is forgotten", async () => {
    const { bobs, seen } = await asked();
    const { ticket } = await finished(bobs, seen);
    const { receipt, signatures } = await bobs.tickets.begin(ticket, bobs.frame("reader"));
    expect([signatures, receipt]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await bobs.memory.sent(receipt as string, "s");
    expect(await bobs.look(seen)).toEqual({ state: "sent", at: "2026-09-02T00:00:00.000Z", taken: false });
    for (const [send, taken] of [["t", false], ["s", true]] as const) {
      await bobs.memory.taken(receipt as string, send);
      expect(await bobs.look(seen)).toMatchObject({ state: "sent", taken });
    }
    expect(await bobs.answer(seen)).toEqual({ state: "refused", code: "send.receipt-sent" });
    expect(JSON.stringify([...bobs.store.sent])).not.toMatch(/alice|bob|lab\.test/);
    await bobs.memory.notSent(receipt as string, "s");
    expect(await bobs.look(seen)).toMatchObject({ state: "asked" });
  });

  it("gives a frame no signature over anything: its ticket has none, and a reader gets none", async () => {
    const { bobs, seen } = await asked();
    const { ticket } = await finished(bobs, seen);
    const request = { ticket, digest: new Uint8Array(32), digestName: "sha256" as const };
    await expect(bobs.keys.sign(bobs.frame("reader"), request)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(bobs.tickets.takeSignature(ticket, bobs.frame("reader"))).rejects.toMatchObject({ code: "send.ticket" });
  });
});

describe("asking for a receipt (ES-02, ES-03)", () => {
  it("is off unless it was asked, needs a signature, and lies in the innermost one alone", async () => {
    const bobs = await deskOf(bob);
    const alices = await deskOf(alice, { TripleWrap: true });
    expect((await bobs.read(await alices.ask("bob@lab.test", { receipt: false }))).receiptRequest).toBeNull();
    expect((await bobs.read(await alices.ask("bob@lab.test", { sign: false, encrypt: true }))).receiptRequest).toBeNull();
    expect(alices.store.asked.size).toBe(0);
    const { status } = await bobs.read(await alices.ask("bob@lab.test", { encrypt: true }));
    expect(status.layers.map(({ signers }) => signers?.map(({ receiptRequest }) => receiptRequest?.to))).toEqual([[undefined], undefined, [["alice@lab.test"]]]);
    expect(alices.store.asked.size).toBe(1);
  });

  it("keeps digests and a time, and nothing that names anybody else", async () => {
    const alices = await deskOf(alice);
    await alices.ask("bob@lab.test");
    const [kept] = [...alices.store.asked.values()];
    expect(Object.keys(kept ?? {}).sort()).toEqual(["contentIdentifier", "digestName", "msgSigDigest", "sentAt", "signatureDigest"]);
    expect(JSON.stringify({ ...kept, contentIdentifier: "" })).not.toMatch(/bob|Did you/);
  });
});

describe("the memory of receipts (ES-03)", () => {
  const id = (i: number): string => hex(utf8(`id ${i}`));
  const signed = { attributes: utf8("attributes"), signature: utf8("signature") };
  const fitting = async (contentIdentifier: string) => ({
    contentType: OID.data,
    contentIdentifier,
    originatorSignature: hex(signed.signature),
    msgSigDigest: hex(new Uint8Array(await crypto.subtle.digest("SHA-384", signed.attributes))),
  });

  it("knows a receipt by everything that it repeats", async () => {
    const memory = receiptMemory(memoryStore(), now);
    await memory.asked(id(1), "sha384", signed);
    const good = await fitting(id(1));
    expect(await memory.confirmed(good)).toBe("2026-09-02T00:00:00.000Z");
    for (const wrong of [{ contentType: OID.signedData }, { contentIdentifier: id(2) }, { originatorSignature: "00" }, { msgSigDigest: "00" }, { msgSigDigest: null }]) {
      expect(await memory.confirmed({ ...good, ...wrong })).toBeNull();
    }
  });

  it("forgets what was asked after a year, and the oldest beyond its limit", async () => {
    let time = now().getTime();
    const store = memoryStore();
    const memory = receiptMemory(store, () => new Date(time));
    for (let i = 0; i < receiptLimits.asked; i++, time++) await memory.asked(id(i), "sha384", signed);
    expect(await memory.confirmed(await fitting(id(0)))).not.toBeNull();
    await memory.asked(id(receiptLimits.asked), "sha384", signed);
    expect([store.asked.size, store.asked.has(id(0)), store.asked.has(id(1))]).toEqual([receiptLimits.asked, false, true]);
    const last = await fitting(id(receiptLimits.asked));
    time += receiptLimits.askedLife;
    expect(await memory.confirmed(last)).not.toBeNull();
    time += 1;
    expect(await memory.confirmed(last)).toBeNull();
    await memory.asked(id(-1), "sha384", signed);
    expect(store.asked.size).toBe(1);
  });

  it("remembers receipts that were sent up to its limit", async () => {
    const store = memoryStore();
    let time = now().getTime();
    const memory = receiptMemory(store, () => new Date(time++));
    for (let i = 0; i < receiptLimits.sent; i++) await store.claimSentReceipt({ digest: String(i), sentAt: new Date(time++).toISOString() });
    expect(await memory.sentAt("0")).not.toBeNull();
    await memory.sent("new", "s");
    expect([store.sent.size, await memory.sentAt("0"), await memory.sentAt("1") !== null]).toEqual([receiptLimits.sent, null, true]);
  });
});

describe("receipts that cannot be what they say (ES-03)", () => {
  it("a receipt of somebody who read another's mail says who signed it, and no more", async () => {
    const alices = await deskOf(alice);
    const content = derSequence(derInteger(1), derOid(OID.data), derOctetString(utf8("id-1")), derOctetString(Uint8Array.of(1, 2, 3)));
    const type = OID["id-smime-ct-receipt"];
    const made = opaque(buildSignedData({ content, contentType: type, signerInfos: [await info(bob, content, [attribute(OID["id-smime-aa-msgSigDigest"], derElement(0x04, new Uint8Array(32)))], type)], certificates: [bob.certificate.der], digestNames: ["sha256"] }));
    const receipt = await alices.read(message(made, { From: "bob@lab.test", To: "alice@lab.test" }));
    expect(receipt.status.summary.signed).toBe("verified");
    expect(await alices.check(receipt)).toEqual({ state: "unknown" });
  });
});
