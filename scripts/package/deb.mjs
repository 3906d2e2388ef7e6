import { createHash } from "node:crypto";
import { posix } from "node:path";
import { byName, text } from "./files.mjs";
import { tarGz } from "./tar.mjs";

/** A member of an `ar` archive as deb(5) wants it: no time, owned by root. */
function member(name, octets) {
  const head = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(octets.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), octets, Buffer.alloc(octets.length % 2, "\n")]);
}

/** Every folder that the paths lie in; dpkg makes none by itself. */
function foldersOf(paths) {
  const found = new Set();
  for (const path of paths) for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) found.add(`${folder}/`);
  return [...found].map((path) => ({ path }));
}

/**
 * A Debian package (deb(5), format 2.0) that is the same for the same files.
 * @param {Record<string, string>} control fields without `Installed-Size`, in their order
 * @param {{path: string, bytes?: Uint8Array, mode?: number, link?: string}[]} files paths without a leading slash
 * @returns {Buffer}
 */
export function deb(control, files) {
  const inPlace = ({ path, ...rest }) => ({ ...rest, path: `./${path}` });
  const tree = [...foldersOf(files.map(({ path }) => path)), ...files].sort(byName).map(inPlace);
  const size = files.reduce((sum, { bytes }) => sum + Math.ceil((bytes?.length ?? 0) / 1024), 0);
  const { Description, ...fields } = control;
  const lines = Object.entries({ ...fields, "Installed-Size": size, Description }).map(([name, value]) => `${name}: ${value}\n`);
  const sums = files.filter(({ bytes }) => bytes).sort(byName).map(({ path, bytes }) => `${createHash("md5").update(bytes).digest("hex")}  ${path}\n`);
  const about = [{ path: "./" }, { path: "./control", bytes: text(lines.join("")) }, { path: "./md5sums", bytes: text(sums.join("")) }];
  return Buffer.concat([Buffer.from("!<arch>\n", "latin1"), member("debian-binary", text("2.0\n")), member("control.tar.gz", tarGz(about)), member("data.tar.gz", tarGz([{ path: "./" }, ...tree]))]);
}
