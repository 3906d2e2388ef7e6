import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Lab } from "../../lab/lab.mjs";

export interface CliMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  /** Content-Type, where it is not a plain text; the parts then stand in `text`. */
  type?: string;
  /** More options of `mailseal seal`. */
  options: string[];
}

const name = (who: string): string => `${who.charAt(0).toUpperCase()}${who.slice(1)} Example <${who}@lab.test>`;

/** A message signed by its sender, made by the command line, which is the same engine. */
export async function sealedByCli({ folder, root, certificates }: Lab, { from, to, subject, text, type = "text/plain; charset=utf-8", options }: CliMail): Promise<Buffer> {
  const files = join(folder, "files");
  mkdirSync(files, { recursive: true });
  const key = certificates.pkcs12(from);
  const paths = { in: join(files, "cli-in.eml"), out: join(files, "cli-out.eml"), password: join(files, `${from}.password`) };
  const lines = [`From: ${name(from)}`, `To: ${name(to)}`, `Subject: ${subject}`, `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <cli-${Date.now()}@lab.test>`, "MIME-Version: 1.0", `Content-Type: ${type}`, "", text, ""];
  writeFileSync(paths.in, lines.join("\r\n"));
  writeFileSync(paths.password, key.password);
  await promisify(execFile)(process.execPath, [join(root, "dist/cli/mailseal.mjs"), "seal", "--in", paths.in, "--out", paths.out, "--sign", key.path, "--password-file", paths.password, ...options]);
  return readFileSync(paths.out);
}
