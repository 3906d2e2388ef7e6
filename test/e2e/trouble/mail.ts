import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Identity } from "../../lab/authority.mjs";
import type { Lab } from "../../lab/lab.mjs";
import { openssl } from "../../lab/openssl.mjs";

let count = 0;
const field = (date: Date): string => date.toUTCString().replace("GMT", "+0000");

/** A clear-signed message from Bob to Alice that OpenSSL made with one of the checked identities, and with what is enclosed for it. */
export async function signedMail({ authority: { certificates } }: Lab, identity: Identity, text = "The figures are right."): Promise<Buffer> {
  const chain = certificates.chain(identity);
  const part = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text}\r\n`);
  const { stdout } = await openssl(
    ["cms", "-sign", "-binary", "-md", "sha256", "-signer", certificates.pem(identity), "-inkey", certificates.key(identity), ...(statSync(chain).size > 0 ? ["-certfile", chain] : [])],
    { input: part },
  );
  const fields = ["From: Bob Example <bob@lab.test>", "To: Alice Example <alice@lab.test>", `Subject: ${identity}`, `Date: ${field(new Date())}`, `Message-ID: <trouble-${++count}@lab.test>`];
  return Buffer.from(`${fields.join("\r\n")}\r\n${stdout.toString("latin1").replace(/\r?\n/g, "\r\n")}`, "latin1");
}

/** A message with header protection (RFC 9788), made by the command line: signed, or only encrypted to Alice. */
export async function sealedMail({ authority, certificates, folder, root }: Lab, by: Identity | "encrypted"): Promise<Buffer> {
  const files = join(folder, "files");
  mkdirSync(files, { recursive: true });
  const lines = ["From: Bob Example <bob@lab.test>", "To: Alice Example <alice@lab.test>", `Subject: ${by}`, `Date: ${field(new Date())}`, `Message-ID: <trouble-${++count}@lab.test>`,
    "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", "The figures are right.", ""];
  const [plain, sealed, secret] = ["plain.eml", "sealed.eml", "password"].map((name) => join(files, name)) as [string, string, string];
  writeFileSync(plain, lines.join("\r\n"));
  const options = ["--encrypt", certificates.certificate("alice")];
  if (by !== "encrypted") {
    const { path, password } = authority.certificates.pkcs12(by);
    writeFileSync(secret, password);
    options.splice(0, 2, "--sign", path, "--password-file", secret);
  }
  await promisify(execFile)(process.execPath, [join(root, "dist/cli/mailseal.mjs"), "seal", "--in", plain, "--out", sealed, ...options]);
  return readFileSync(sealed);
}

/** What a gateway does that means well: a disclaimer below the text. */
export const withDisclaimer = (mail: Buffer): Buffer =>
  Buffer.from(mail.toString("latin1").replace("The figures are right.\r\n", "The figures are right.\r\n\r\nThis mail was scanned for viruses.\r\n"), "latin1");

/** What a server does that writes another sender: only the delivered From changes. */
export const withFrom = (mail: Buffer, from: string): Buffer => Buffer.from(mail.toString("latin1").replace(/^From: .*$/m, `From: ${from}`), "latin1");
