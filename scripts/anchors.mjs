/**
 * Produces the shipped trust anchors, `src/pki/shipped-anchors/anchors.ts`, and their list, `docs/trust-anchors.md`, from the
 * Firefox that is installed here: `node scripts/anchors.mjs`. Run it after Firefox was updated, look at the difference, and
 * commit both. Dates of distrust are kept by hand beside it (`distrust-after.ts`).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mozillaAnchors } from "./lib/mozilla-anchors.mjs";
import { root } from "./lib/run.mjs";

const { firefox, anchors } = await mozillaAnchors();
if (anchors.length < 20) throw new Error(`Firefox names only ${anchors.length} authorities for mail; that cannot be`);
const date = new Date().toISOString().slice(0, 10);

const source = [
  "/** Written by `scripts/anchors.mjs`, not by hand. Certificates are base64 of DER, in the order of their SHA-256. */",
  `export const shippedFrom = { firefox: ${JSON.stringify(firefox)}, date: ${JSON.stringify(date)} } as const;`,
  "",
  "export const shippedCertificates: readonly { sha256: string; der: string }[] = [",
  ...anchors.map(({ sha256, der }) => `  { sha256: "${sha256}", der: "${der}" },`),
  "];",
  "",
].join("\n");

const groups = (sha256) => sha256.match(/.{8}/g).join(" ");
// A name is a stranger's text; the table's marks are taken out of it.
const plain = (name) => name.replace(/[|<>`\\[\]\p{Cc}]/gu, " ").trim();
const page = [
  "# Shipped trust anchors",
  "",
  "The authorities that Mailseal trusts for mail without anybody's doing: those that Mozilla trusts for e-mail. `scripts/anchors.mjs`",
  "writes this page and the data from the certificate database of an installed Firefox; a test does the same again and fails if the",
  "same version of Firefox names others ([decisions/0018-trust-anchors.md](decisions/0018-trust-anchors.md)).",
  "",
  `- Firefox: ${firefox}`,
  `- Date: ${date}`,
  `- Count: ${anchors.length}`,
  "",
  "| Authority | SHA-256 |",
  "|---|---|",
  ...anchors.toSorted((a, b) => (plain(a.name) < plain(b.name) ? -1 : 1)).map(({ sha256, name }) => `| ${plain(name)} | \`${groups(sha256)}\` |`),
  "",
].join("\n");

await writeFile(join(root, "src/pki/shipped-anchors/anchors.ts"), source);
await writeFile(join(root, "docs/trust-anchors.md"), page);
console.log(`${anchors.length} authorities of Firefox ${firefox}`);
compareWithDebian();

/** Debian's own copy of the list is older: that the counts are near each other shows that the question is the right one. */
function compareWithDebian() {
  const library = "/usr/lib/x86_64-linux-gnu/libnssckbi.so";
  const folder = mkdtempSync(join(tmpdir(), "mailseal-nss-"));
  try {
    if (!existsSync(library) || spawnSync("certutil", ["-N", "-d", folder, "--empty-password"]).status !== 0) return;
    symlinkSync(library, join(folder, "libnssckbi.so"));
    const { stdout } = spawnSync("certutil", ["-L", "-d", folder, "-h", "all"], { encoding: "utf8" });
    console.log(`(Debian's libnss3 has ${stdout.match(/,[^,\s]*C[^,\s]*,[^,\s]*[ ]*$/gm)?.length ?? 0} for mail)`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
