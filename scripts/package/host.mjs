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

/** npm compiles what cards need for the machine that installs; where it cannot, everything else works. */
function npmPackage(programs, version, cards) {
  const about = { name: "mailseal", version, description: ABOUT, license: "Apache-2.0", type: "module", engines: { node: ">=20.19" }, bin: { mailseal: "cli/mailseal.mjs" }, optionalDependencies: cards };
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

/** What cards need, compiled on this machine: the one thing that is not for every kind of machine, so in a package of its own. */
function cardsPackage(addon, licences, version) {
  const control = {
    Package: "mailseal-host-cards",
    Version: version,
    Architecture: process.arch === "x64" ? "amd64" : process.arch,
    Maintainer: "Mailseal <mailseal@mailseal.example>",
    Depends: `mailseal-host (= ${version}), libc6, libstdc++6`,
    Recommends: "opensc-pkcs11, pcscd",
    Section: "mail",
    Priority: "optional",
    Description: "S/MIME for webmail: smart cards for the native host\n Lets the Mailseal browser extension sign and decrypt with keys on smart cards,\n by the PKCS#11 library of the card's maker or by OpenSC.",
  };
  return deb(control, [
    { path: "usr/lib/mailseal/host/pkcs11.node", bytes: addon },
    { path: "usr/share/doc/mailseal-host-cards/copyright", bytes: licences },
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
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const files = ["cli", "host"].flatMap((name) => filesOf(join(built, name)).map(({ path, bytes }) => ({ path: `${name}/${path}`, bytes, mode: path === "mailseal.mjs" ? 0o755 : 0o644 })));
  const isAddon = ({ path }) => path === "host/pkcs11.node";
  const programs = files.filter((file) => !isAddon(file));
  const addon = files.find(isAddon);
  const licences = programs.find(({ path }) => path === "host/licenses.txt").bytes;
  return [
    ...(addon ? [{ path: `mailseal-host-cards_${version}_${process.arch === "x64" ? "amd64" : process.arch}.deb`, bytes: cardsPackage(addon.bytes, licences, version) }] : []),
    { path: `mailseal-${version}.tgz`, bytes: npmPackage([licence, ...programs], version, optionalDependencies) },
    { path: `mailseal-host_${version}_all.deb`, bytes: debianPackage([licence, ...programs], { version, manifestFile, hostBrowsers, placeOf, hostName }) },
  ];
}
