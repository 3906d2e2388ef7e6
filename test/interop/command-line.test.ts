import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Identity, makePeople, P256, type People, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

// The built program itself, as support staff run it.
const program = resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs");
const mailseal = (...args: string[]) => run(process.execPath, [program, ...args]);

let people: People;
let alice: Identity;
let bob: Identity;
let carol: Identity;
let file: (name: string) => string;

function pkcs12(identity: Identity): string {
  const out = file(`${identity.name}.p12`);
  must("openssl", ["pkcs12", "-export", "-in", identity.certificateFile, "-inkey", identity.keyFile, "-certfile", people.caFile, "-passout", "pass:secret", "-out", out]);
  return out;
}

beforeAll(() => {
  people = makePeople();
  file = (name) => join(people.folder, name);
  alice = people.make("alice", RSA);
  bob = people.make("bob", RSA);
  carol = people.make("carol", P256);
  for (const person of [alice, bob, carol]) pkcs12(person);
  writeFileSync(file("password"), "secret\n");
  writeFileSync(
    file("in.eml"),
    [
      "From: Alice <alice@example.test>",
      "To: Bob <bob@example.test>",
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
      "Date: Sat, 21 Nov 2026 10:00:00 +0000",
      "Message-ID: <one@example.test>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Only you can read this.",
      "From here on too.",
      "",
    ].join("\r\n"),
  );
});

afterAll(() => people.remove());

describe("mailseal seal, judged by OpenSSL", () => {
  it("signs clear text that OpenSSL verifies (CO-10, CO-11)", () => {
    expect(mailseal("seal", "--in", file("in.eml"), "--out", file("signed.eml"), "--sign", file("alice.p12"), "--password-file", file("password"))).toMatchObject({ status: 0 });
    const verified = run("openssl", ["cms", "-verify", "-in", file("signed.eml"), "-CAfile", people.caFile, "-purpose", "smimesign"]);
    expect(verified.status, verified.err).toBe(0);
    expect(readFileSync(file("signed.eml"), "latin1")).toContain("multipart/signed");
  });

  it("signs opaquely", () => {
    mailseal("seal", "--in", file("in.eml"), "--out", file("opaque.eml"), "--sign", file("carol.p12"), "--password-file", file("password"), "--opaque");
    const verified = run("openssl", ["cms", "-verify", "-in", file("opaque.eml"), "-CAfile", people.caFile]);
    expect(verified.status, verified.err).toBe(0);
    expect(String(verified.out)).toContain("Only you can read this.");
  });

  it.each([
    ["bob", "aes-256-cbc"],
    ["carol", "aes-256-cbc"],
    ["bob", "aes-256-gcm"],
    ["carol", "aes-128-gcm"],
    ["bob", "aes-128-cbc"],
  ])("signs and encrypts to %s with %s; the subject is nowhere outside (HS-03)", (name, cipher) => {
    const person = name === "bob" ? bob : carol;
    const sealed = mailseal("seal", "--in", file("in.eml"), "--out", file("sealed.eml"), "--sign", file("alice.p12"), "--password-file", file("password"), "--encrypt", person.certificateFile, "--cipher", cipher);
    expect(sealed.status, sealed.err).toBe(0);
    const message = readFileSync(file("sealed.eml"), "latin1");
    expect(message).toContain("Subject: [...]");
    expect(message).not.toContain("Gr=C3=BC");
    const inner = must("openssl", ["cms", "-decrypt", "-in", file("sealed.eml"), "-recip", person.certificateFile, "-inkey", person.keyFile]);
    const verified = run("openssl", ["cms", "-verify", "-CAfile", people.caFile], { input: inner });
    expect(verified.status, verified.err).toBe(0);
    expect(String(verified.out)).toContain("Only you can read this.");
    expect(String(verified.out)).toContain("HP-Outer: Subject: [...]");
  });
});

describe("mailseal inspect", () => {
  function inspect(name: string, ...more: string[]) {
    const result = mailseal("inspect", file(name), "--json", "--trust", people.caFile, ...more);
    expect(result.status, result.err).toBe(0);
    return JSON.parse(String(result.out)) as { summary: object; headers: { subject: string; protected: boolean; fields: Record<string, string> }; layers: { type: string }[]; body: { text: string } };
  }

  it("reads what seal made: verified, decrypted, the protected subject (HP-02, HP-03)", () => {
    mailseal("seal", "--in", file("in.eml"), "--out", file("both.eml"), "--sign", file("alice.p12"), "--password-file", file("password"), "--encrypt", bob.certificateFile, "--triple-wrap");
    const seen = inspect("both.eml", "--identity", file("bob.p12"), "--password-file", file("password"));
    expect(seen.summary).toEqual({ signed: "verified", encrypted: "decrypted", author: "alice@example.test", pending: false });
    expect(seen.headers).toMatchObject({ subject: "Grüße", protected: true });
    expect(seen.headers.fields).toMatchObject({ subject: "both", from: "signed" });
    expect(seen.layers.map((layer) => layer.type)).toEqual(["multipart-signed", "enveloped-data", "multipart-signed"]);
    // HP-05: the Legacy Display Element is not shown again. RFC 2045: line breaks are LF here.
    expect(seen.body.text.startsWith("Only you can read this.\nFrom here on too.")).toBe(true);
  });

  it("signs opaquely inside the encryption as well when asked to, and the form by itself makes a large file much larger", () => {
    const picture = Buffer.alloc(300_000, 7).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
    writeFileSync(file("large.eml"), readFileSync(file("in.eml"), "latin1").replace("Content-Type: text/plain; charset=utf-8\r\n", 'Content-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n').replace(/\r\n\r\n[^]*/, `\r\n\r\n${picture}\r\n`));
    const sealed = (...more: string[]): number => {
      const made = mailseal("seal", "--in", file("large.eml"), "--out", file("large-out.eml"), "--sign", file("alice.p12"), "--password-file", file("password"), "--encrypt", bob.certificateFile, ...more);
      expect(made.status, made.err).toBe(0);
      return readFileSync(file("large-out.eml")).length;
    };
    expect(sealed("--opaque") / 300_000).toBeGreaterThan(2.4);
    expect(inspect("large-out.eml", "--identity", file("bob.p12"), "--password-file", file("password")).layers.map(({ type }) => type)).toEqual(["enveloped-data", "signed-data"]);
    expect(sealed() / 300_000).toBeLessThan(1.95);
    expect(inspect("large-out.eml", "--identity", file("bob.p12"), "--password-file", file("password"))).toMatchObject({
      summary: { signed: "verified", encrypted: "decrypted" }, headers: { protected: true, subject: "Grüße" }, layers: [{ type: "enveloped-data" }, { type: "multipart-signed" }],
    });
  });

  it("says that nobody trusted vouches for the signer", () => {
    const result = mailseal("inspect", file("signed.eml"), "--json");
    expect(JSON.parse(String(result.out))).toMatchObject({ summary: { signed: "unverified", author: null }, problems: ["pki.untrusted"] });
  });

  it("notices one changed letter (SG-01)", () => {
    writeFileSync(file("changed.eml"), readFileSync(file("signed.eml"), "latin1").replace("Only you", "Only I"), "latin1");
    expect(inspect("changed.eml")).toMatchObject({ summary: { signed: "unverified" }, problems: ["cms.digest-mismatch"] });
  });

  it("reads a bare CMS object in PEM and DER", () => {
    const message = ["cms", "-sign", "-in", file("in.eml"), "-signer", alice.certificateFile, "-inkey", alice.keyFile, "-nodetach"];
    for (const form of ["DER", "PEM"]) {
      must("openssl", [...message, "-outform", form, "-out", file("bare.cms")]);
      expect(inspect("bare.cms")).toMatchObject({ layers: [{ type: "signed-data" }] });
    }
  });

  it("ends with 1 for what is no mail and with 2 for wrong usage", () => {
    writeFileSync(file("no.eml"), "\u0000\u0001\u0002");
    expect(mailseal("inspect", file("no.eml"))).toMatchObject({ status: 1 });
    expect(mailseal("inspect", file("missing.eml"))).toMatchObject({ status: 2 });
    expect(mailseal("inspect", "--no-such-option")).toMatchObject({ status: 2 });
    expect(mailseal()).toMatchObject({ status: 2 });
  });
});

describe("mailseal validate", () => {
  it("finds the path, and refuses another address", () => {
    const valid = mailseal("validate", alice.certificateFile, "--json", "--trust", people.caFile, "--address", "alice@example.test");
    expect(valid.status).toBe(0);
    expect(JSON.parse(String(valid.out))).toMatchObject({ valid: true, code: "ok", path: ["CN=alice,O=Mailseal test", "CN=Test authority,O=Mailseal test"] });
    const other = mailseal("validate", alice.certificateFile, "--json", "--trust", people.caFile, "--address", "bob@example.test");
    expect(other.status).toBe(1);
    expect(JSON.parse(String(other.out))).toMatchObject({ valid: false, code: "pki.address-mismatch" });
  });
});
