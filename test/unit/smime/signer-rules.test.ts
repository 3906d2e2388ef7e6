import { describe, expect, it } from "vitest";
import { fromLatin1 } from "../../../src/base/bytes.ts";
import { verifySigners } from "../../../src/cms/verify.ts";
import { OID } from "../../../src/pki/oids.ts";
import { infoOver, makeSigner, signedObject as objectOf, usualAttributes } from "../cms/support.ts";
import { issue, type Wish } from "../pki/support/authority.ts";
import { alice, authority, bobReads, clear, eve, message, plain, signed, signedObject } from "./attacks/stage.ts";

const text = plain("Meet me at noon.");
const SERVER = "1.3.6.1.5.5.7.3.1";

describe("the signer's certificate (SG-05)", () => {
  it.each<[string, Partial<Wish>, string]>([
    ["no key usage at all", {}, "ok"],
    ["digitalSignature", { keyUsage: 0x80 }, "ok"],
    ["nonRepudiation", { keyUsage: 0x40 }, "ok"],
    ["keyEncipherment alone", { keyUsage: 0x20 }, "pki.key-usage"],
    ["keyAgreement alone", { keyUsage: 0x08 }, "pki.key-usage"],
    ["emailProtection", { extendedKeyUsage: [OID.emailProtection] }, "ok"],
    ["any extended usage", { extendedKeyUsage: [OID.anyExtendedKeyUsage] }, "ok"],
    ["a server's usage alone", { extendedKeyUsage: [SERVER] }, "pki.extended-key-usage"],
    ["a server's usage beside emailProtection", { extendedKeyUsage: [SERVER, OID.emailProtection] }, "ok"],
  ])("%s", async (_what, wish, code) => {
    const who = issue({ name: "Alice", emails: ["alice@lab.test"], issuer: authority, ...wish });
    const { status } = await bobReads(message(await signed(who, text)));
    expect(status.layers[0]?.signers?.[0]).toMatchObject({ verdict: "valid", code });
    expect(status.summary.signed).toBe(code === "ok" ? "verified" : "unverified");
  });
});

describe("sizes of RSA keys (SG-06)", () => {
  it.each([
    [1024, "cms.algorithm-outdated"],
    [2040, "cms.algorithm-outdated"],
    [2048, "ok"],
    [4096, "ok"],
  ])("%i bits: the mathematics hold, the code is %s", async (modulusLength, code) => {
    const keys = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" }, true, ["sign", "verify"]);
    const who = await makeSigner("Alice", { keys });
    const content = fromLatin1(text);
    const [fact] = await verifySigners(objectOf(content, [who.certificate], [await infoOver(who, await usualAttributes(content))]), null, () => Promise.resolve([]));
    expect(fact).toMatchObject({ verdict: "valid", code });
  });
});

describe("what is learned of a signer (CP-02)", () => {
  it("certificates and signing time of the verified author, nothing of anybody else", async () => {
    const { learned } = await bobReads(message(await signed(alice, text)));
    expect(learned).toMatchObject([{ address: "alice@lab.test", signingTime: "2026-09-01T00:00:00.000Z" }]);
    expect(learned[0]?.ciphers.length).toBeGreaterThan(0);
    expect((await bobReads(message(await signed(eve, text)))).learned).toEqual([]);
    expect((await bobReads(message((await signed(alice, text)).replace("noon", "nine")))).learned).toEqual([]);
  });

  it("and nothing of somebody who signed beside the author: his certificate is not the author's", async () => {
    const { status, learned } = await bobReads(message(clear(text, await signedObject([alice, eve], text, { content: null }))));
    // In whatever order DER put the two.
    expect(status.layers[0]?.signers?.map(({ verdict, code }) => `${verdict} ${code}`).sort()).toEqual(["valid ok", "valid smime.from-mismatch"]);
    expect(learned.map(({ certificates }) => Buffer.from(certificates[0] ?? []).equals(alice.certificate.der))).toEqual([true]);
  });
});

it("UI-05: the certificate's subject stands beside every result, good or bad", async () => {
  for (const [who, change] of [[alice, "noon"], [alice, "nine"], [eve, "noon"]] as const) {
    const { status } = await bobReads(message((await signed(who, text)).replace("noon", change)));
    expect(status.layers[0]?.signers?.[0]).toMatchObject({ subject: who.certificate.subject.rfc4514, addresses: who.certificate.addresses });
  }
});
