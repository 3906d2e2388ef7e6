import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openssl } from "../../lab/openssl.mjs";

/** A person's certificate, a PEM file, by the name that a test calls it. */
export type Named = Record<string, string>;

export interface SignedFacts {
  /** Opaque: what is signed lies inside the CMS. */
  opaque: boolean;
  /** OpenSSL's names. */
  digest: string;
  signature: string;
  /** How the SignerInfo names the signer (RFC 5652 §5.3). */
  signer: "issuer and serial" | "key identifier";
  /** Common name of the certificate that the signature is verified with. */
  by: string;
  /** Common names of the certificates that go along, sorted; of people the e-mail address and what the key is for. */
  certificates: string[];
  content: Buffer;
}

export interface EnvelopedFacts {
  cipher: string;
  /** Whom the RecipientInfos name (RFC 5652 §6.2), of the certificates that were asked about, and how; `other` counts the rest. */
  recipients: Record<string, "issuer and serial" | "key identifier">;
  other: number;
}

async function inFolder<T>(use: (file: (name: string, content?: Buffer) => string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-cms-"));
  try {
    return await use((name, content) => {
      if (content) writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `openssl cms` reads of the outermost CMS of a message or part, as text. */
const printed = (raw: Buffer): Promise<string> =>
  inFolder(async (file) => (await openssl(["cms", "-cmsout", "-print", "-noout", "-in", file("in.eml", raw)])).stdout.toString("latin1"));

const one = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? "";

/** Verifies a signature with OpenSSL up to the root of a chain, which has what the message leaves out, and says how it is made; rejects if it is not good. */
export async function signedFacts(raw: Buffer, { chain }: { chain: string }): Promise<SignedFacts> {
  const text = await printed(raw);
  const [signerInfo = ""] = text.split(/^ {4}signerInfos:$/m).slice(1);
  return inFolder(async (file) => {
    const [certificates, signers] = [file("certificates.pem"), file("signers.pem")];
    const { stdout } = await openssl(["cms", "-verify", "-in", file("in.eml", raw), "-CAfile", chain, "-purpose", "smimesign", "-certsout", certificates, "-signer", signers]);
    return {
      opaque: !/eContent: <ABSENT>/.test(text),
      digest: one(signerInfo, /digestAlgorithm: *\n +algorithm: (\S+)/),
      signature: one(signerInfo, /signatureAlgorithm: *\n +algorithm: (\S+)/),
      signer: /^ +d\.subjectKeyIdentifier:/m.test(signerInfo.split("digestAlgorithm:", 1)[0] ?? "") ? "key identifier" : "issuer and serial",
      by: commonNames(signers).join(),
      certificates: commonNames(certificates),
      content: stdout,
    };
  });
}

/** Of the certificates of a PEM file, sorted. */
const commonNames = (pems: string): string[] =>
  (readFileSync(pems, "latin1").match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? []).map((pem) => one(new X509Certificate(pem).subject, /^CN=(.*)$/m)).sort();

/** What OpenSSL reads of an encrypted message: its cipher, and which of the people it names, and how. */
export async function envelopedFacts(raw: Buffer, people: Named): Promise<EnvelopedFacts> {
  const text = await printed(raw);
  const [, infos = "", content = ""] = /^ {4}recipientInfos:\n([^]*?)^ {4}(?:authE|e)ncryptedContentInfo: *\n([^]*)$/m.exec(text) ?? [];
  // OpenSSL writes short numbers in decimal and long ones in hexadecimal, with 0x before them.
  const serials = Array.from(infos.matchAll(/^ +serialNumber: ((?:0x)?[0-9A-F]+)$/gim), ([, serial = ""]) => BigInt(serial));
  const identifiers = Array.from(infos.matchAll(/subjectKeyIdentifier: *\n((?: +[0-9a-f]{4} - .*\n)+)/g), ([, dump = ""]) => octets(dump));
  const recipients: EnvelopedFacts["recipients"] = {};
  for (const [who, pem] of Object.entries(people)) {
    if (serials.includes(BigInt(`0x${new X509Certificate(readFileSync(pem)).serialNumber}`))) recipients[who] = "issuer and serial";
    if (identifiers.includes(await keyIdentifier(pem))) recipients[who] = "key identifier";
  }
  return { cipher: one(content, /contentEncryptionAlgorithm: *\n +algorithm: (\S+)/), recipients, other: serials.length + identifiers.length - Object.keys(recipients).length };
}

/** The octets of OpenSSL's hex dump, lower-case hex. */
const octets = (dump: string): string => Array.from(dump.matchAll(/^ +[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -])+)/gm), ([, line = ""]) => line.replace(/[ -]/g, "")).join("");

const keyIdentifier = async (pem: string): Promise<string> =>
  one((await openssl(["x509", "-in", pem, "-noout", "-ext", "subjectKeyIdentifier"])).stdout.toString(), /^ +([0-9A-F:]+)\s*$/m).replaceAll(":", "").toLowerCase();
