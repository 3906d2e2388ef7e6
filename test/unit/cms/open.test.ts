import { createCipheriv } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { buildEnveloped } from "../../../src/cms/build-enveloped.ts";
import { readCipher } from "../../../src/cms/cipher-parameters.ts";
import { expand } from "../../../src/cms/compressed.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { cmsLimits } from "../../../src/cms/limits.ts";
import { describeRecipients, openEnveloped } from "../../../src/cms/open.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { derBitString, derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive } from "../../../src/pki/der.ts";
import { DerReader, type Tlv } from "../../../src/pki/der-reader.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { KeyPort, UnwrapRequest } from "../../../src/protocol/key-port.ts";
import { asEnveloped, encrypted, makeSigner, rsa, sidOf, type Signer } from "./support.ts";

const content = utf8("Content-Type: text/plain\r\n\r\nsecret\r\n");
const key = new Uint8Array(32).fill(7);

let alice: Signer;
beforeAll(async () => {
  alice = await makeSigner("alice", { keyIdentifier: Uint8Array.of(9, 9) });
});

/** A port whose private operation gives a set answer. */
function port(answer: Bytes | Code, seen: UnwrapRequest[] = [], canDecrypt = true): KeyPort {
  return {
    certificates: () => Promise.resolve([{ id: "a", certificate: alice.certificate, canSign: true, canDecrypt }]),
    choose: ([first = ""]) => Promise.resolve(first),
    sign: () => Promise.reject(new SmimeError("send.ticket")),
    unwrap(request) {
      seen.push(request);
      return typeof answer === "string" ? Promise.reject(new SmimeError(answer)) : Promise.resolve({ contentKey: answer });
    },
  };
}

function transportEntry(rid: Bytes, algorithm: Bytes = rsa): Bytes {
  return derSequence(derInteger(rid[0] === 0x30 ? 0 : 2), rid, algorithm, derOctetString(Uint8Array.of(1, 2, 3)));
}

function object(type: string, recipients: Bytes[], encrypted: Bytes[], mac?: Bytes): Bytes {
  const info = derSequence(derOid(OID.data), ...encrypted);
  return derSequence(derOid(type), derTagged(0, derSequence(derInteger(0), derSetOf(...recipients), info, ...(mac === undefined ? [] : [derOctetString(mac)]))));
}

async function cbc(recipients: Bytes[]): Promise<Bytes> {
  const { algorithm, ciphertext } = await encrypted("aes-256-cbc", key, content);
  return object(OID.envelopedData, recipients, [algorithm, derTaggedPrimitive(0, ciphertext)]);
}

async function open(bytes: Bytes, keys: KeyPort): Promise<string> {
  return await openEnveloped(asEnveloped(bytes), keys).then((opened) => (Buffer.from(opened.content).equals(content) ? "opened" : "another text"), codeOf);
}

describe("opening", () => {
  it("asks once, for the entry that names an own certificate, with what the key port needs", async () => {
    const seen: UnwrapRequest[] = [];
    const other = await makeSigner("other");
    const bytes = await cbc([transportEntry(sidOf(other)), transportEntry(sidOf(alice)), transportEntry(derTaggedPrimitive(0, Uint8Array.of(9, 9)))]);
    expect(await open(bytes, port(key, seen))).toBe("opened");
    expect(seen).toEqual([{ kind: "key-transport", certificateId: "a", algorithm: rsa, encryptedKey: Uint8Array.of(1, 2, 3), keyLength: 32 }]);
  });

  it("recognises the own certificate by key identifier", async () => {
    const bytes = await cbc([transportEntry(derTaggedPrimitive(0, Uint8Array.of(9, 9)))]);
    expect(await open(bytes, port(key))).toBe("opened");
    expect(await open(await cbc([transportEntry(derTaggedPrimitive(0, Uint8Array.of(9)))]), port(key))).toBe("cms.no-recipient-key");
  });

  it("reads one of several keys of a KeyAgreeRecipientInfo, with the ukm told apart from none", async () => {
    const other = await makeSigner("other");
    const algorithm = derSequence(derOid(OID["dhSinglePass-stdDH-sha256kdf-scheme"]), derSequence(derOid(OID["id-aes256-wrap"])));
    const originator = derTagged(0, derTagged(1, derSequence(derOid(OID["id-ecPublicKey"])), derBitString(Uint8Array.of(4, 5))));
    const keys = derSequence(
      derSequence(sidOf(other), derOctetString(Uint8Array.of(1))),
      derSequence(derTagged(0, derOctetString(Uint8Array.of(9, 9)), derElement(0x18, utf8("20260101000000Z"))), derOctetString(Uint8Array.of(2))),
    );
    const agreed = (...ukm: Bytes[]): Bytes => derTagged(1, derInteger(3), originator, ...ukm, algorithm, keys);
    for (const [info, ukm] of [[agreed(), null], [agreed(derTagged(1, derOctetString(new Uint8Array(0)))), new Uint8Array(0)]] as const) {
      const seen: UnwrapRequest[] = [];
      const bytes = await cbc([info]);
      expect(await open(bytes, port(key, seen))).toBe("opened");
      expect(seen).toMatchObject([{ kind: "key-agreement", encryptedKey: Uint8Array.of(2), originatorKey: Uint8Array.of(4, 5), ukm }]);
      expect(describeRecipients(asEnveloped(bytes)).recipients).toEqual([{ issuer: "CN=other", serial: "01", own: false }, { keyIdentifier: "0909", own: false }]);
    }
  });

  it("uses no key that may not decrypt", async () => {
    expect(await open(await cbc([transportEntry(sidOf(alice))]), port(key, [], false))).toBe("cms.no-recipient-key");
  });

  it("RD-04 says that the key management of its entry is unknown, without touching the key", async () => {
    const seen: UnwrapRequest[] = [];
    const bytes = await cbc([transportEntry(sidOf(alice), derSequence(derOid("1.2.3.4"))), derTagged(4, derOid("1.2.3"), derNull())]);
    expect(await open(bytes, port(key, seen))).toBe("cms.algorithm-unknown");
    expect(seen).toEqual([]);
  });

  it("RD-04 takes an entry of its own whose key management is known before one that is not, wherever it stands", async () => {
    const unknown = (name: Bytes) => transportEntry(name, derSequence(derOid("1.2.3.4")));
    const byIdentifier = derTaggedPrimitive(0, Uint8Array.of(9, 9));
    for (const entries of [[unknown(sidOf(alice)), transportEntry(byIdentifier)], [unknown(byIdentifier), transportEntry(sidOf(alice))]]) {
      const seen: UnwrapRequest[] = [];
      expect(await open(await cbc(entries), port(key, seen))).toBe("opened");
      expect(seen).toMatchObject([{ algorithm: rsa }]);
    }
  });

  it("RD-04 says that static-static agreement is unknown, without touching the key", async () => {
    const seen: UnwrapRequest[] = [];
    const algorithm = derSequence(derOid(OID["dhSinglePass-stdDH-sha256kdf-scheme"]), derSequence(derOid(OID["id-aes256-wrap"])));
    const info = derTagged(1, derInteger(3), derTagged(0, sidOf(alice)), algorithm, derSequence(derSequence(sidOf(alice), derOctetString(Uint8Array.of(1)))));
    expect(await open(await cbc([info]), port(key, seen))).toBe("cms.algorithm-unknown");
    expect(seen).toEqual([]);
  });

  it("names a certificate by issuer and serial, and by neither alone", async () => {
    const sameIssuer = await makeSigner("alice", { serial: 2 });
    const sameSerial = await makeSigner("not alice");
    for (const other of [sameIssuer, sameSerial]) expect(await open(await cbc([transportEntry(sidOf(other))]), port(key))).toBe("cms.no-recipient-key");
  });

  it("UI-08 answers alike for a wrong key, a wrong length and a refused unwrapping", async () => {
    const bytes = await cbc([transportEntry(sidOf(alice))]);
    expect(await open(bytes, port(new Uint8Array(32)))).toBe("cms.decrypt-failed");
    expect(await open(bytes, port(new Uint8Array(16)))).toBe("cms.decrypt-failed");
    // A key of 128 bits that does open what claims 256.
    const weaker = await encrypted("aes-128-cbc", key.subarray(0, 16), content);
    const [iv] = new DerReader(weaker.algorithm).enter().rest().slice(1);
    const claimed = derSequence(derOid(OID["aes-256-cbc"]), (iv as Tlv).raw);
    const downgraded = object(OID.envelopedData, [transportEntry(sidOf(alice))], [claimed, derTaggedPrimitive(0, weaker.ciphertext)]);
    expect(await open(downgraded, port(key.subarray(0, 16)))).toBe("cms.decrypt-failed");
    expect(await open(bytes, port("cms.decrypt-failed"))).toBe("cms.decrypt-failed");
    expect(await open(bytes, port("cms.malformed"))).toBe("cms.decrypt-failed");
    expect(await open(bytes, port("internal.unexpected"))).toBe("cms.decrypt-failed");
  });

  it.each(["keys.locked", "keys.operation-limit", "keys.failure-budget", "protocol.unreachable"] as const)("lets the key port's refusal %s through", async (code) => {
    expect(await open(await cbc([transportEntry(sidOf(alice))]), port(code))).toBe(code);
  });

  it("does not take one structure's cipher in the other, nor a short tag, nor absent content", async () => {
    const gcm = await encrypted("aes-256-gcm", key, content);
    const plain = await encrypted("aes-256-cbc", key, content);
    const entry = transportEntry(sidOf(alice));
    const mac = gcm.mac as Bytes;
    const whole = [gcm.algorithm, derTaggedPrimitive(0, gcm.ciphertext)];
    expect(await open(object(OID.authEnvelopedData, [entry], whole, mac), port(key))).toBe("opened");
    expect(await open(object(OID.envelopedData, [entry], whole), port(key))).toBe("cms.algorithm-unknown");
    expect(await open(object(OID.authEnvelopedData, [entry], [plain.algorithm, derTaggedPrimitive(0, plain.ciphertext)], mac), port(key))).toBe("cms.algorithm-unknown");
    expect(await open(object(OID.authEnvelopedData, [entry], whole, mac.subarray(0, 12)), port(key))).toBe("cms.decrypt-failed");
    // The tag's end is where the parameters put it, not where the fields part.
    const moved = [gcm.algorithm, derTaggedPrimitive(0, gcm.ciphertext.subarray(0, -4))];
    const longer = concat(gcm.ciphertext.subarray(-4), mac);
    expect(await open(object(OID.authEnvelopedData, [entry], moved, longer), port(key))).toBe("cms.decrypt-failed");
    expect(await open(object(OID.envelopedData, [entry], [plain.algorithm]), port(key))).toBe("cms.malformed");
    const short = derSequence(derOid(OID["aes-256-gcm"]), derSequence(derOctetString(new Uint8Array(12)), derInteger(4)));
    expect(() => readCipher(parseAlgorithm(short), true)).toThrow("cms.malformed");
  });

  it("AL-04 a GCM tag has 12 octets where its length is not said (RFC 5084 §3.2), and no other then", async () => {
    const gcm = await encrypted("aes-256-gcm", key, content);
    const [nonce] = new DerReader(gcm.algorithm).enter().rest().slice(1).map(({ content: parameters }) => new DerReader(parameters).next());
    const unsaid = derSequence(derOid(OID["aes-256-gcm"]), derSequence((nonce as Tlv).raw));
    const mac = gcm.mac as Bytes;
    const with_ = (tag: Bytes) => object(OID.authEnvelopedData, [transportEntry(sidOf(alice))], [unsaid, derTaggedPrimitive(0, gcm.ciphertext)], tag);
    expect(await open(with_(mac.subarray(0, 12)), port(key))).toBe("opened");
    expect(await open(with_(mac), port(key))).toBe("cms.decrypt-failed");
  });

  it("GCM covers authenticated attributes", async () => {
    const entry = transportEntry(sidOf(alice));
    const attributes = derSequence(derOid(OID.contentType), derSetOf(derOid(OID.data)));
    const nonce = new Uint8Array(12);
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: derSetOf(attributes) }, imported, content));
    const algorithm = derSequence(derOid(OID["aes-256-gcm"]), derSequence(derOctetString(nonce), derInteger(16)));
    const info = derSequence(derOid(OID.data), algorithm, derTaggedPrimitive(0, sealed.subarray(0, -16)));
    const make = (...authenticated: Bytes[]): Bytes =>
      derSequence(derOid(OID.authEnvelopedData), derTagged(0, derSequence(derInteger(0), derSetOf(entry), info, ...authenticated, derOctetString(sealed.subarray(-16)))));
    expect(await open(make(derTagged(1, attributes)), port(key))).toBe("opened");
    expect(await open(make(), port(key))).toBe("cms.decrypt-failed");
  });

  it("AL-04 opens ChaCha20-Poly1305 (RFC 8103), and nothing of it once a bit was changed or the tag cut", async () => {
    const entry = transportEntry(sidOf(alice));
    const { sealed, nonce } = sealedBy("chacha20-poly1305", key);
    const algorithm = derSequence(derOid(OID["chacha20-poly1305"]), derOctetString(nonce));
    const make = (ciphertext: Bytes, mac: Bytes): Bytes => object(OID.authEnvelopedData, [entry], [algorithm, derTaggedPrimitive(0, ciphertext)], mac);
    const [ciphertext, mac] = [sealed.slice(0, -16), sealed.slice(-16)];
    expect(await open(make(ciphertext, mac), port(key))).toBe("opened");
    expect(await open(make(flipped(ciphertext), mac), port(key))).toBe("cms.decrypt-failed");
    expect(await open(make(ciphertext, flipped(mac)), port(key))).toBe("cms.decrypt-failed");
    expect(await open(make(ciphertext, mac.slice(0, 12)), port(key))).toBe("cms.decrypt-failed");
    // The tag has 16 octets, wherever the fields part.
    expect(await open(make(ciphertext.slice(0, -4), concat(ciphertext.slice(-4), mac)), port(key))).toBe("cms.decrypt-failed");
    expect(await open(object(OID.envelopedData, [entry], [algorithm, derTaggedPrimitive(0, sealed)]), port(key))).toBe("cms.algorithm-unknown");
    const longNonce = derSequence(derOid(OID["chacha20-poly1305"]), derOctetString(new Uint8Array(16)));
    expect(() => readCipher(parseAlgorithm(longNonce), true)).toThrow("cms.malformed");
  });

  it("limits the number of recipients, on both sides", async () => {
    const entry = derTagged(4, derOid("1.2.3"), derNull());
    const many = (count: number): Promise<Bytes> => cbc(Array<Bytes>(count).fill(entry));
    expect(codeOfRead(await many(cmsLimits.recipients))).toBe("none");
    expect(codeOfRead(await many(cmsLimits.recipients + 1))).toBe("limits.cms-recipients");
  });
});

function codeOfRead(bytes: Bytes): string {
  try {
    readCms(bytes);
    return "none";
  } catch (error) {
    return codeOf(error);
  }
}

/** Content sealed by node:crypto, the tag behind it. */
function sealedBy(name: "chacha20-poly1305" | "aes-192-gcm", with_: Bytes): { sealed: Bytes; nonce: Bytes } {
  const nonce = new Uint8Array(12).fill(5);
  const cipher = createCipheriv(name as "aes-192-gcm", with_, nonce, { authTagLength: 16 });
  return { nonce, sealed: concat(cipher.update(content), cipher.final(), cipher.getAuthTag()) };
}

function flipped(bytes: Bytes): Bytes {
  return bytes.map((octet, i) => (i === 0 ? octet ^ 1 : octet));
}

describe("AES-192 where the platform has none", () => {
  const short = key.subarray(0, 24);
  afterEach(() => vi.restoreAllMocks());

  /** As Chromium does it. */
  function withoutAes192(): void {
    vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("192-bit AES keys are not supported", "OperationError"));
  }

  it("opens CBC and GCM, and neither when changed", async () => {
    const entry = transportEntry(sidOf(alice));
    const cipher = createCipheriv("aes-192-cbc", short, new Uint8Array(16));
    const chained = concat(cipher.update(content), cipher.final());
    const cbcAlgorithm = derSequence(derOid(OID["aes-192-cbc"]), derOctetString(new Uint8Array(16)));
    const { sealed, nonce } = sealedBy("aes-192-gcm", short);
    const gcmAlgorithm = (tag: number): Bytes => derSequence(derOid(OID["aes-192-gcm"]), derSequence(derOctetString(nonce), derInteger(tag)));
    const inGcm = (ciphertext: Bytes, tag = 16): Bytes =>
      object(OID.authEnvelopedData, [entry], [gcmAlgorithm(tag), derTaggedPrimitive(0, ciphertext)], sealed.slice(-16, tag === 16 ? undefined : tag - 16));
    withoutAes192();
    expect(await open(object(OID.envelopedData, [entry], [cbcAlgorithm, derTaggedPrimitive(0, chained)]), port(short))).toBe("opened");
    expect(await open(object(OID.envelopedData, [entry], [cbcAlgorithm, derTaggedPrimitive(0, chained.slice(0, -1))]), port(short))).toBe("cms.decrypt-failed");
    expect(await open(inGcm(sealed.slice(0, -16)), port(short))).toBe("opened");
    expect(await open(inGcm(flipped(sealed.slice(0, -16))), port(short))).toBe("cms.decrypt-failed");
    expect(await open(inGcm(sealed.slice(0, -16), 12), port(short))).toBe("cms.algorithm-unknown");
  });
});

describe("what is written", () => {
  it("never repeats key, nonce or padding", async () => {
    const recipient = { certificate: alice.certificate, keyTransport: "rsaEncryption", useKeyIdentifier: false } as const;
    const make = (): Promise<Bytes> => buildEnveloped({ content, cipher: "aes-256-gcm", recipients: [recipient] });
    const [one, two] = [asEnveloped(await make()), asEnveloped(await make())];
    expect(one.encrypted.cipher.der).not.toEqual(two.encrypted.cipher.der);
    expect(one.encrypted.segments).not.toEqual(two.encrypted.segments);
    expect(one.recipients).not.toEqual(two.recipients);
  });
});

describe("CompressedData", () => {
  const zlib = derSequence(derOid("1.2.840.113549.1.9.16.3.8"));
  async function compressed(data: Bytes, algorithm: Bytes = zlib): Promise<Bytes> {
    const stream = new Blob([data]).stream().pipeThrough(new CompressionStream("deflate"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    const half = packed.length >> 1;
    const segments = derElement(0x24, derOctetString(packed.subarray(0, half)), derOctetString(packed.subarray(half)));
    return derSequence(derOid(OID.compressedData), derTagged(0, derSequence(derInteger(0), algorithm, derSequence(derOid(OID.data), derTagged(0, segments)))));
  }
  async function read(bytes: Bytes, limit?: number): Promise<string> {
    const cms = readCms(bytes);
    if (cms.type !== "compressed-data") throw new Error(cms.type);
    return await expand(cms, limit).then((out) => Buffer.from(out).toString(), codeOf);
  }

  it("is expanded up to a limit, which is tried on both sides", async () => {
    expect(await read(await compressed(content))).toBe(Buffer.from(content).toString());
    expect(await read(await compressed(content), content.length)).toBe(Buffer.from(content).toString());
    expect(await read(await compressed(content), content.length - 1)).toBe("limits.message-size");
    expect(await read(await compressed(new Uint8Array(50_000_000)), 1_000_000)).toBe("limits.message-size");
  });

  it("says what is wrong with it", async () => {
    expect(await read(await compressed(content, derSequence(derOid("1.2.3"))))).toBe("cms.algorithm-unknown");
    const damaged = await compressed(content);
    damaged[damaged.length - 2] = (damaged[damaged.length - 2] as number) ^ 1;
    expect(await read(damaged)).toBe("cms.malformed");
  });
});
