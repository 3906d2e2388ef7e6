import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bytes } from "../../../src/base/bytes.ts";
import { must } from "./programs.ts";

export interface Identity {
  name: string;
  /** Paths of PEM files, for other programs. */
  certificateFile: string;
  keyFile: string;
  certificate: Bytes;
  key: KeyObject;
}

export interface People {
  folder: string;
  caFile: string;
  make(name: string, key: string[], extensions?: string[]): Identity;
  /** A person with a key that agrees and does not sign, such as X25519. */
  makeAgreement(name: string, algorithm: string): Identity;
  remove(): void;
}

export const RSA = ["-newkey", "rsa:2048"];
export const P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
export const P384 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
export const P521 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"];

/** Makes a certification authority in a temporary folder; people with certificates of it are made by OpenSSL as tests need them. */
export function makePeople(): People {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-people-"));
  const file = (name: string): string => join(folder, name);
  const config = file("openssl.cnf");
  writeFileSync(config, "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\n");
  const caFile = file("ca.pem");
  const caKey = file("ca.key");
  must("openssl", ["req", "-config", config, "-x509", ...RSA, "-nodes", "-keyout", caKey, "-out", caFile, "-days", "3650", "-subj", "/O=Mailseal test/CN=Test authority",
    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "subjectKeyIdentifier=hash"]);
  return {
    folder,
    caFile,
    make(name, key, extensions = []) {
      const keyFile = file(`${name}.key`);
      const request = file(`${name}.csr`);
      const certificateFile = file(`${name}.pem`);
      const extensionFile = file(`${name}.ext`);
      writeFileSync(extensionFile, [
        "basicConstraints=critical,CA:FALSE",
        "extendedKeyUsage=emailProtection",
        "subjectKeyIdentifier=hash",
        "authorityKeyIdentifier=keyid",
        `subjectAltName=email:${name}@example.test`,
        ...extensions,
      ].join("\n"));
      must("openssl", ["req", "-config", config, "-new", ...key, "-nodes", "-keyout", keyFile, "-out", request, "-subj", `/O=Mailseal test/CN=${name}`]);
      must("openssl", ["x509", "-req", "-in", request, "-CA", caFile, "-CAkey", caKey, "-CAcreateserial", "-days", "3650", "-extfile", extensionFile, "-out", certificateFile]);
      return { name, certificateFile, keyFile, ...load(certificateFile, keyFile) };
    },
    makeAgreement(name, algorithm) {
      // A request must be signed: another key does that, and the certificate takes the public key given by force.
      const keyFile = file(`${name}.key`);
      const publicFile = file(`${name}.pub`);
      const request = file(`${name}.csr`);
      const certificateFile = file(`${name}.pem`);
      const extensionFile = file(`${name}.ext`);
      writeFileSync(extensionFile, `extendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\nsubjectAltName=email:${name}@example.test`);
      must("openssl", ["genpkey", "-algorithm", algorithm, "-out", keyFile]);
      must("openssl", ["pkey", "-in", keyFile, "-pubout", "-out", publicFile]);
      must("openssl", ["req", "-config", config, "-new", ...P256, "-nodes", "-keyout", file(`${name}.sign`), "-out", request, "-subj", `/O=Mailseal test/CN=${name}`]);
      must("openssl", ["x509", "-req", "-in", request, "-force_pubkey", publicFile, "-CA", caFile, "-CAkey", caKey, "-CAcreateserial", "-extfile", extensionFile, "-out", certificateFile]);
      return { name, certificateFile, keyFile, ...load(certificateFile, keyFile) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Reads a certificate and its private key from PEM files. */
export function load(certificateFile: string, keyFile: string): { certificate: Bytes; key: KeyObject } {
  return {
    certificate: new Uint8Array(new X509Certificate(readFileSync(certificateFile)).raw),
    key: createPrivateKey(readFileSync(keyFile)),
  };
}
