import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importBuilt } from "../build/import-built.mjs";
import { deb } from "./deb.mjs";
import { byName, filesOf, text } from "./files.mjs";
import { tarGz } from "./tar.mjs";

const ABOUT = "S/MIME for webmail: native host and command line";

/** Where Debian's packages of Node put it; a browser starts the host without a person's PATH. */
const NODE = "/usr/bin/node";

/** The command line's own words for what a browser reads, so that the package and `mailseal host install` cannot differ. */
async function commandLine(root, id) {
  const contents = 'export { manifestFile } from "./src/cli/host/files.ts"; export { hostBrowsers, placeOf } from "./src/cli/host/places.ts"; export { HOST_NAME } from "./src/protocol/host-messages.ts";';
  return importBuilt({ absWorkingDir: root, stdin: { contents, resolveDir: root }, bundle: true, platform: "node", format: "esm", logLevel: "warning", define: { MAILSEAL_EXTENSION_ID: JSON.stringify(id) } });
}

function npmPackage(programs, version) {
  const about = { name: "mailseal", version, description: ABOUT, license: "Apache-2.0", type: "module", engines: { node: ">=20.19" }, bin: { mailseal: "cli/mailseal.mjs" } };
  const files = [{ path: "package.json", bytes: text(`${JSON.stringify(about, null, 2)}\n`) }, ...programs].sort(byName);
  return tarGz(files.map((file) => ({ ...file, path: `package/${file.path}` })));
}

/**
 * Programs under /usr/lib/mailseal and the manifests where each browser looks for those of the whole machine. Those in /etc are
 * no conffiles: nobody edits them, and removing the package takes them away.
 */
function debianPackage(programs, { version, manifestFile, hostBrowsers, placeOf, hostName }) {
  const folder = "usr/lib/mailseal";
  const launcher = `${folder}/mailseal-host`;
  const machine = { platform: "linux", home: "/root", environment: {} };
  const manifests = hostBrowsers.map((browser) => manifestFile(placeOf(browser, hostName, machine, { machine: true, userDataDir: null }), `/${launcher}`));
  const licences = programs.filter(({ path }) => /^LICENSE$|licenses\.txt$/.test(path)).map(({ bytes }) => Buffer.from(bytes));
  const control = {
    Package: "mailseal-host",
    Version: version,
    Architecture: "all",
    Maintainer: "Mailseal <mailseal@mailseal.example>",
    Depends: "nodejs (>= 20.19)",
    Section: "mail",
    Priority: "optional",
    Description: `${ABOUT}\n Looks up directories (LDAP) and fetches revocation lists for the Mailseal\n browser extension, in Chrome, Chromium, Edge and Firefox for every user of the\n machine. The command mailseal judges saved messages and certificates.`,
  };
  return deb(control, [
    ...programs.map(({ path, ...file }) => ({ ...file, path: `${folder}/${path}` })),
    { path: launcher, mode: 0o755, bytes: text(`#!/bin/sh\nexec ${NODE} /${folder}/host/mailseal-host.mjs "$@"\n`) },
    { path: "usr/bin/mailseal", link: "../lib/mailseal/cli/mailseal.mjs" },
    { path: "usr/share/doc/mailseal-host/copyright", bytes: new Uint8Array(Buffer.concat(licences)) },
    ...manifests.map(({ path, content }) => ({ path: path.slice(1), bytes: text(content) })),
  ]);
}

/**
 * The npm tarball and the Debian package of native host and command line.
 * @param {string} root the checkout
 * @param {string} built folder with `cli` and `host`
 * @param {{version: string, id: string}} about the extension's id in Chromium, which alone may start the host
 */
export async function hostPackages(root, built, { version, id }) {
  const { manifestFile, hostBrowsers, placeOf, HOST_NAME: hostName } = await commandLine(root, id);
  const licence = { path: "LICENSE", bytes: new Uint8Array(readFileSync(join(root, "LICENSE"))) };
  const programs = ["cli", "host"].flatMap((name) => filesOf(join(built, name)).map(({ path, bytes }) => ({ path: `${name}/${path}`, bytes, mode: path === "mailseal.mjs" ? 0o755 : 0o644 })));
  return [
    { path: `mailseal-${version}.tgz`, bytes: npmPackage([licence, ...programs], version) },
    { path: `mailseal-host_${version}_all.deb`, bytes: debianPackage([licence, ...programs], { version, manifestFile, hostBrowsers, placeOf, hostName }) },
  ];
}
