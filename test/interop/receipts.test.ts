import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bytes, latin1, utf8 } from "../../src/base/bytes.ts";
import { certificatesOf } from "../../src/pki/certificate.ts";
import { type Desk, desk } from "../unit/background/receipt-desk.ts";
import { type Identity, makePeople, P256, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

/* Signed receipts (RFC 2634 §2) between OpenSSL and our background, in both directions. */

const people = makePeople();
afterAll(() => people.remove());
const file = (name: string): string => join(people.folder, name);
const write = (name: string, content: Uint8Array | string): string => {
  writeFileSync(file(name), content);
  return file(name);
};

const addressOf = ({ name }: Identity): string => `${name}@example.test`;
const alice = people.make("alice", RSA);
const bob = people.make("bob", RSA);
const carol = people.make("carol", P256);

const deskOf = (who: Identity): Promise<Desk> =>
  desk({
    address: addressOf(who),
    certificate: who.certificate,
    key: who.key,
    anchors: certificatesOf(new Uint8Array(readFileSync(people.caFile))),
    people: { [addressOf(alice)]: alice.certificate, [addressOf(bob)]: bob.certificate, [addressOf(carol)]: carol.certificate },
  });

/** A message that OpenSSL signed with options of its own, with the fields of a mail. */
function asked(by: Identity, to: Identity, options: string[]): Uint8Array {
  const part = utf8("Content-Type: text/plain\r\n\r\nPlease confirm.\r\n");
  const signed = must("openssl", ["cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-signer", by.certificateFile, "-inkey", by.keyFile, ...options], { input: part });
  return utf8(`From: ${addressOf(by)}\r\nTo: ${addressOf(to)}\r\nSubject: Asked\r\n${signed.toString("latin1").replace(/\r?\n/g, "\r\n")}`);
}

/** Whether OpenSSL takes a receipt for the message, and what it says. */
function opensslVerifies(receipt: Uint8Array, original: Uint8Array): { status: number; err: string } {
  const der = must("openssl", ["cms", "-cmsout", "-in", write("receipt.eml", receipt), "-outform", "DER"]);
  return run("openssl", ["cms", "-verify_receipt", write("receipt.der", der), "-rctform", "DER", "-in", write("original.eml", original), "-CAfile", people.caFile]);
}

async function answered(by: Desk, original: Uint8Array): Promise<Bytes> {
  const message = await by.read(original);
  expect(await by.look(message)).toMatchObject({ state: "asked" });
  const answer = await by.answer(message);
  if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
  return answer.envelope.mime;
}

describe.each([["RSA", bob], ["P-256", carol]] as const)("a receipt of ours for what OpenSSL asks, %s (ES-03)", (_key, who) => {
  let reader: Desk;
  beforeAll(async () => {
    reader = await deskOf(who);
  });

  it.each([
    ["of everybody", ["-receipt_request_all", "-receipt_request_to", "alice@example.test"]],
    ["of the first tier", ["-receipt_request_first", "-receipt_request_to", "alice@example.test"]],
    ["of named people", ["-receipt_request_from", addressOf(who), "-receipt_request_from", "dave@example.test", "-receipt_request_to", "alice@example.test"]],
  ])("%s, is verified by OpenSSL", async (_from, options) => {
    const original = asked(alice, who, options);
    const receipt = await answered(reader, original);
    expect(latin1(receipt)).toMatch(/^From: \w+@example\.test\r\nTo: alice@example\.test\r\n/);
    expect(latin1(receipt)).toContain("smime-type=signed-receipt");
    const { status, err } = opensslVerifies(receipt, original);
    expect([status, err]).toEqual([0, expect.stringContaining("Verification successful")]);
    // The same program refuses the same receipt for another message.
    expect(opensslVerifies(receipt, asked(alice, who, options)).status).not.toBe(0);
  });

  it("is not made where somebody else is asked, nor where nobody is", async () => {
    const others = await reader.read(asked(alice, who, ["-receipt_request_from", "dave@example.test", "-receipt_request_to", "alice@example.test"]));
    expect(await reader.look(others)).toEqual({ state: "not-asked" });
    await expect(reader.answer(others)).rejects.toMatchObject({ code: "protocol.forbidden" });
    expect((await reader.read(asked(alice, who, []))).receiptRequest).toBeNull();
  });

  it("to an encrypted message is encrypted, signed around with content hints, and verified once opened", async () => {
    const clear = asked(alice, who, ["-receipt_request_all", "-receipt_request_to", "alice@example.test"]);
    const inner = latin1(clear).slice(latin1(clear).indexOf("MIME-Version"));
    const original = utf8(`From: alice@example.test\r\nTo: ${addressOf(who)}\r\nSubject: ...\r\n${must("openssl", ["cms", "-encrypt", "-binary", "-aes256", who.certificateFile], { input: utf8(inner) }).toString("latin1").replace(/\r?\n/g, "\r\n")}`);
    const receipt = await answered(reader, original);
    const outer = run("openssl", ["cms", "-verify", "-in", write("outer.eml", receipt), "-CAfile", people.caFile, "-binary"]);
    expect(outer.status).toBe(0);
    const printed = run("openssl", ["cms", "-cmsout", "-print", "-noout", "-in", file("outer.eml")]).out.toString();
    expect(printed).toMatch(/id-smime-aa-contentHint[^]*id-smime-ct-receipt/);
    const opened = must("openssl", ["cms", "-decrypt", "-in", write("enveloped.eml", outer.out), "-recip", alice.certificateFile, "-inkey", alice.keyFile]);
    const { status, err } = opensslVerifies(opened, utf8(inner));
    expect([status, err]).toEqual([0, expect.stringContaining("Verification successful")]);
  });
});

describe.each([["in the clear", false], ["encrypted", true]] as const)("a receipt of OpenSSL for what we ask, %s (ES-03)", (_how, encrypt) => {
  it("fits the message that was asked for, and no other", async () => {
    const sender = await deskOf(alice);
    const message = await sender.ask(addressOf(bob), { encrypt });
    const original = write("asked.eml", message);
    const signed = encrypt ? write("asked-opened.eml", must("openssl", ["cms", "-decrypt", "-in", original, "-recip", bob.certificateFile, "-inkey", bob.keyFile])) : original;
    // OpenSSL signs receipts for a message with its content in it.
    const printed = run("openssl", ["cms", "-verify", "-receipt_request_print", "-in", signed, "-CAfile", people.caFile, "-out", file("text")]);
    expect([printed.status, printed.err + printed.out.toString()]).toEqual([0, expect.stringContaining("alice@example.test")]);
    const made = must("openssl", ["cms", "-sign_receipt", "-in", signed, "-signer", bob.certificateFile, "-inkey", bob.keyFile, "-outform", "SMIME"]);
    const receipt = await sender.read(utf8(`From: bob@example.test\r\nTo: alice@example.test\r\n${made.toString("latin1").replace(/\r?\n/g, "\r\n")}`));
    expect(receipt.status.summary).toMatchObject({ signed: "verified", author: "bob@example.test" });
    expect(await sender.check(receipt)).toMatchObject({ state: "fits" });
    // Somebody else never asked for it.
    expect(await (await deskOf(carol)).check(receipt)).toEqual({ state: "unknown" });
  });
});
