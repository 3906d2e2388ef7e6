import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { matchIdentities, readPkcs12 } from "../../src/keys/pkcs12.ts";
import { parseAlgorithm } from "../../src/pki/algorithm.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import { validatePath } from "../../src/pki/path.ts";
import { verifyWithKey } from "../../src/pki/verify-signature.ts";

let folder = "";
const at = (name: string): string => join(folder, name);

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

const KINDS = {
  rsa: ["rsa:2048"],
  ec: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  ed25519: ["ed25519"],
} as const;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mailseal-pkcs12-"));
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/O=Test/CN=Test CA", "-days", "30");
  for (const [kind, key] of Object.entries(KINDS)) {
    openssl("req", "-newkey", ...key, "-nodes", "-keyout", `${kind}.key`, "-out", `${kind}.csr`, "-subj", `/CN=${kind}/emailAddress=${kind}@example.org`);
    openssl("x509", "-req", "-in", `${kind}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", `${kind}.crt`, "-days", "20");
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function export_(kind: string, password: string, ...options: string[]): Uint8Array {
  openssl("pkcs12", "-export", "-inkey", `${kind}.key`, "-in", `${kind}.crt`, "-certfile", "ca.crt", "-passout", `pass:${password}`, "-name", kind, "-out", "out.p12", ...options);
  return readFileSync(at("out.p12"));
}

const FORMS: [string, string[]][] = [
  ["as OpenSSL 3 writes it", []],
  ["legacy: RC2-40 and Triple DES", ["-legacy"]],
  ["Triple DES for both", ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"]],
  ["RC2-128 and two-key Triple DES", ["-legacy", "-keypbe", "PBE-SHA1-2DES", "-certpbe", "PBE-SHA1-RC2-128"]],
  ["AES-128 and SHA-512 MAC", ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"]],
  ["PBES2 with Triple DES", ["-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC"]],
  ["certificates in the clear", ["-certpbe", "NONE"]],
  ["no MAC", ["-nomac"]],
];

describe("PKCS#12 files that OpenSSL writes", () => {
  it.each(FORMS)("%s", async (_title, options) => {
    const file = export_("rsa", "Geheim-€", ...options);
    const contents = await readPkcs12(file, "Geheim-€");
    expect(contents.keys.map(({ friendlyName }) => friendlyName)).toEqual(["rsa"]);
    expect(contents.certificates).toHaveLength(2);
    expect(await matchIdentities(contents)).toHaveLength(1);
    await expect(readPkcs12(file, "geheim-€")).rejects.toThrow("keys.pkcs12-password");
    await expect(readPkcs12(file, "")).rejects.toThrow("keys.pkcs12-password");
  });

  it("an empty password", async () => {
    for (const options of [[], ["-legacy"]]) {
      expect((await readPkcs12(export_("ec", "", ...options), "")).keys).toHaveLength(1);
    }
  });

  it("damage and cut-off are told as such and never as something else", async () => {
    const file = export_("ec", "x");
    for (const length of [0, 1, 10, 100, file.length - 1]) await expect(readPkcs12(file.subarray(0, length), "x")).rejects.toThrow(/^keys\.pkcs12-malformed$/);
    for (let i = 0; i < file.length; i += 23) {
      const changed = new Uint8Array(file);
      changed[i] = (changed[i] as number) ^ 0x41;
      const outcome = await readPkcs12(changed, "x").then(
        () => "opened",
        (error: Error) => error.message,
      );
      expect(outcome).toMatch(/^(keys\.pkcs12-(malformed|password|algorithm)|limits\.pkcs12)$/);
    }
  });

  it("a file without a key, and a key without its certificate", async () => {
    openssl("pkcs12", "-export", "-nokeys", "-in", "ca.crt", "-passout", "pass:x", "-out", "only-ca.p12");
    await expect(matchIdentities(await readPkcs12(readFileSync(at("only-ca.p12")), "x"))).rejects.toThrow("keys.pkcs12-no-key");
    openssl("pkcs12", "-export", "-nocerts", "-inkey", "rsa.key", "-passout", "pass:x", "-out", "only-key.p12");
    await expect(matchIdentities(await readPkcs12(readFileSync(at("only-key.p12")), "x"))).rejects.toThrow("keys.pkcs12-no-certificate");
  });

  it.each(Object.keys(KINDS))("a key that came this way signs, and its certificate's path is found: %s", async (kind) => {
    const contents = await readPkcs12(export_(kind, "x"), "x");
    const [identity] = await matchIdentities(contents);
    if (identity === undefined) throw new Error("no identity");
    const key = openStoredKey(structuredClone(await importSoftwareKey(identity.pkcs8, identity.certificate)));
    const certificate = parseCertificate(identity.certificate);
    expect(certificate.addresses).toEqual([`${kind}@example.org`]);
    const data = new TextEncoder().encode("signed attributes");
    const { signature, algorithm } = await key.sign("sha256", data);
    expect(await verifyWithKey(certificate.spki, parseAlgorithm(algorithm), data, signature, { digest: "sha256" })).toBe("valid");
    const anchors = contents.certificates.map((entry) => parseCertificate(entry.certificate)).filter(({ subject }) => subject.commonName === "Test CA");
    expect((await validatePath({ leaf: certificate, others: [], anchors, at: new Date(), purpose: "sign" })).code).toBe("ok");
  });
});
