import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy, type Bytes } from "../../../src/base/bytes.ts";
import type { People } from "../support/people.ts";
import { run } from "../support/programs.ts";
import { type EncryptJob, NONE, type Outcome, type Program, type SignJob } from "./program.ts";

const PROVIDERS = ["-provider", "legacy", "-provider", "default"];

const SCHEMES: Record<string, string> = {
  "dhSinglePass-stdDH-sha1kdf-scheme": "sha1",
  "dhSinglePass-stdDH-sha224kdf-scheme": "sha224",
  "dhSinglePass-stdDH-sha256kdf-scheme": "sha256",
  "dhSinglePass-stdDH-sha384kdf-scheme": "sha384",
  "dhSinglePass-stdDH-sha512kdf-scheme": "sha512",
};

const CIPHERS: Record<string, string> = {
  "des-ede3-cbc": "-des3",
  "des-cbc": "-des",
  "rc2-cbc": "-rc2",
};

/** `openssl cms`. */
export function openssl(people: People): Program {
  const file = (name: string, content: Uint8Array): string => {
    const path = join(people.folder, `openssl-${name}`);
    writeFileSync(path, content);
    return path;
  };
  const cms = (args: string[], input?: Bytes): Outcome => {
    const out = join(people.folder, "openssl-out");
    const result = run("openssl", ["cms", ...args, "-out", out], { input });
    return result.status === 0 ? { out: copy(readFileSync(out)) } : { message: firstError(result.err) };
  };
  return {
    name: "OpenSSL",
    unsupported: /unsupported|not supported|invalid digest/i,
    errs: /no matching recipient/,
    verify: (object, text) => Promise.resolve(
      cms(["-verify", "-binary", "-inform", "DER", "-in", file("in", object), "-CAfile", people.caFile, "-purpose", "smimesign", ...(text === null ? [] : ["-content", file("text", text)])]),
    ),
    decrypt: (object, { certificateFile, keyFile }) =>
      Promise.resolve(cms(["-decrypt", "-binary", "-inform", "DER", "-in", file("in", object), "-recip", certificateFile, "-inkey", keyFile, ...PROVIDERS])),
    readCertificates(object) {
      const { status, err, out } = run("openssl", ["pkcs7", "-inform", "DER", "-print_certs", "-in", file("in", object)]);
      return Promise.resolve(status === 0 && out.includes("BEGIN CERTIFICATE") ? { out: copy(out) } : { message: firstError(err) });
    },
    sign: (job) => Promise.resolve(cms(["-sign", "-binary", "-outform", "DER", "-in", file("text", job.text), ...signOptions(job)])),
    encrypt(job) {
      const options = encryptOptions(job);
      return Promise.resolve(options === null ? NONE : cms(["-encrypt", "-binary", "-outform", "DER", "-in", file("text", job.text), ...options]));
    },
    compress: (text) => Promise.resolve(cms(["-compress", "-binary", "-outform", "DER", "-in", file("text", text)])),
    writeCertificates({ certificateFile }) {
      const { status, err, out } = run("openssl", ["crl2pkcs7", "-nocrl", "-certfile", certificateFile, "-outform", "DER"]);
      return Promise.resolve(status === 0 ? { out: copy(out) } : { message: firstError(err) });
    },
    stop() {},
  };
}

function signOptions({ signers, detached, direct, identifier, signingCertificate, ber }: SignJob): string[] {
  const each = signers.flatMap(({ who, pss }) => [
    "-signer", who.certificateFile, "-inkey", who.keyFile,
    ...(pss === undefined ? [] : ["-keyopt", "rsa_padding_mode:pss", "-keyopt", `rsa_pss_saltlen:${pss === "20" ? "20" : "digest"}`, ...(pss === "mask sha1" ? ["-keyopt", "rsa_mgf1_md:sha1"] : [])]),
  ]);
  const digest = signers[0]?.digest ?? "sha256";
  return [
    "-md", digest, ...each, ...(detached ? [] : ["-nodetach"]), ...(direct ? ["-noattr"] : []), ...(identifier ? ["-keyid"] : []),
    ...(signingCertificate ? ["-cades"] : []), ...(ber ? ["-stream"] : []),
  ];
}

function encryptOptions({ to, cipher, transport, identifier }: EncryptJob): string[] | null {
  const common = [CIPHERS[cipher] ?? `-${cipher}`, ...PROVIDERS, ...(identifier ? ["-keyid"] : [])];
  const recipients = (...options: string[]): string[] => [...common, ...to.flatMap(({ certificateFile }) => ["-recip", certificateFile, ...options])];
  switch (transport.kind) {
    case "rsa":
      return recipients();
    case "oaep":
      return recipients("-keyopt", "rsa_padding_mode:oaep", "-keyopt", `rsa_oaep_md:${transport.hash}`, "-keyopt", `rsa_mgf1_md:${transport.mask}`);
    case "agree": {
      const digest = SCHEMES[transport.scheme];
      // It has no option for ukm, and puts each recipient into a KeyAgreeRecipientInfo of its own.
      if (digest === undefined && transport.curve === "X25519") return recipients();
      return digest === undefined || transport.ukm || to.length > 1 ? null : recipients("-keyopt", `ecdh_kdf_md:${digest}`);
    }
    case "kek":
      return [...common, "-secretkey", transport.key, "-secretkeyid", transport.identifier];
    case "password":
      return [...common, "-pwri_password", transport.password];
  }
}

/** The reason of the first line of OpenSSL's error queue; what stands around it differs from run to run. */
function firstError(err: string): string {
  for (const line of err.split("\n")) {
    const queued = /^[0-9A-F]+:error:[^:]*:([^:]*):[^:]*:([^:]*):/.exec(line);
    if (queued) return `${queued[1]}: ${queued[2]}`;
  }
  return err.split("\n").find((line) => line.trim() !== "")?.trim() ?? "";
}
