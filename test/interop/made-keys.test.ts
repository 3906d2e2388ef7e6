import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBase64 } from "../../src/base/base64.ts";
import { type Bytes, utf8 } from "../../src/base/bytes.ts";
import { buildEnveloped } from "../../src/cms/build-enveloped.ts";
import { addressToCertify } from "../../src/keys/certification-request.ts";
import { type GeneratedKey, generateKey, type NewKey } from "../../src/keys/generate-key.ts";
import { openStoredKey, type StoredKey } from "../../src/keys/private-key.ts";
import { matchIdentities, readPkcs12 } from "../../src/keys/pkcs12.ts";
import { openSealedKey } from "../../src/keys/protected-key.ts";
import { open } from "../../src/keys/sealed-key.ts";
import { sealingKey } from "../../src/keys/sealed-octets.ts";
import { storeMaterial } from "../../src/keys/store-material.ts";
import { BACKUP_ROUNDS, writePkcs12 } from "../../src/keys/write-pkcs12.ts";
import { certificatesOf, parseCertificate } from "../../src/pki/certificate.ts";
import { wrapPkcs7 } from "../../src/mime/build.ts";
import type { TrustPort } from "../../src/protocol/trust-port.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { localKeyPort } from "../../src/smime/local-key-port.ts";
import { seal } from "../../src/smime/seal.ts";
import { draft } from "../unit/mime/support.ts";
import { has, must, run } from "./support/programs.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
const openssl = (...args: string[]): string => String(must("openssl", args, { cwd: folder }));

const pem = (label: string, der: Uint8Array): string => `-----BEGIN ${label}-----\n${(encodeBase64(der).match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${label}-----\n`;

const alice = { name: "Alice Äpfel", address: "alice@lab.test", digest: "sha256" } as const;

const KINDS: [string, NewKey][] = [
  ["RSA-3072 that signs", { ...alice, kind: "rsa-3072", use: "sign" }],
  ["RSA-3072 that signs with SHA-384", { ...alice, kind: "rsa-3072", use: "sign", digest: "sha384" }],
  ["RSA-3072 for mail", { ...alice, kind: "rsa-3072", use: "encrypt" }],
  ["RSA-3072 for both", { ...alice, kind: "rsa-3072", use: "both" }],
  ["P-256 that signs", { ...alice, kind: "p-256", use: "sign" }],
  ["P-256 for mail", { ...alice, kind: "p-256", use: "encrypt" }],
  ["P-256 for both", { ...alice, kind: "p-256", use: "both" }],
  ["Ed25519", { ...alice, kind: "ed25519", use: "sign" }],
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mailseal-made-"));
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/O=Test/CN=Test CA", "-days", "30");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Issues as an authority does that takes over what is asked for. */
function issue(made: GeneratedKey): Bytes {
  if (made.request === null) {
    writeFileSync(at("public.pem"), pem("PUBLIC KEY", made.spki));
    writeFileSync(at("x.cnf"), "keyUsage=critical,keyAgreement\nextendedKeyUsage=emailProtection\nsubjectAltName=email:alice@lab.test\n");
    openssl("x509", "-new", "-force_pubkey", "public.pem", "-subj", "/CN=Alice", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "20", "-extfile", "x.cnf", "-out", "out.crt");
  } else {
    writeFileSync(at("request.pem"), pem("CERTIFICATE REQUEST", made.request));
    openssl("x509", "-req", "-in", "request.pem", "-copy_extensions", "copyall", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "20", "-out", "out.crt");
  }
  return certificatesOf(readFileSync(at("out.crt")))[0]?.der as Bytes;
}

describe("PKCS#10 requests (RFC 2986)", () => {
  it.each(KINDS)("of %s are verified by OpenSSL, which reads what is asked for", async (_title, wanted) => {
    const { request } = await generateKey(wanted);
    writeFileSync(at("r.pem"), pem("CERTIFICATE REQUEST", request as Bytes));
    expect(run("openssl", ["req", "-in", at("r.pem"), "-verify", "-noout"]).err).toContain("verify OK");
    const text = openssl("req", "-in", "r.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus");
    expect(text).toContain("CN=Alice Äpfel");
    expect(text).toMatch(/Subject Alternative Name:\s+email:alice@lab\.test/);
    expect(text).toMatch(/Extended Key Usage:\s+E-mail Protection/);
    const usage = /Key Usage: critical\s+(.*)/.exec(text)?.[1];
    const encrypting = wanted.kind === "rsa-3072" ? "Key Encipherment" : "Key Agreement";
    expect(usage).toBe({ sign: "Digital Signature", encrypt: encrypting, both: `Digital Signature, ${encrypting}` }[wanted.use]);
  });

  it("name an international local part as SmtpUTF8Mailbox, and a domain in A-labels (RFC 9598)", async () => {
    const made = await generateKey({ ...alice, kind: "p-256", use: "both", address: "jürgen@Bücher.example" });
    expect(parseCertificate(issue(made)).mailboxes).toEqual([{ form: "smtp-utf8", address: "jürgen@xn--bcher-kva.example" }]);
    const other = await generateKey({ ...alice, kind: "p-256", use: "both", address: "juergen@Bücher.example" });
    expect(parseCertificate(issue(other)).mailboxes).toEqual([{ form: "rfc822", address: "juergen@xn--bcher-kva.example" }]);
  });

  it("are made for addresses alone", () => {
    for (const typed of ["", "alice", "@lab.test", "alice@", "a b@lab.test", "alice@lab.test,bob@lab.test", "<alice@lab.test>", "alice@lab_test", `${"a".repeat(320)}@lab.test`, "a\u202elice@lab.test"]) {
      expect(() => addressToCertify(typed), typed).toThrow(expect.objectContaining({ code: "keys.address" }));
    }
    expect(addressToCertify(" Alice.B+c@LAB.test ")).toEqual({ local: "Alice.B+c", domain: "lab.test" });
  });
});

/** Our ports over a made key with the certificate that was issued for it. */
async function ports(wanted: NewKey) {
  const made = await generateKey(wanted);
  const certificate = issue(made);
  const key = { id: "one", key: openStoredKey(structuredClone((await storeMaterial(made.material, certificate)) as StoredKey)), chain: [] };
  const trust: TrustPort = { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "not-asked" }), find: () => Promise.resolve([]) };
  return { certificate, key, keys: localKeyPort([key], { key, encryptionCertificate: null }, () => new Date()), trust };
}

const WITH_X25519: [string, NewKey][] = [...KINDS, ["X25519", { ...alice, kind: "x25519", use: "encrypt" }]];

describe("keys that were made here", () => {
  it.each(KINDS.filter(([, { use }]) => use !== "encrypt"))("sign what OpenSSL verifies: %s (SG-01, AL-02)", async (_title, wanted) => {
    const { key, keys, trust } = await ports(wanted);
    const digestName = key.key.requiredDigest ?? "sha256";
    const [envelope] = await seal(
      draft({ text: "Made here." }),
      { ticket: "", sign: { digestName, clear: true, tripleWrap: false }, encrypt: null, envelopes: [{ recipients: [], visible: true, certificates: [] }], headerPolicy: "none", legacyDisplay: false },
      keys,
    );
    // OpenSSL 3.0 has no Ed25519 in CMS.
    if (wanted.kind === "ed25519") {
      const { status } = await inspect(envelope?.mime ?? new Uint8Array(), { keys, trust });
      expect(status.layers[0]?.signers?.[0]).toMatchObject({ verdict: "valid", digest: "sha512" });
      return;
    }
    const verified = run("openssl", ["cms", "-verify", "-CAfile", at("ca.crt")], { input: envelope?.mime ?? new Uint8Array() });
    expect(verified.err).toContain("erification successful");
    expect(String(verified.out)).toContain("Made here.");
    // Born for one digest, it signs with no other.
    if (wanted.kind === "rsa-3072" && wanted.use === "sign") await expect(key.key.sign(wanted.digest === "sha384" ? "sha256" : "sha384", new Uint8Array(3))).rejects.toThrow("keys.algorithm");
  });

  it.each(WITH_X25519.filter(([, { use }]) => use !== "sign"))("open what was encrypted to them: %s (AL-03, AL-04)", async (_title, wanted) => {
    const { certificate, keys, trust } = await ports(wanted);
    let mail: Uint8Array;
    if (wanted.kind === "x25519") {
      // OpenSSL 3.0 has no X25519 in CMS.
      const cms = await buildEnveloped({ content: utf8("Content-Type: text/plain\r\n\r\nFor you.\r\n"), cipher: "aes-256-cbc", recipients: [{ certificate, keyTransport: "rsaEncryption", useKeyIdentifier: false }] });
      mail = wrapPkcs7(cms, "enveloped-data", "MIME-Version: 1.0\r\n");
    } else mail = must("openssl", ["cms", "-encrypt", "-aes256", "-recip", at("out.crt")], { input: utf8("Content-Type: text/plain\r\n\r\nFor you.\r\n") });
    const { status, content } = await inspect(mail, { keys, trust });
    expect(status.summary.encrypted).toBe("decrypted");
    expect(content.body.text).toContain("For you.");
  });

  it("only sign, and never leave the platform", async () => {
    for (const kind of ["rsa-3072", "p-256", "ed25519"] as const) {
      const { material } = await generateKey({ ...alice, kind, use: "sign" });
      expect(material.kind === "born" && material.key.signing.extractable).toBe(false);
    }
    await expect(generateKey({ ...alice, kind: "ed25519", use: "both" })).rejects.toThrow("keys.algorithm");
    await expect(generateKey({ ...alice, kind: "x25519", use: "sign" })).rejects.toThrow("keys.algorithm");
  });
});

describe("backups (RFC 7292)", () => {
  const kinds: [string, NewKey][] = [...KINDS.filter(([, { use }]) => use !== "sign"), ["X25519", { ...alice, kind: "x25519", use: "encrypt" }]];

  /** PKCS#8 of a key, as its backup gets it. */
  async function octetsOf({ material }: GeneratedKey, key: CryptoKey): Promise<Bytes> {
    if (material.kind === "protected") return openSealedKey(material.sealedFor, material.key, key);
    if (material.kind === "octets") return open(material.sealed);
    throw new Error("no octets");
  }

  async function backup(wanted: NewKey, password: string, rounds: number, underVault: boolean): Promise<Bytes> {
    const key = await sealingKey(new Uint8Array(32).fill(1));
    const made = await generateKey(wanted, underVault ? { name: "waiting", vault: { id: "v", key } } : null);
    expect(made.material.kind).toBe(underVault ? "protected" : "octets");
    const file = await writePkcs12({ pkcs8: await octetsOf(made, key), certificate: issue(made), chain: [certificatesOf(readFileSync(at("ca.crt")))[0]?.der as Bytes], name: "Alice Äpfel" }, password, { rounds });
    writeFileSync(at("backup.p12"), file);
    return file;
  }

  it.each([...kinds.map(([title, wanted]) => [title, wanted, false] as const), ...kinds.slice(-3).map(([title, wanted]) => [`${title} that was born under a vault`, wanted, true] as const)])("of %s are opened by OpenSSL, and by Mailseal, and lie under AES-256 (PC-04)", async (_title, wanted, underVault) => {
    const password = "korrekt Pferd €";
    // One with the rounds that people's files have is enough: each costs seconds.
    const rounds = wanted.kind === "x25519" && !underVault ? BACKUP_ROUNDS : 2000;
    const file = await backup(wanted, password, rounds, underVault);
    const info = run("openssl", ["pkcs12", "-in", at("backup.p12"), "-passin", `pass:${password}`, "-info", "-nodes"]);
    expect(info.status).toBe(0);
    expect(info.err).toContain(`MAC: sha256, Iteration ${rounds}`);
    expect(info.err.split(`PBES2, PBKDF2, AES-256-CBC, Iteration ${rounds}, PRF hmacWithSHA256`)).toHaveLength(3);
    expect(String(info.out).match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(run("openssl", ["pkcs12", "-in", at("backup.p12"), "-passin", "pass:korrekt Pferd", "-nodes"]).status).not.toBe(0);
    const [identity, ...others] = await matchIdentities(await readPkcs12(file, password));
    expect([others.length, identity?.chain.length]).toEqual([0, 0]);
    await expect(readPkcs12(file, "korrekt Pferd")).rejects.toThrow("keys.pkcs12-password");
  });

  it.skipIf(!has("pk12util"))("are opened by NSS", async () => {
    must("certutil", ["-N", "-d", `sql:${folder}`, "--empty-password"]);
    for (const [index, [, wanted]] of kinds.filter(([, { kind }]) => kind !== "x25519").entries()) {
      const password = index === 0 ? "korrekt Pferd €" : "correct horse battery";
      await backup(wanted, password, index === 1 ? BACKUP_ROUNDS : 2000, index % 2 === 1);
      must("pk12util", ["-i", at("backup.p12"), "-d", `sql:${folder}`, "-W", password, "-K", ""], { env: { LC_ALL: "C.UTF-8" } });
    }
    expect(String(must("certutil", ["-K", "-d", `sql:${folder}`])).match(/^<\s*\d+>/gm)).toHaveLength(4);
    expect(BACKUP_ROUNDS).toBeGreaterThanOrEqual(600_000);
  });
});
