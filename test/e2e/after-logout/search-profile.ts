import { execFile } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { wordsIn } from "../../lab/search.mjs";
import { snappy, unpacked } from "./unpack.ts";

/** Octets that nothing may hold, by a name for people: a word, or a number of a private key. */
export interface Secret {
  name: string;
  /** What to look for, in each of the forms that it may have. */
  forms: Buffer[];
  /** The word itself, for the search inside base64 and quoted-printable. */
  word: string | null;
}

const utf16be = (word: string): Buffer => Buffer.from(word, "utf16le").swap16();

/** The letters of base64 that a word has for certain, whatever stands before and behind it. */
function base64Phases(word: Buffer): Buffer[] {
  return [0, 1, 2].map((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase), word]).toString("base64").replace(/=+$/, "");
    const whole = Math.floor(((phase + word.length) * 8) / 6);
    return Buffer.from(text.slice(Math.ceil((phase * 8) / 6), whole));
  });
}

/** A word in UTF-8, UTF-16 of both orders, and base64 of these in each of the three phases. */
export function secretWord(name: string, word: string): Secret {
  const plain = [Buffer.from(word), Buffer.from(word, "utf16le"), utf16be(word)];
  return { name, word, forms: [...plain, ...plain.flatMap(base64Phases)] };
}

/** A number of a private key in both orders of its octets, and their base64 and hexadecimal digits. */
export function secretNumber(name: string, octets: Buffer): Secret {
  const orders = [octets, Buffer.from(octets).reverse()];
  return { name, word: null, forms: [...orders, ...orders.flatMap(base64Phases), ...orders.map((each) => Buffer.from(each.toString("hex")))] };
}

/** Octets up to which a text is looked for inside every run of base64 and quoted-printable, nested too; beyond, in its forms alone. */
const THOROUGH = 4_000_000;

/** Which secrets octets hold. */
export function secretsIn(bytes: Buffer, secrets: readonly Secret[]): string[] {
  const words = secrets.flatMap(({ word }) => (word === null ? [] : [word]));
  const inside = bytes.length < THOROUGH ? new Set(wordsIn(bytes, words)) : new Set<string>();
  return secrets.filter(({ word, forms }) => (word !== null && inside.has(word)) || forms.some((form) => bytes.includes(form))).map(({ name }) => name);
}

function files(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    return entry.isDirectory() ? files(inner) : entry.isFile() ? [inner] : [];
  });
}

/** Rows of a database as text, where no border of a page cuts one, and its values unpacked: Firefox compresses them one by one. */
async function rows(path: string): Promise<Buffer[]> {
  const { stdout } = await promisify(execFile)("sqlite3", ["-readonly", path, ".dump"], { encoding: "buffer", maxBuffer: 1024 * 1024 * 1024 }).catch(() => ({ stdout: Buffer.alloc(0) }));
  const values: Buffer[] = [];
  const text = stdout.toString("latin1").replace(/X'([0-9a-fA-F]+)'/g, (_, hex: string) => {
    values.push(Buffer.from(hex, "hex"));
    return "X''";
  });
  return [Buffer.from(text, "latin1"), ...values, ...values.flatMap((value) => snappy(value) ?? [])];
}

/** Where in a folder a secret lies: every file as it is, unpacked, and databases row by row. Names of files count as well. */
export async function searchProfile(folder: string, secrets: readonly Secret[]): Promise<{ where: string; found: string[] }[]> {
  const hits: { where: string; found: string[] }[] = [];
  for (const path of files(folder)) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const bytes = readFileSync(path);
    const more = bytes.subarray(0, 15).toString("latin1") === "SQLite format 3" ? await rows(path) : unpacked(bytes);
    const found = new Set([Buffer.from(relative(folder, path)), bytes, ...more].flatMap((each) => secretsIn(each, secrets)));
    if (found.size > 0) hits.push({ where: relative(folder, path), found: [...found] });
  }
  return hits;
}
