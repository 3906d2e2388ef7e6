import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-evidence-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Decrypts a stored message with `openssl cms`; rejects if it cannot. */
export function opensslDecrypt(lab: Lab, raw: Buffer, who: string): Promise<Buffer> {
  return opensslDecryptWith({ pem: lab.certificates.pem(who), key: lab.certificates.key(who) }, raw);
}

/** The same with a certificate and its key, PEM files. */
export function opensslDecryptWith({ pem, key }: { pem: string; key: string }, raw: Buffer): Promise<Buffer> {
  return inFolder(async (folder) => {
    const path = join(folder, "in.eml");
    writeFileSync(path, raw);
    return (await openssl(["cms", "-decrypt", "-in", path, "-recip", pem, "-inkey", key])).stdout;
  });
}

/** Whose keys open a stored message, as `openssl cms -print` reads its RecipientInfos (RFC 5652 §6.2). */
export function opensslRecipients(lab: Lab, raw: Buffer, people: string[]): Promise<string[]> {
  return inFolder(async (folder) => {
    const path = join(folder, "in.eml");
    writeFileSync(path, raw);
    const printed = (await openssl(["cms", "-cmsout", "-print", "-noout", "-in", path])).stdout.toString("latin1");
    const named = new Set(Array.from(printed.matchAll(/^ +serialNumber: 0x([0-9A-F]+)$/gim), ([, serial]) => serial?.toUpperCase()));
    const serials = await Promise.all(people.map(async (who) => (await openssl(["x509", "-in", lab.certificates.pem(who), "-noout", "-serial"])).stdout.toString().trim().replace("serial=", "")));
    return people.filter((_, index) => named.has(serials[index]));
  });
}

/** Verifies a signed message or part with `openssl cms` up to the lab's root; answers content and signer, rejects if it is not good. */
export function opensslVerify(lab: Lab, signed: Buffer): Promise<{ content: Buffer; signer: string }> {
  return inFolder(async (folder) => {
    const path = join(folder, "in.eml");
    const signer = join(folder, "signer.pem");
    writeFileSync(path, signed);
    const { stdout } = await openssl(["cms", "-verify", "-in", path, "-CAfile", lab.certificates.root, "-purpose", "smimesign", "-signer", signer]);
    const { stdout: email } = await openssl(["x509", "-in", signer, "-noout", "-email"]);
    return { content: stdout, signer: email.toString().trim() };
  });
}

export interface Leaf {
  type: string;
  name: string | null;
  bytes: Buffer;
}

const unfold = (head: string): string => head.replace(/\r?\n[ \t]+/g, " ");

export function header(mime: Buffer | string, name: string): string | null {
  const text = typeof mime === "string" ? mime : mime.toString("latin1");
  const head = unfold(text.split(/\r?\n\r?\n/, 1)[0] ?? "");
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "im").exec(head)?.[1] ?? null;
}

/** The leaves of a MIME entity, decoded; written apart from our own parser, to be a second opinion on what we wrote. */
export function leaves(mime: string): Leaf[] {
  const type = header(mime, "content-type") ?? "text/plain";
  const at = /\r?\n\r?\n/.exec(mime);
  const body = at ? mime.slice(at.index + at[0].length) : "";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary) {
    return `\n${body}`.split(`\n--${boundary}`).slice(1).filter((part) => !part.startsWith("--")).flatMap((part) => leaves(part.replace(/^[ \t]*\r?\n/, "")));
  }
  const encoding = (header(mime, "content-transfer-encoding") ?? "7bit").toLowerCase();
  const disposition = header(mime, "content-disposition") ?? "";
  const bytes = encoding === "base64"
    ? Buffer.from(body, "base64")
    : Buffer.from(encoding === "quoted-printable" ? body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, pair: string) => String.fromCharCode(parseInt(pair, 16))) : body, "latin1");
  return [{ type: type.split(";")[0]?.toLowerCase() ?? "", name: /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null, bytes }];
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
