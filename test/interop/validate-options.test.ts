import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Issued, issue } from "../unit/pki/support/authority.ts";
import { altNames, mappings, policies, policy, rfc822 } from "../unit/pki/support/path-extensions.ts";
import { makePeople, P256, type People, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

// The built program itself, as support staff run it.
const program = resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs");
const folder = mkdtempSync(join(tmpdir(), "mailseal-validate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saved(name: string, ...issued: Issued[]): string {
  const path = join(folder, name);
  const pem = issued.map(({ certificate }) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate.der).toString("base64")}\n-----END CERTIFICATE-----\n`);
  writeFileSync(path, pem.join(""));
  return path;
}

const [P1, P2] = [policy(1), policy(2)] as [string, string];
const root = issue({ name: "Root", ca: true });
const ca = issue({ name: "CA", issuer: root, ca: true, more: [policies(P1, "2.23.140.1.5.3.2"), mappings([P1, P2])] });
const alice = issue({ name: "Alice", issuer: ca, extendedKeyUsage: ["1.3.6.1.5.5.7.3.4"], more: [altNames(rfc822("alice@example.org")), policies(P2, "2.23.140.1.5.3.2")] });
const files = { root: saved("root.pem", root), ca: saved("ca.pem", ca), alice: saved("alice.pem", alice), both: saved("both.pem", alice, ca), junk: join(folder, "junk.pem") };
writeFileSync(files.junk, "no certificate");

const common = ["--trust", files.root, "--intermediate", files.ca, "--at", "2026-01-01T00:00:00Z"];
const text = (args: string[]) => run(process.execPath, [program, "validate", ...args]);
function json(...args: string[]): { status: number | null; valid: boolean; code: string; path: string[]; policies: string[]; revocation: { state: string }[] } {
  const { status, out } = text(["--json", files.alice, ...common, ...args]);
  return { status, ...(JSON.parse(String(out)) as object) } as ReturnType<typeof json>;
}

describe("mailseal validate: inputs of RFC 5280 (CE-02)", () => {
  it("prints path, policies and revocation", () => {
    const answer = json();
    expect(answer).toMatchObject({ status: 0, valid: true, code: "ok", path: ["CN=Alice", "CN=CA", "CN=Root"] });
    expect(answer.policies.sort()).toEqual([P1, "2.23.140.1.5.3.2"]);
    expect(answer.revocation.map(({ state }) => state)).toEqual(["not-asked", "not-asked", "not-asked"]);
  });

  it.each<[string[], string]>([
    [["--policy", P1, "--require-explicit-policy"], "ok"],
    [["--policy", P2, "--require-explicit-policy"], "pki.policy"],
    [["--policy", P1, "--require-explicit-policy", "--inhibit-policy-mapping"], "pki.policy"],
    [["--policy", P1, "--require-explicit-policy", "--inhibit-any-policy"], "ok"],
    [["--permitted-subtree", "email:example.org"], "ok"],
    [["--permitted-subtree", "example.com", "--permitted-subtree", "example.org"], "ok"],
    [["--permitted-subtree", "email:example.com"], "pki.name-constraints"],
    [["--excluded-subtree", "dirName:CN=Alice"], "pki.name-constraints"],
    [["--max-depth", "1"], "ok"],
    [["--max-depth", "0"], "limits.path"],
    [["--strict"], "pki.profile"],
    [["--purpose", "any"], "ok"],
    [["--address", "ALICE@example.org"], "ok"],
    [["--address", "bob@example.org"], "pki.address-mismatch"],
    [["--at", "2041-01-01T00:00:00Z"], "pki.expired"],
  ])("%j: %s", (args, code) => {
    expect(json(...args)).toMatchObject({ status: code === "ok" ? 0 : 1, valid: code === "ok", code });
  });

  it.each([["--policy", "x"], ["--max-depth", "-1"], ["--permitted-subtree", "ip:1"], ["--purpose", "tls"], ["--at", "soon"]])("wrong usage: %s %s", (...args) => {
    expect(text([files.alice, ...common, ...args]).status).toBe(2);
  });

  it("a certificate that cannot be read is a verdict; one beside it is passed over", () => {
    const { status, out } = text(["--json", files.junk, ...common]);
    expect({ status, ...(JSON.parse(String(out)) as object) }).toMatchObject({ status: 1, valid: false, code: "pki.malformed", path: [] });
    expect(json("--intermediate", files.junk).code).toBe("ok");
  });

  it("takes what stands behind the certificate in its file", () => {
    expect(text([files.both, "--trust", files.root, "--at", "2026-01-01T00:00:00Z"]).status).toBe(0);
  });

  it("explains the path, what was looked at and the policies in words", () => {
    const good = String(text([files.alice, ...common, "--policy", P1, "--address", "alice@example.org"]).out);
    for (const part of ["valid\n", "CN=Alice", "for alice@example.org", "its authority validated: sponsor (multipurpose)", "vouched for by CN=CA", "CN=Root, trusted here", "EC P-256", "signed with ecdsa-with-SHA256", "looked at: signatures, dates at 2026-01-01", `${P1} asked for; ${P1}`, "it is for alice@example.org", "revocation: not asked"]) expect(good).toContain(part);
    const bad = String(text([files.alice, ...common, "--excluded-subtree", "example.org"]).out);
    for (const part of ["not valid, pki.name-constraints:", "this is where: pki.name-constraints"]) expect(bad).toContain(part);
    const open = String(text([files.alice, "--trust", files.root, "--at", "2026-01-01T00:00:00Z"]).out);
    for (const part of ["not valid, pki.untrusted:", "its issuer, CN=CA, is not trusted here"]) expect(open).toContain(part);
  });
});

describe("certificates that go along, and keys that are kept", () => {
  let people: People;
  beforeAll(() => {
    people = makePeople();
  });
  afterAll(() => people.remove());

  function pkcs12(name: string): string {
    const identity = people.make(name, name === "sam" ? P256 : RSA);
    const out = join(people.folder, `${name}.p12`);
    must("openssl", ["pkcs12", "-export", "-in", identity.certificateFile, "-inkey", identity.keyFile, "-certfile", people.caFile, "-passout", "pass:secret", "-out", out]);
    writeFileSync(join(people.folder, "password"), "secret\n");
    writeFileSync(join(people.folder, "in.eml"), "From: a@example.test\r\nSubject: x\r\n\r\nHello\r\n");
    return out;
  }

  it("CE-05: a signature carries the signer's certificate and not the root", () => {
    const p12 = pkcs12("sam");
    const out = join(people.folder, "out.eml");
    must(process.execPath, [program, "seal", "--in", join(people.folder, "in.eml"), "--out", out, "--sign", p12, "--password-file", join(people.folder, "password"), "--opaque"]);
    const certificates = join(people.folder, "certs.pem");
    must("openssl", ["smime", "-pk7out", "-in", out, "-out", join(people.folder, "out.p7")]);
    must("openssl", ["pkcs7", "-in", join(people.folder, "out.p7"), "-print_certs", "-out", certificates]);
    const subjects = String(must("openssl", ["storeutl", "-certs", "-text", "-noout", certificates])).match(/Subject: .*/g);
    expect(subjects).toEqual([expect.stringMatching(/CN ?= ?sam/)]);
  });

  it("CE-06: an expired certificate's key still opens mail", () => {
    const p12 = pkcs12("rita");
    const out = join(people.folder, "sealed.eml");
    must(process.execPath, [program, "seal", "--in", join(people.folder, "in.eml"), "--out", out, "--encrypt", join(people.folder, "rita.pem")]);
    const opened = must(process.execPath, [program, "inspect", out, "--json", "--identity", p12, "--password-file", join(people.folder, "password"), "--at", "2060-01-01T00:00:00Z"]);
    expect(JSON.parse(String(opened))).toMatchObject({ summary: { encrypted: "decrypted" } });
  });
});
