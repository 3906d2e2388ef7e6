/**
 * Makes `dist/packages`: what goes to the stores, what an organisation hands to its browsers itself, and the native host. Two runs
 * on two checkouts give the same bytes, if they are given the same key.
 *
 *   --base URL       where the files will be fetched from, for updates.xml, updates.json and the policies
 *   --webmail ORIGIN the organisation's webmail, which the package then needs no click for; as often as there are webmails
 *   --with-host      the native host needs no click either
 *   --version V      another version than that of package.json
 *   --out FOLDER     instead of dist/packages
 *
 * MAILSEAL_SIGNING_KEY is an RSA key as PEM, or its path; without it the key is one for tests.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { node, root } from "./lib/run.mjs";
import { crx3, extensionId, publicKeyOf } from "./package/crx.mjs";
import { byName, filesOf, text, withJson } from "./package/files.mjs";
import { hostPackages } from "./package/host.mjs";
import { forOrganisation, forStore } from "./package/manifests.mjs";
import { ownPolicyFiles } from "./package/policies.mjs";
import { signingKey } from "./package/signing-key.mjs";
import { updatesJson, updatesXml } from "./package/updates.mjs";
import { zip } from "./package/zip.mjs";

const { values: given } = parseArgs({
  options: { base: { type: "string", default: "https://updates.example.org/mailseal" }, webmail: { type: "string", multiple: true, default: [] }, "with-host": { type: "boolean", default: false }, version: { type: "string" }, out: { type: "string", default: "dist/packages" } },
});

const base = given.base.replace(/\/$/, "");
const webmails = given.webmail.map((address) => {
  const { protocol, hostname, origin } = new URL(address);
  // A star is a host name to the URL parser and every host to a match pattern.
  if (!["https:", "http:"].includes(protocol) || hostname.includes("*")) throw new Error(`"${address}" names no webmail`);
  return origin;
});
const key = signingKey(root, process.env.MAILSEAL_SIGNING_KEY);
const id = extensionId(publicKeyOf(key.pem));
const out = resolve(given.out);
const built = join(out, "unpacked");

if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, "SHA256SUMS"))) {
  console.error(`${out} holds something else than packages, and stays as it is`);
  process.exit(2);
}
// Only what an earlier run made: somebody may keep other files beside it.
const earlier = existsSync(join(out, "SHA256SUMS")) ? readFileSync(join(out, "SHA256SUMS"), "utf8").split("\n").flatMap((line) => /^[0-9a-f]{64} [ *](.+)$/.exec(line)?.[1] ?? []) : [];
for (const name of earlier) if (resolve(out, name).startsWith(`${out}/`)) rmSync(join(out, name), { force: true });
for (const name of ["SHA256SUMS", "unpacked"]) rmSync(join(out, name), { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { code, output } = await node("scripts/build.mjs", ["--out", built, "--extension-id", id, ...(given.version ? ["--version", given.version] : [])], { quiet: true });
if (code !== 0) {
  console.error(output.trimEnd());
  process.exit(1);
}

const chrome = filesOf(join(built, "chrome"));
const firefox = filesOf(join(built, "firefox"));
const json = (files, name) => JSON.parse(Buffer.from(files.find(({ path }) => path === name).bytes).toString("utf8"));
const { version, minimum_chrome_version: chromeVersion } = json(chrome, "manifest.json");
const { id: gecko, strict_min_version: firefoxVersion } = json(firefox, "manifest.json").browser_specific_settings.gecko;

const own = { webmails, host: given["with-host"] };
const names = { crx: `mailseal-${version}.crx`, xpi: `mailseal-${version}.xpi` };
const crx = crx3(zip(withJson(chrome, "manifest.json", forOrganisation("chromium", { ...own, updates: `${base}/updates.xml` }))), key.pem);
const xpi = zip(withJson(firefox, "manifest.json", forOrganisation("firefox", { ...own, updates: `${base}/updates.json` })));

const made = [
  { path: `mailseal-${version}-chrome-store.zip`, bytes: zip(withJson(chrome, "manifest.json", forStore)) },
  { path: `mailseal-${version}-firefox-store.zip`, bytes: zip(firefox) },
  { path: names.crx, bytes: crx },
  { path: "updates.xml", bytes: text(updatesXml({ id, version, minimum: chromeVersion, url: `${base}/${names.crx}`, bytes: crx })) },
  { path: names.xpi, bytes: xpi },
  { path: "updates.json", bytes: text(updatesJson({ id: gecko, version, minimum: firefoxVersion, url: `${base}/${names.xpi}`, bytes: xpi })) },
  ...(await hostPackages(root, built, { version, id })),
  ...ownPolicyFiles(join(root, "docs/administrator/files"), { id, base, xpi: names.xpi, schema: json(chrome, "managed-schema.json") }),
].sort(byName);
made.push({ path: "SHA256SUMS", bytes: text(made.map(({ path, bytes }) => `${createHash("sha256").update(bytes).digest("hex")}  ${path}\n`).join("")) });

for (const { path, bytes } of made) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), bytes);
  console.log(`${String(bytes.length).padStart(9)}  ${path}`);
}
rmSync(built, { recursive: true });

console.log(`\nThe extension's id in Chrome, Edge and Chromium: ${id}`);
if (key.test) console.log("Signed with a key for tests, which this checkout made for itself; MAILSEAL_SIGNING_KEY gives the right one.");
if (webmails.length === 0) console.log("No --webmail was given, so that each person has to allow the webmail with a click.");
