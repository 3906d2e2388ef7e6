import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

function files(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return files(inner);
    return entry.isFile() ? [inner] : [];
  });
}

const BASE64 = new Uint8Array(65536);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_\r\n") BASE64[letter.charCodeAt(0)] = 1;

/** Runs of base64 with their line ends taken out; line ends are also written as escapes, in a dump or a form. */
function* base64Runs(text) {
  const plain = text.replace(/\\r\\n|\\n|%0D%0A/gi, "\n");
  // No regular expression: one that matches megabytes in one go uses up its stack.
  for (let start = 0, at = 0; at <= plain.length; at++) {
    if (at < plain.length && BASE64[plain.charCodeAt(at)] === 1) continue;
    if (at - start >= 20) yield plain.slice(start, at).replace(/[\r\n]/g, "");
    start = at + 1;
  }
}

function* printableDecodings(text) {
  // Ciphertext has these patterns by chance; a database is searched as a dump too.
  if (text.slice(0, 65536).includes("\0")) return;
  if (/=\r?\n|=[0-9A-Fa-f]{2}/.test(text)) {
    yield text.replace(/=\r?\n/g, "").replace(/=([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) yield text.replace(/%([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** What the octets may say besides themselves: quoted-printable, percent-encoding, and base64 at each alignment. */
function* decodings(text) {
  yield* printableDecodings(text);
  for (const run of base64Runs(text)) {
    // Words before it, or a page border of a database that cuts it, let a run begin anywhere in its group of four.
    for (let shift = 0; shift < 4; shift++) yield Buffer.from(run.slice(shift), "base64").toString("latin1");
  }
}

const utf16 = (word) => [...word].map((letter) => `${letter}\0`).join("");

/**
 * Which of the words occur in the octets, plainly, as UTF-16, or inside base64, quoted-printable or percent-encoding,
 * nested at most three deep.
 * @param {Uint8Array} bytes
 * @param {string[]} words ASCII
 * @returns {string[]}
 */
export function wordsIn(bytes, words, depth = 3) {
  const found = new Set();
  const look = (text, left) => {
    for (const word of words) if (text.includes(word) || text.includes(utf16(word))) found.add(word);
    if (left > 0) for (const inner of decodings(text)) look(inner, left - 1);
  };
  look(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"), depth);
  return [...found];
}

/**
 * Searches files, folders and SQLite databases (as files and as a dump, where no page border cuts a text).
 * @param {string[]} words ASCII words that occur nowhere by chance
 * @param {{paths: string[], databases?: string[]}} where
 * @returns {Promise<{where: string, words: string[]}[]>}
 */
export async function searchFiles(words, { paths, databases = [] }) {
  const hits = [];
  for (const path of paths.flatMap(files)) {
    let bytes;
    try {
      bytes = readFileSync(path);
    } catch {
      continue; // Temporary files come and go while we look.
    }
    const found = wordsIn(bytes, words);
    if (found.length > 0) hits.push({ where: path, words: found });
  }
  for (const database of databases) {
    const { stdout } = await promisify(execFile)("sqlite3", [database, ".dump"], { encoding: "buffer", maxBuffer: 1024 * 1024 * 1024 });
    const found = wordsIn(stdout, words);
    if (found.length > 0) hits.push({ where: `${database} (dump)`, words: found });
  }
  return hits;
}
