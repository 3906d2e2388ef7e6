import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Identity, makePeople, P256, type People, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

const program = resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs");
const mailseal = (...args: string[]) => run(process.execPath, [program, ...args]);

let people: People;
let bob: Identity;
let file: (name: string) => string;

function pkcs12({ name, certificateFile, keyFile }: Identity): void {
  must("openssl", ["pkcs12", "-export", "-in", certificateFile, "-inkey", keyFile, "-passout", "pass:secret", "-out", file(`${name}.p12`)]);
}

beforeAll(() => {
  people = makePeople();
  file = (name) => join(people.folder, name);
  pkcs12(people.make("alice", RSA));
  pkcs12(people.make("carol", P256));
  bob = people.make("bob", RSA);
  writeFileSync(file("password"), "secret");
  writeFileSync(
    file("in.eml"),
    [
      "From: Alice <alice@example.test>", "To: Bob <bob@example.test>", "Subject: Choices", "Date: Sat, 21 Nov 2026 10:00:00 +0100",
      "Message-ID: <one@example.test>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", "Only you can read this.", "",
    ].join("\r\n"),
  );
});

afterAll(() => people.remove());

const sealing = (...more: string[]) => mailseal("seal", "--in", file("in.eml"), "--out", file("chosen.eml"), ...more);

describe("the choices of mailseal seal", () => {
  const bySigner = (name: string, ...more: string[]) => sealing("--sign", file(`${name}.p12`), "--password-file", file("password"), ...more);
  const structure = (): string => String(must("openssl", ["cms", "-cmsout", "-print", "-in", file("chosen.eml")]));

  it("AL-03: v1.5 to an RSA key of which nothing more is known, OAEP where its certificate announces it (RFC 4262) or when asked to", () => {
    const announcing = people.make("dora", RSA, ["1.2.840.113549.1.9.15=DER:300f300d06092a864886f70d0101073000"]);
    const methods = (...more: string[]): string => (expect(sealing(...more)).toMatchObject({ status: 0, err: "" }), /keyEncryptionAlgorithm:\s+algorithm: (\S+)/.exec(structure())?.[1] ?? "");
    expect(methods("--encrypt", bob.certificateFile)).toBe("rsaEncryption");
    expect(methods("--encrypt", announcing.certificateFile)).toBe("rsaesOaep");
    expect(methods("--encrypt", bob.certificateFile, "--oaep")).toBe("rsaesOaep");
  });

  it("AL-02 SG-03: PSS, digest and key identifier as asked for, verified by OpenSSL", () => {
    expect(bySigner("alice", "--pss", "--digest", "SHA-384", "--key-identifier", "--encrypt", bob.certificateFile)).toMatchObject({ status: 0, err: "" });
    expect(structure()).toContain("d.subjectKeyIdentifier");
    const inner = must("openssl", ["cms", "-decrypt", "-in", file("chosen.eml"), "-recip", bob.certificateFile, "-inkey", bob.keyFile]);
    const verified = run("openssl", ["cms", "-verify", "-CAfile", people.caFile], { input: inner });
    expect(verified.status, verified.err).toBe(0);
    const printed = String(must("openssl", ["cms", "-cmsout", "-print"], { input: inner }));
    for (const said of ["d.subjectKeyIdentifier", "rsassaPss", "sha384"]) expect(printed).toContain(said);
  });

  it("HS-04: --shy hides names and time zone outside", () => {
    expect(sealing("--encrypt", bob.certificateFile, "--shy")).toMatchObject({ status: 0, err: "" });
    expect(readFileSync(file("chosen.eml"), "latin1")).toMatch(/^From: alice@example\.test\r\nTo: bob@example\.test\r\nSubject: \[\.\.\.\]\r\nDate: Sat, 21 Nov 2026 09:00:00 \+0000\r\n/);
  });

  it("AL-07: a key that is too short, or not for signing, is told as that", () => {
    pkcs12(people.make("short", ["-newkey", "rsa:1024"]));
    expect(bySigner("short")).toMatchObject({ status: 1, err: expect.stringContaining("keys.weak") as string });
    pkcs12(people.make("reader", RSA, ["keyUsage=keyEncipherment"]));
    expect(bySigner("reader")).toMatchObject({ status: 1, err: expect.stringContaining("keys.wrong-use") as string });
  });

  it("says which fields it leaves out, that the signer is not the author, and that a signature was taken off", () => {
    writeFileSync(file("more.eml"), readFileSync(file("in.eml"), "latin1").replace("Subject:", "Reply-To: x@example.test\r\nX-Other: 1\r\nx-other: 2\r\nBcc: y@example.test\r\nSubject:"));
    const { status, err } = mailseal("seal", "--in", file("more.eml"), "--out", file("chosen.eml"), "--sign", file("carol.p12"), "--password-file", file("password"));
    expect({ status, lines: err.trim().split("\n") }).toEqual({ status: 0, lines: [expect.stringMatching(/: Reply-To, X-Other, x-other, Bcc$/), expect.stringContaining("smime.from-mismatch")] });
    const again = mailseal("seal", "--in", file("chosen.eml"), "--out", file("again.eml"), "--encrypt", bob.certificateFile);
    expect(again).toMatchObject({ status: 0, err: expect.stringMatching(/signed or encrypted itself/) as string });
  });

  it("UI-06: refuses a message of several authors, of whom it could write one", () => {
    for (const from of ["From: Alice <alice@example.test>, carol@example.test", "From: Alice <alice@example.test>\r\nFrom: carol@example.test"]) {
      writeFileSync(file("two.eml"), readFileSync(file("in.eml"), "latin1").replace("From: Alice <alice@example.test>", from));
      expect(mailseal("seal", "--in", file("two.eml"), "--out", file("chosen.eml"), "--encrypt", bob.certificateFile)).toMatchObject({ status: 1, err: expect.stringContaining("smime.from-several") as string });
    }
  });

  it.each([
    [["--encrypt", "z", "--pss"], "--pss"],
    [["--encrypt", "z", "--digest", "sha256"], "--digest"],
    [["--sign", "z", "--password-file", "p", "--digest", "md5"], "md5"],
    [["--sign", "z", "--password-file", "p", "--oaep"], "--oaep"],
    [["--encrypt", "z", "--shy", "--no-header-protection"], "--shy"],
  ])("ends with 2 for a choice that could not be kept: %j", (args, words) => {
    const { status, err } = sealing(...args);
    expect({ status, said: err.split("\n")[0] }).toEqual({ status: 2, said: expect.stringContaining(words) as string });
  });

  it("ends with 2 where the key has no such choice", () => {
    for (const choice of [["--pss"], ["--digest", "sha384", "--pss"]]) expect(bySigner("carol", ...choice)).toMatchObject({ status: 2, err: expect.stringContaining("--pss needs an RSA key") as string });
    pkcs12(people.make("edda", ["-newkey", "ed25519"]));
    expect(bySigner("edda", "--digest", "sha256")).toMatchObject({ status: 2, err: expect.stringContaining("sha512 alone") as string });
  });

  it("reads from standard input and writes to standard output for -", () => {
    const made = run(process.execPath, [program, "seal", "--in", "-", "--out", "-", "--encrypt", bob.certificateFile], { input: readFileSync(file("in.eml")) });
    expect(made).toMatchObject({ status: 0, err: "" });
    expect(String(must("openssl", ["cms", "-decrypt", "-recip", bob.certificateFile, "-inkey", bob.keyFile], { input: made.out }))).toContain("Only you can read this.");
  });
});

describe("standard output", () => {
  const large = (): string => (writeFileSync(file("large.eml"), `${readFileSync(file("in.eml"), "latin1")}${"A line of a large text.\r\n".repeat(200_000)}`), file("large.eml"));
  const shell = (command: string) => run("bash", ["-c", `set -o pipefail; ${command}`, "-", process.execPath, program]);

  it.each(["inspect", "inspect --json"])("a reader that has seen enough is no error: %s", (command) => {
    expect(shell(`"$1" "$2" ${command} "${large()}" | head -n 1 > /dev/null`)).toMatchObject({ status: 0, err: "" });
  });

  it("one that takes its time gets all of it", () => {
    const { out } = shell(`"$1" "$2" seal --in "${large()}" --out - --encrypt "${bob.certificateFile}" | (sleep 1; cat)`);
    expect(out.length).toBeGreaterThan(6_000_000);
    expect(sealing("--in", large(), "--encrypt", bob.certificateFile)).toMatchObject({ status: 0 });
    expect(out.length).toBe(readFileSync(file("chosen.eml")).length);
  });

  it.skipIf(!existsSync("/dev/full"))("a full one is said, and ends with 1", () => {
    expect(shell(`"$1" "$2" inspect "${file("in.eml")}" > /dev/full`)).toMatchObject({ status: 1, err: "mailseal: the standard output cannot be written\n" });
  });
});

describe("mailseal inspect with a key that is not for encryption", () => {
  it.each([["issuer and serial", []], ["key identifier", ["-keyid"]]])("says that the message is for this certificate, which forbids it (recipient by %s)", (_by, more) => {
    const signer = people.make("signer", RSA, ["keyUsage=digitalSignature"]);
    pkcs12(signer);
    must("openssl", ["cms", "-encrypt", "-aes256", ...more, "-in", file("in.eml"), "-out", file("forbidden.eml"), signer.certificateFile]);
    const { status, out, err } = mailseal("inspect", file("forbidden.eml"), "--json", "--identity", file("signer.p12"), "--password-file", file("password"));
    expect({ status, problems: (JSON.parse(String(out)) as { problems: string[] }).problems, err }).toEqual({ status: 0, problems: ["cms.no-recipient-key"], err: expect.stringMatching(/^mailseal: CN=signer,O=Mailseal test: keys\.wrong-use: .{20,}\n$/) as string });
    // Nothing of the kind about somebody else's message.
    must("openssl", ["cms", "-encrypt", "-aes256", "-in", file("in.eml"), "-out", file("other.eml"), bob.certificateFile]);
    expect(mailseal("inspect", file("other.eml"), "--identity", file("signer.p12"), "--password-file", file("password"))).toMatchObject({ status: 0, err: "" });
  });
});
