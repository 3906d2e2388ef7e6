import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedCertificates } from "../../src/pki/shipped-anchors/anchors.ts";
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

  it.each([
    ["a password (RFC 3211)", ["-pwri_password", "the word"], () => ["--recipient-password-file", file("word")], "id-alg-PWRI-KEK"],
    ["a key that both sides have", ["-secretkey", "a7".repeat(32), "-secretkeyid", "c0ffee"], () => ["--recipient-key", `C0FFEE:${file("kek")}`], "id-aes256-wrap"],
  ])("opens what is locked with %s", (_what, lock, given, keyTransport) => {
    writeFileSync(file("word"), "the word\n");
    writeFileSync(file("other-word"), "another\n");
    writeFileSync(file("kek"), `${"A7".repeat(32)}\n`);
    must("openssl", ["cms", "-encrypt", "-aes256", "-in", file("in.eml"), ...lock, "-from", "alice@example.test", "-out", file("locked.eml")]);
    expect(inspect("locked.eml")).toMatchObject({ summary: { encrypted: "failed" }, problems: ["cms.no-recipient-key"] });
    const seen = inspect("locked.eml", ...given());
    expect(seen).toMatchObject({ summary: { encrypted: "decrypted" }, layers: [{ keyTransport, recipients: [{ own: true }] }] });
    expect(seen.body.text).toContain("Only you can read this.");
    // Several files, each for itself: one that fits is enough.
    expect(inspect("locked.eml", "--recipient-password-file", file("other-word"), ...given())).toMatchObject({ summary: { encrypted: "decrypted" } });
  });

  it("a wrong password or shared key fails like anything else, and wrong options are said (UI-08)", () => {
    writeFileSync(file("other-word"), "another\n");
    writeFileSync(file("short-key"), "a7a7");
    writeFileSync(file("zero-key"), "00".repeat(32));
    must("openssl", ["cms", "-encrypt", "-aes256", "-in", file("in.eml"), "-pwri_password", "the word", "-secretkey", "a7".repeat(32), "-secretkeyid", "c0ffee", "-out", file("locked.eml")]);
    expect(inspect("locked.eml", "--recipient-password-file", file("other-word"))).toMatchObject({ summary: { encrypted: "failed" }, problems: ["cms.decrypt-failed"] });
    expect(inspect("locked.eml", "--recipient-key", `c0ffee:${file("zero-key")}`)).toMatchObject({ summary: { encrypted: "failed" }, problems: ["cms.decrypt-failed"] });
    expect(inspect("locked.eml", "--recipient-key", `c0ffee00:${file("zero-key")}`)).toMatchObject({ problems: ["cms.no-recipient-key"] });
    for (const wrong of ["c0ffee", ":x", `xyz:${file("zero-key")}`, `c0ffee:${file("short-key")}`]) {
      expect(mailseal("inspect", file("locked.eml"), "--recipient-key", wrong), wrong).toMatchObject({ status: 2 });
    }
    for (const nowhere of [["--recipient-key", `c0ffee:${file("nowhere")}`], ["--recipient-password-file", file("nowhere")]]) {
      expect(mailseal("inspect", file("locked.eml"), ...nowhere), nowhere[0]).toMatchObject({ status: 1 });
    }
  });

  it("takes the identity that fits, of several, each with its password or one for all", () => {
    writeFileSync(file("other-password"), "other\r\n");
    must("openssl", ["pkcs12", "-export", "-in", carol.certificateFile, "-inkey", carol.keyFile, "-passout", "pass:other", "-out", file("carol-other.p12")]);
    mailseal("seal", "--in", file("in.eml"), "--out", file("both.eml"), "--encrypt", carol.certificateFile);
    const opened = { summary: { encrypted: "decrypted" } };
    expect(inspect("both.eml", "--identity", file("bob.p12"), "--password-file", file("password"), "--identity", file("carol-other.p12"), "--password-file", file("other-password"))).toMatchObject(opened);
    expect(inspect("both.eml", "--identity", file("bob.p12"), "--identity", file("carol.p12"), "--password-file", file("password"))).toMatchObject(opened);
    expect(inspect("both.eml", "--identity", file("bob.p12"), "--password-file", file("password"))).toMatchObject({ problems: ["cms.no-recipient-key"] });
    expect(mailseal("inspect", file("both.eml"), "--identity", file("bob.p12"))).toMatchObject({ status: 2 });
    expect(mailseal("inspect", file("both.eml"), "--identity", file("bob.p12"), "--password-file", file("other-password"))).toMatchObject({ status: 1, err: expect.stringContaining("keys.pkcs12-password") as string });
  });

  it("names the file that it cannot use, and goes on without a certificate file that holds none (CE-04)", () => {
    writeFileSync(file("empty.pem"), "nothing");
    const { status, err } = mailseal("inspect", file("signed.eml"), "--identity", file("bob.p12"), "--identity", file("empty.pem"), "--password-file", file("password"));
    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/^mailseal: ".*empty\.pem": keys\.pkcs12-malformed: .{20,}\n$/) as string });
    expect(mailseal("seal", "--in", file("in.eml"), "--out", file("no.eml"), "--encrypt", file("empty.pem"))).toMatchObject({ status: 1, err: expect.stringMatching(/empty\.pem": pki\.malformed/) as string });
    const along = mailseal("inspect", file("signed.eml"), "--json", "--trust", people.caFile, "--trust", file("empty.pem"), "--intermediate", file("empty.pem"));
    expect(JSON.parse(String(along.out))).toMatchObject({ summary: { signed: "verified" } });
    expect(along.err.match(/empty\.pem: pki\.malformed/g)).toHaveLength(2);
  });

  it("says what is in a file that holds no message: certificates, a signature alone, half an object", () => {
    must("openssl", ["crl2pkcs7", "-nocrl", "-certfile", alice.certificateFile, "-certfile", people.caFile, "-outform", "DER", "-out", file("certs.p7c")]);
    expect(String(mailseal("inspect", file("certs.p7c")).out)).toMatch(/certificate of CN=alice,O=Mailseal test, for alice@example\.test, by CN=Test authority,O=Mailseal test, valid from .* to .*\n.*certificate of CN=Test authority/);
    must("openssl", ["cms", "-sign", "-in", file("in.eml"), "-signer", alice.certificateFile, "-inkey", alice.keyFile, "-outform", "DER", "-out", file("alone.p7s")]);
    expect(String(mailseal("inspect", file("alone.p7s")).out)).toContain("cms.content-missing");
    writeFileSync(file("half.p7s"), readFileSync(file("alone.p7s")).subarray(0, 200));
    expect(mailseal("inspect", file("half.p7s"))).toMatchObject({ status: 1, err: expect.stringContaining("cms.malformed") as string });
    writeFileSync(file("zero.eml"), "0: a field whose name begins like an object\r\n\r\ntext");
    expect(mailseal("inspect", file("zero.eml"))).toMatchObject({ status: 0 });
  });

  it("skips an mbox's From line, and reads standard input for -", () => {
    writeFileSync(file("one.mbox"), `From alice@example.test Sat Nov 21 10:00:00 2026\n${readFileSync(file("signed.eml"), "latin1")}`, "latin1");
    expect(inspect("one.mbox")).toMatchObject({ summary: { signed: "verified", author: "alice@example.test" } });
    const piped = run(process.execPath, [program, "inspect", "-", "--json", "--trust", people.caFile], { input: readFileSync(file("one.mbox")) });
    expect(JSON.parse(String(piped.out))).toMatchObject({ summary: { signed: "verified" } });
  });

  it("prints every member that is documented, and a bare address, whatever the mail is (UI-05)", () => {
    const seen = inspect("signed.eml") as unknown as { layers: { signers: object[] }[] } & Record<string, object>;
    expect(Object.keys(seen)).toEqual(["summary", "layers", "headers", "body", "attachments", "parts", "problems"]);
    expect(Object.keys(seen["headers"] ?? {})).toEqual(["from", "to", "cc", "subject", "date", "outerFrom", "protected", "fields"]);
    expect(seen.layers[0]?.signers[0]).toMatchObject({ address: "alice@example.test", subject: "CN=alice,O=Mailseal test", issuer: "CN=Test authority,O=Mailseal test", digest: "sha256", verdict: "valid", code: "ok", revocation: "not-asked" });
    expect(seen).toMatchObject({ headers: { from: "alice@example.test", to: ["bob@example.test"] } });
  });

  it("takes ISO 8601 times alone, and judges at that time", () => {
    expect(inspect("signed.eml", "--at", "2001-02-03")).toMatchObject({ summary: { signed: "unverified" }, problems: ["pki.not-yet-valid"] });
    for (const wrong of ["yesterday", "3 May 2026", "2026-05-03 10:00", "2026-13-01"]) expect(mailseal("inspect", file("signed.eml"), "--at", wrong), wrong).toMatchObject({ status: 2 });
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
    expect(mailseal("inspect", file("missing.eml"))).toMatchObject({ status: 1 });
    expect(mailseal("inspect", "--no-such-option")).toMatchObject({ status: 2 });
    expect(mailseal()).toMatchObject({ status: 2 });
  });
});

describe("mailseal", () => {
  it("says its version and how it is used", () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };
    expect(mailseal("--version")).toMatchObject({ status: 0, err: "" });
    expect(String(mailseal("--version").out)).toBe(`mailseal ${version}\n`);
    for (const args of [["--help"], ["-h"], ["help"], ["inspect", "--help"]]) {
      const { status, out, err } = mailseal(...args);
      expect({ status, err }).toEqual({ status: 0, err: "" });
      for (const option of ["--identity", "--recipient-password-file", "--recipient-key", "--triple-wrap", "--no-header-protection", "--version"]) expect(String(out)).toContain(option);
    }
  });

  it.each([
    [["seal", "--in", "x", "--out", "y"], "--sign, --encrypt or both"],
    [["seal", "--in", "x", "--out", "y", "--encrypt", "z", "--triple-wrap"], "--triple-wrap"],
    [["seal", "--in", "x", "--out", "y", "--encrypt", "z", "--opaque"], "--opaque"],
    [["seal", "--in", "x", "--out", "y", "--encrypt", "z", "--cipher", "des-ede3-cbc"], "des-ede3-cbc"],
    [["seal", "--in", "x", "--out", "y", "--sign", "z"], "--password-file"],
    [["inspect"], "one message"],
    [["inspect", "a", "b"], "one message"],
    [["--version", "more"], "--version"],
    [["nonsense"], "nonsense"],
  ])("wrong usage ends with 2 and says what is wrong: %j", (args, words) => {
    const { status, out, err } = mailseal(...args);
    expect({ status, out: String(out) }).toEqual({ status: 2, out: "" });
    expect(err.split("\n")[0]).toContain(words);
  });

  it("an input that is not there ends with 1 and without the usage, in every command and option", () => {
    const [gone, out] = [file("gone"), file("out.eml")];
    const [sign, secret] = [["--sign", file("alice.p12")], ["--password-file", gone]];
    const sealing = ["seal", "--in", file("in.eml"), "--out", out];
    for (const args of [
      ["inspect", gone], ["inspect", people.folder], ["inspect", file("in.eml"), "--trust", gone], ["inspect", file("in.eml"), "--crl", gone],
      ["inspect", file("in.eml"), "--recipient-password-file", gone], ["validate", gone, "--trust", people.caFile], ["validate", alice.certificateFile, "--trust", gone],
      ["seal", "--in", gone, "--out", out, "--encrypt", bob.certificateFile], [...sealing, "--encrypt", gone], [...sealing, ...sign, ...secret],
      ["seal", "--in", file("in.eml"), "--out", join(gone, "out.eml"), "--encrypt", bob.certificateFile],
    ]) {
      const { status, out: said, err } = mailseal(...args);
      expect({ status, said: String(said), lines: err.trim().split("\n").length }, `${args.join(" ")}: ${err}`).toEqual({ status: 1, said: "", lines: 1 });
      expect(err).toMatch(/^mailseal: ".*" cannot be (read|written)$/m);
    }
    expect(mailseal("--help").out.toString()).toMatch(/1 an input is not there, cannot be read/);
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

  it("without --trust it trusts the shipped authorities, and with it none of them (CE-02)", () => {
    const stranger = mailseal("validate", alice.certificateFile, "--json");
    expect({ status: stranger.status, said: JSON.parse(String(stranger.out)) as unknown }).toMatchObject({ status: 1, said: { valid: false, code: "pki.untrusted" } });
    const shipped = file("shipped.pem");
    writeFileSync(shipped, Buffer.from(shippedCertificates[0]?.der ?? "", "base64"));
    // An authority that is trusted for issuing is not trusted as somebody's certificate.
    expect(mailseal("validate", shipped, "--purpose", "any").status).toBe(1);
    expect(mailseal("validate", shipped, "--purpose", "any", "--trust", shipped).status).toBe(0);
    expect(mailseal("validate", shipped, "--purpose", "any", "--trust", people.caFile).status).toBe(1);
  });
});
