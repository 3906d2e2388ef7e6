import { generateKeyPairSync } from "node:crypto";
import { type Bytes, fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { SmimeError } from "../../src/base/errors.ts";
import { cardKeyFacts, cardPrivateKey } from "../../src/keys/card-key.ts";
import { moduleWork } from "../../src/native-host/cards/module-work.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import { derNull, derOid, derSequence } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";
import { cardLimits, cardQuestion, type CardQuestion, cardsSeen, decryptReply, loginReply, octetsReply, type SeenCard } from "../../src/protocol/card-messages.ts";
import { frame, frameReader } from "../../src/protocol/host-frames.ts";
import { hostLimits, hostQuestion, hostReply } from "../../src/protocol/host-messages.ts";
import { toWire } from "../../src/protocol/shape.ts";
import { certificateFor } from "../unit/keys/support/certificate.ts";
import { fakeCard } from "../unit/native-host/fake-card.ts";
import type { Seed } from "./seeds.ts";

/** What crosses between background, host and the process of a card's library, from both sides. */

const certificate = certificateFor(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }));
const place = { module: "/m.so", slot: "0100000000000000", serial: "1", label: "Card" };
const key = { ...place, id: Uint8Array.of(1) };

const asked: CardQuestion[] = [
  { ask: "look", modules: ["/m.so", "C:\\m.dll"], known: "00", wait: 0 },
  { ask: "login", card: place, pin: "123456" },
  { ask: "logout", card: null },
  { ask: "sign", key, scheme: "rsa-pss", digestName: "sha256", data: new Uint8Array(32) },
  { ask: "decrypt", key, padding: "oaep", hash: "sha1", maskHash: "sha256", label: new Uint8Array(2), encryptedKey: new Uint8Array(256) },
  { ask: "derive", key, point: new Uint8Array(65).fill(4) },
];

const json = (value: unknown): Bytes => utf8(JSON.stringify(toWire(value)));

/** Bare and in frames: a changed length seldom fits, and then nothing behind it is looked at. */
export const cardQuestions = (): Seed[] => asked.flatMap((question) => [{ name: question.ask, bytes: json({ do: "card", id: 1, question }) }, { name: `${question.ask}, framed`, bytes: frame({ do: "card", id: 1, question: toWire(question) }) }]);

/** The host takes a question as a whole or not at all; of one that it takes, its library's process answers or throws a code. */
export function readCardQuestion(bytes: Bytes): void {
  let question: CardQuestion;
  try {
    const [message] = bytes[0] === 0x7b ? [parsed(bytes)] : frameReader(hostLimits.question)(bytes);
    const whole = hostQuestion(message);
    if (whole.do !== "card") return;
    question = whole.question;
  } catch (error) {
    if (error instanceof SmimeError) return;
    throw error;
  }
  if (JSON.stringify(toWire(cardQuestion(toWire(question)))) !== JSON.stringify(toWire(question))) throw new Error("a question that is another one when it is read again");
  const { card, pkcs11 } = fakeCard(certificate);
  const work = moduleWork(pkcs11, () => 0);
  for (const each of [asked[1] as CardQuestion, question]) {
    const before = card.calls.length;
    // Every other question meets a library that fails.
    if (each === question && bytes.length % 2 === 1) card.failing = "CKR_DEVICE_ERROR:48";
    try {
      work(each);
    } catch (error) {
      if (!(error instanceof SmimeError)) throw error;
    }
    const logins = card.calls.slice(before).filter((call) => call.startsWith("login"));
    if (logins.length > (each.ask === "login" ? 1 : 0)) throw new Error(`a PIN was sent for ${each.ask}`);
  }
}

const seen: SeenCard = {
  ...place, reader: "R", manufacturer: "M", model: "M", pinPad: false, needsPin: true, loggedIn: true, tries: "low",
  mechanisms: ["rsa-pkcs1", "rsa-raw", "rsa-pss", "rsa-oaep", "ecdsa", "ecdh", "ed25519"], keys: [{ id: Uint8Array.of(1), certificate, eachTime: true }], chain: [certificate],
};

export const cardAnswers = (): Seed[] => [
  { name: "cards", bytes: json({ version: "00", supported: true, modules: [{ path: "/m.so", state: "ready", name: "M", readers: ["R"] }], suggested: ["/n.so"], cards: [seen] }) },
  { name: "login", bytes: json({ result: "wrong", tries: "last" }) },
  ...(["encoded", "plain", "refused"] as const).map((form) => ({ name: form, bytes: json({ form, octets: new Uint8Array(form === "plain" ? 32 : 256).fill(2) }) })),
  { name: "octets", bytes: json({ octets: new Uint8Array(64) }) },
  { name: "part", bytes: json({ id: 1, part: new Uint8Array(9), more: false, code: null }) },
];

const algorithm = derSequence(derOid(OID.rsaEncryption), derNull());
const secret = await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

/** The background takes an answer within its limits or not at all; whatever a card says of a wrapped key, a key of the right length comes out (KT-02). */
export async function readCardAnswer(bytes: Bytes): Promise<void> {
  const value = parsed(bytes);
  for (const { certificate: der } of accepted(cardsSeen, value)?.cards.flatMap(({ keys }) => keys) ?? []) {
    if (der.length > cardLimits.certificate) throw new Error("a certificate above the limit");
    try {
      cardKeyFacts(parseCertificate(der), seen.mechanisms);
    } catch (error) {
      if (!(error instanceof SmimeError)) throw error;
    }
  }
  for (const shape of [loginReply, octetsReply, hostReply]) accepted<unknown>(shape, value);
  const reply = accepted(decryptReply, value);
  const facts = cardKeyFacts(parseCertificate(certificate), seen.mechanisms);
  if (reply === null || facts === null) return;
  const never = (): Promise<never> => Promise.reject(new Error("not asked"));
  const opened = await cardPrivateKey(certificate, facts, { ready: never, sign: never, derive: never, decrypt: () => Promise.resolve(reply), rejection: () => Promise.resolve(secret) })
    .unwrap({ kind: "key-transport", certificateId: "", algorithm, encryptedKey: new Uint8Array(256), keyLength: 32 });
  if (opened.length !== 32) throw new Error(`a content key of ${opened.length} octets`);
}

function accepted<T>(shape: (value: unknown) => T, value: unknown): T | null {
  try {
    return shape(value);
  } catch (error) {
    if (error instanceof SmimeError) return null;
    throw error;
  }
}

function parsed(bytes: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(bytes)) as unknown;
  } catch {
    throw new SmimeError("protocol.malformed");
  }
}
