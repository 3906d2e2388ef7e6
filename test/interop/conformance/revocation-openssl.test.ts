import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must, run } from "../support/programs.ts";

/** The built program, asked about lists and answers that OpenSSL made. */
const program = resolve(import.meta.dirname, "../../../dist/cli/mailseal.mjs");

let folder: string;
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void must("openssl", args, { cwd: folder });

interface Answer {
  valid: boolean;
  code: string;
  revocation: { subject: string; state: string; code: string; source: string | null; reason: string | null; revokedAt: string | null; nextUpdate: string | null }[];
}

function validate(...args: string[]): Answer & { status: number; err: string } {
  const { status, out, err } = run(process.execPath, [program, "validate", file("alice.pem"), "--json", "--trust", file("ca.pem"), ...args]);
  return { ...(JSON.parse(String(out)) as Answer), status, err };
}

function person(name: string, extension: string): void {
  openssl("req", "-config", "ca.cnf", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
  openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-extensions", extension, "-in", `${name}.csr`, "-out", `${name}.pem`);
}

const list = (out: string, ...more: string[]): void => openssl("ca", "-config", "ca.cnf", "-gencrl", "-crldays", "7", "-out", out, ...more);
const answer = (out: string, signer: string, ...more: string[]): void =>
  openssl("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", `${signer}.pem`, "-rkey", `${signer}.key`, "-issuer", "ca.pem", ...more, "-cert", "alice.pem", "-respout", out, "-ndays", "1");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mailseal-revocation-"));
  mkdirSync(file("new"));
  writeFileSync(file("index.txt"), "");
  writeFileSync(file("serial"), "1000");
  writeFileSync(file("crlnumber"), "01");
  writeFileSync(file("ca.cnf"), [
    "[req]", "distinguished_name=dn", "prompt=no", "[dn]",
    "[ca]", "default_ca=our", "[our]", `dir=${folder}`, `database=${file("index.txt")}`, `new_certs_dir=${file("new")}`, `serial=${file("serial")}`, `crlnumber=${file("crlnumber")}`,
    `certificate=${file("ca.pem")}`, `private_key=${file("ca.key")}`, "default_md=sha256", "default_days=30", "policy=any", "crl_extensions=list", "[any]", "commonName=supplied",
    "[list]", "authorityKeyIdentifier=keyid",
    "[person]", "basicConstraints=CA:FALSE", "keyUsage=digitalSignature", "extendedKeyUsage=emailProtection", "subjectAltName=email:alice@example.test",
    "[responder]", "basicConstraints=CA:FALSE", "keyUsage=digitalSignature", "extendedKeyUsage=OCSPSigning", "noCheck=ignored",
  ].join("\n"));
  openssl("req", "-config", "ca.cnf", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "365", "-subj", "/CN=Test authority",
    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "subjectKeyIdentifier=hash");
  person("alice", "person");
  person("responder", "responder");
  list("empty.crl");
  answer("good.der", "ca");
  answer("delegated.der", "responder", "-sha256");
  answer("stranger.der", "alice");
  answer("by-key.der", "responder", "-resp_key_id", "-resp_no_certs");
  openssl("ca", "-config", "ca.cnf", "-revoke", "alice.pem", "-crl_compromise", "20260101000000Z");
  list("revoked.crl");
  openssl("crl", "-in", "revoked.crl", "-outform", "DER", "-out", "revoked.der");
  answer("revoked-answer.der", "ca");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("mailseal validate, with lists that OpenSSL made (RV-01)", () => {
  it("asks nothing where nothing is given, and says so", () => {
    const said = validate();
    expect(said).toMatchObject({ status: 0, valid: true, code: "ok" });
    expect(said.revocation.map(({ state }) => state)).toEqual(["not-asked", "not-asked"]);
  });

  it("good, until the list's end", () => {
    const said = validate("--crl", file("empty.crl"));
    expect(said).toMatchObject({ status: 0, valid: true, code: "ok" });
    expect(said.revocation[0]).toMatchObject({ subject: "CN=alice", state: "good", source: "crl", code: "ok" });
    expect(Date.parse(said.revocation[0]?.nextUpdate ?? "")).toBeGreaterThan(Date.now());
  });

  it.each(["revoked.crl", "revoked.der"])("revoked, with date and reason: %s", (name) => {
    const said = validate("--crl", file(name));
    expect(said).toMatchObject({ status: 1, valid: false, code: "revocation.revoked" });
    expect(said.revocation[0]).toMatchObject({ state: "revoked", reason: "keyCompromise" });
  });

  it("takes the newer of two, and a folder of them (RV-02)", () => {
    expect(validate("--crl", file("empty.crl"), "--crl", file("revoked.crl")).code).toBe("revocation.revoked");
    mkdirSync(file("lists"));
    for (const name of ["empty.crl", "revoked.crl"]) must("cp", [file(name), file("lists")]);
    expect(validate("--crl", file("lists")).code).toBe("revocation.revoked");
  });

  it("is not valid where nothing that was given speaks for the certificate (RV-02)", () => {
    const later = validate("--crl", file("empty.crl"), "--at", new Date(Date.now() + 20 * 86_400_000).toISOString());
    expect(later).toMatchObject({ status: 1, valid: false, code: "revocation.unavailable" });
    expect(later.revocation[0]).toMatchObject({ state: "unreachable", code: "revocation.outdated" });
    writeFileSync(file("text.crl"), "no list");
    const unreadable = validate("--crl", file("text.crl"));
    expect(unreadable).toMatchObject({ status: 1, code: "revocation.unavailable" });
    expect(unreadable.err).toContain("text.crl: revocation.malformed");
    expect(run(process.execPath, [program, "validate", file("alice.pem"), "--trust", file("ca.pem"), "--crl", file("absent")]).status).toBe(1);
  });
});

describe("mailseal validate, with OCSP answers that OpenSSL made (RV-01)", () => {
  it.each([
    ["the authority's own", ["good.der"], [], "ok"],
    ["its responder's", ["delegated.der"], [], "ok"],
    ["its responder's, named by key, the certificate given", ["by-key.der"], ["responder.pem"], "ok"],
    ["its responder's, the certificate nowhere", ["by-key.der"], [], "revocation.unavailable"],
    ["a stranger's", ["stranger.der"], [], "revocation.unavailable"],
    ["revoked", ["revoked-answer.der"], [], "revocation.revoked"],
    ["revoked beside good", ["good.der", "revoked-answer.der"], [], "revocation.revoked"],
  ])("%s", (_name, answers, intermediates, code) => {
    const said = validate(...answers.flatMap((name) => ["--ocsp", file(name)]), ...intermediates.flatMap((name) => ["--intermediate", file(name)]));
    expect({ code: said.code, status: said.status, err: said.err }).toEqual({ code, status: code === "ok" ? 0 : 1, err: "" });
    if (code !== "revocation.unavailable") expect(said.revocation[0]?.source).toBe("ocsp");
  });

  it("says it in words", () => {
    const { out } = run(process.execPath, [program, "validate", file("alice.pem"), "--trust", file("ca.pem"), "--ocsp", file("revoked-answer.der")]);
    expect(String(out)).toMatch(/revocation of CN=alice: revoked at \S+Z \(keyCompromise\), not to be trusted since 2026-01-01T00:00:00.000Z, by an OCSP answer of/);
  });
});

describe("mailseal inspect, with lists that OpenSSL made", () => {
  it.each([
    [[], "not-asked", "verified"],
    [["--crl", "empty.crl"], "good", "verified"],
    [["--crl", "revoked.crl"], "revoked", "unverified"],
    [["--ocsp", "stranger.der"], "unreachable", "unverified"],
  ])("%j: %s, %s", (args, state, signed) => {
    writeFileSync(file("text"), "Content-Type: text/plain\r\n\r\nNoon.\r\n");
    openssl("cms", "-sign", "-in", "text", "-signer", "alice.pem", "-inkey", "alice.key", "-out", "signed.eml", "-from", "alice@example.test", "-to", "bob@example.test", "-subject", "Noon");
    const given = args.map((each) => (each.startsWith("--") ? each : file(each)));
    const said = JSON.parse(String(run(process.execPath, [program, "inspect", file("signed.eml"), "--json", "--trust", file("ca.pem"), ...given]).out)) as { summary: { signed: string }; layers: { signers: { revocation: string; code: string; revocationDetail?: { reason: string | null } }[] }[] };
    const signer = said.layers[0]?.signers[0];
    expect({ state: signer?.revocation, signed: said.summary.signed }).toEqual({ state, signed });
    if (state === "revoked") expect(signer).toMatchObject({ code: "revocation.revoked", revocationDetail: { reason: "keyCompromise" } });
    if (state === "unreachable") expect(signer?.code).toBe("revocation.unavailable");
  });
});
