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

/** What the octets may say besides themselves: quoted-printable, percent-encoding, and base64 at each alignment. */
function* decodings(text) {
  if (/=\r?\n|=[0-9A-Fa-f]{2}/.test(text)) {
    yield text.replace(/=\r?\n/g, "").replace(/=([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) yield text.replace(/%([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  // Line ends inside a run are also written as escapes, in a dump or a form.
  for (const [run] of text.replace(/\\r\\n|\\n|%0D%0A/gi, "\n").matchAll(/[A-Za-z0-9+/_\r\n-]{20,}/g)) {
    const clean = run.replace(/[\r\n]/g, "").replaceAll("-", "+").replaceAll("_", "/");
    // Words before it, or a page border of a database that cuts it, let a run begin anywhere in its group of four.
    for (let shift = 0; shift < 4; shift++) yield Buffer.from(clean.slice(shift), "base64").toString("latin1");
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
