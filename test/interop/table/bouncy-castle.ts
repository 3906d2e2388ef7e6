import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { copy } from "../../../src/base/bytes.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { Identity, People } from "../support/people.ts";
import { type EncryptJob, NONE, type Outcome, type Program } from "./program.ts";

const JARS = ["bcprov", "bcpkix", "bcmail", "bcutil"].map((name) => `/usr/share/java/${name}.jar`).join(":");
const SOURCE = join(import.meta.dirname, "../bouncy-castle/Bouncy.java");

const CURVES: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521", X25519: "X25519" };

/** Bouncy Castle, in one Java machine for all jobs. */
export function bouncyCastle(people: People): Program {
  const java = spawn("java", ["-XX:TieredStopAtLevel=1", "-cp", JARS, SOURCE], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  const file = (name: string): string => join(people.folder, `bouncy-${name}`);
  const given = (name: string, content: Uint8Array): string => {
    writeFileSync(file(name), content);
    return file(name);
  };
  async function job(what: string, values: Record<string, string | boolean | undefined>): Promise<Outcome> {
    const pairs = Object.entries(values).flatMap(([key, value]) => (value === undefined || value === false ? [] : [`${key}=${String(value)}`]));
    java.stdin.write(`${[what, ...pairs, `out=${file("out")}`].join("\t")}\n`);
    const answer = await answers.next();
    if (answer.done) throw new Error("the Java machine ended");
    const words: string = answer.value;
    return words === "ok" ? { out: copy(readFileSync(file("out"))) } : { message: words.replace(/^(.{90}\S*) .*$/, "$1 …") };
  }
  return {
    name: "Bouncy Castle",
    unsupported: /NoSuchAlgorithm|Unknown key agreement/,
    errs: /^$/,
    verify: (object, text) => job("verify", { in: given("in", object), text: text === null ? undefined : given("text", text) }),
    decrypt: (object, { keyFile }) => job("decrypt", { in: given("in", object), key: keyFile, authenticated: readCms(object).type === "auth-enveloped-data" }),
    readCertificates: (object) => job("verify", { in: given("in", object), certificatesOnly: true }),
    sign({ text, signers, detached, direct, identifier, signingCertificate, ber }) {
      if (signingCertificate) return Promise.resolve(NONE);
      const each = signers.map(({ who, digest, pss }) => `${signatureName(who, digest, pss !== undefined)}:${who.certificateFile}:${who.keyFile}`);
      if (signers.some(({ pss }) => pss !== undefined && pss !== "digest")) return Promise.resolve(NONE);
      return job("sign", { text: given("text", text), signers: each.join(","), detached, direct, identifier, ber });
    },
    encrypt(request) {
      const kind = kindOf(request);
      const authenticated = /-gcm$|poly1305$/.test(request.cipher);
      return job("encrypt", {
        text: given("text", request.text), cipher: OID[request.cipher as keyof typeof OID], kind, authenticated,
        certificates: request.to.map(({ certificateFile }) => certificateFile).join(","),
        identifier: request.identifier, ukm: request.transport.kind === "agree" && request.transport.ukm,
      });
    },
    compress: (text) => job("compress", { text: given("text", text) }),
    writeCertificates: ({ certificateFile }) => job("certificates", { certificate: certificateFile }),
    stop: () => void java.stdin.end(),
  };
}

function signatureName({ key }: Identity, digest: string, pss: boolean): string {
  const hash = digest.toUpperCase();
  switch (key.asymmetricKeyType) {
    case "ec":
      return `${hash}withECDSA`;
    case "ed25519":
      return "Ed25519";
    case "rsa-pss":
      return `${hash}withRSAandMGF1`;
    default:
      return pss ? `${hash}withRSAandMGF1` : `${hash}withRSA`;
  }
}

function kindOf({ transport }: EncryptJob): string {
  const digest = (name: string): string => name.toUpperCase().replace("SHA", "SHA-");
  switch (transport.kind) {
    case "rsa":
      return "rsa";
    case "oaep":
      return `oaep:${digest(transport.hash)}:${digest(transport.mask)}`;
    case "agree":
      return `agree:${OID[transport.scheme as keyof typeof OID]}:${CURVES[transport.curve] ?? transport.curve}`;
    case "kek":
      return `kek:${transport.identifier}:${transport.key}`;
    case "password":
      return `password:${transport.password}`;
  }
}

