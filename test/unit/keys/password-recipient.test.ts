import { createCipheriv, pbkdf2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bytes, hex, utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { unwrapWithPassword } from "../../../src/keys/password-recipient.ts";
import { freshBudget, pkcs12Limits } from "../../../src/keys/pkcs12-limits.ts";
import { secretPort } from "../../../src/keys/secrets.ts";
import { derInteger, derNull, derOctetString, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";

const word = utf8("the word");
const iv = new Uint8Array(16).fill(3);
const salt = new Uint8Array(8).fill(1);
const kek = pbkdf2Sync("the word", salt, 1000, 32, "sha256");
const content = new Uint8Array(32).fill(9);

const derivation = (iterations = 1000): Bytes =>
  derSequence(derOid(OID.PBKDF2), derSequence(derOctetString(salt), derInteger(iterations), derSequence(derOid(OID.hmacWithSHA256), derNull())));
const algorithm = (given: Bytes = iv): Bytes => derSequence(derOid(OID["id-alg-PWRI-KEK"]), derSequence(derOid(OID["aes-256-cbc"]), derOctetString(given)));

function cbc(start: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-cbc", kek, start).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** The wrap of RFC 3211 §2.3.1: formatted block, encrypted, and encrypted once more from the last block on. */
function wrapped(block: Uint8Array): Bytes {
  const once = cbc(iv, block);
  return new Uint8Array(cbc(once.subarray(-16), once));
}

function block(change: { length?: number; check?: number[]; size?: number } = {}): Buffer {
  const check = [0xf6, 0xf6, 0xf6].map((octet, i) => octet ^ (change.check?.[i] ?? 0));
  return Buffer.concat([Buffer.of(change.length ?? 32, ...check), content, Buffer.alloc(64)]).subarray(0, change.size ?? 48);
}

const unwrap = (encryptedKey: Bytes, more: { derivation?: Bytes; algorithm?: Bytes; password?: Bytes } = {}) =>
  unwrapWithPassword(more.password ?? word, { kind: "password", derivation: more.derivation ?? derivation(), algorithm: more.algorithm ?? algorithm(), encryptedKey }, freshBudget());

describe("password recipients (RFC 3211)", () => {
  it("opens what another implementation wrapped, and not with another password", async () => {
    expect(hex((await unwrap(wrapped(block()))) as Bytes)).toBe(hex(content));
    expect(hex((await unwrap(wrapped(block({ size: 64 })))) as Bytes)).toBe(hex(content));
    expect(await unwrap(wrapped(block()), { password: utf8("another") })).toBeNull();
  });

  it.each([
    ["the first octet of the check", { check: [1, 0, 0] }],
    ["the second", { check: [0, 1, 0] }],
    ["the third", { check: [0, 0, 1] }],
    ["a length beyond the block", { length: 45 }],
    ["a length that has no check", { length: 2 }],
  ])("answers null where it differs: %s", async (_what, change) => {
    expect(await unwrap(wrapped(block(change)))).toBeNull();
  });

  it("takes a length up to the block's end", async () => {
    expect(await unwrap(wrapped(block({ length: 44 })))).toHaveLength(44);
    expect(await unwrap(wrapped(block({ length: 3 })))).toHaveLength(3);
  });

  it.each([
    ["one block", new Uint8Array(16), {}, "cms.decrypt-failed"],
    ["no block", new Uint8Array(0), {}, "cms.decrypt-failed"],
    ["part of a block", new Uint8Array(40), {}, "cms.decrypt-failed"],
    ["an IV of another length", new Uint8Array(32), { algorithm: algorithm(new Uint8Array(8)) }, "cms.decrypt-failed"],
    ["no rounds", new Uint8Array(32), { derivation: derivation(0) }, "pki.malformed"],
    ["more rounds than the limit", new Uint8Array(32), { derivation: derivation(pkcs12Limits.pbkdf2Rounds) }, "limits.pkcs12"],
    ["another wrap", new Uint8Array(32), { algorithm: derSequence(derOid(OID["id-aes256-wrap"])) }, "cms.algorithm-unknown"],
    ["another derivation", new Uint8Array(32), { derivation: derSequence(derOid("1.2.3.4")) }, "cms.algorithm-unknown"],
  ])("refuses %s", async (_what, encryptedKey, more, code) => {
    expect(await unwrap(encryptedKey, more).then(() => "opened", codeOf)).toBe(code);
  });

  it.each([[0, "cms.decrypt-failed"], [1, "limits.pkcs12"]] as const)("a message's rounds have a limit of their own: %i above it", async (above, code) => {
    // Two blocks of the derivation's digest make a key of 32 octets, each with all rounds.
    const recipient = { kind: "password", derivation: derivation(pkcs12Limits.messageRounds / 2 + above), algorithm: algorithm(new Uint8Array(16)), encryptedKey: new Uint8Array(32) } as const;
    expect(await secretPort({ keys: [], passwords: [utf8("x")] }).unwrap([recipient]).then(() => "opened", codeOf)).toBe(code);
  });
});
