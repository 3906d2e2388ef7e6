import { mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const le = (value: number, width: number): Buffer => {
  const out = Buffer.alloc(width);
  out.writeUIntLE(value, 0, width);
  return out;
};

/** A text with the word in it whose second half is a reference to an earlier place, so that no search of the packed octets finds it. */
function snappyOf(word: string): Buffer {
  const [first, second] = [word.slice(0, 6), word.slice(6)];
  const literal = (text: string): Buffer => Buffer.concat([Buffer.from([(text.length - 1) << 2]), Buffer.from(text)]);
  // "SECOND....FIRST" and then SECOND again, by a copy with an offset of two octets.
  const before = `${second}....${first}`;
  return Buffer.concat([Buffer.from([before.length + second.length]), literal(before), Buffer.from([((second.length - 1) << 2) | 2]), le(before.length, 2)]);
}

function mozLz4Of(word: string): Buffer {
  const [first, second] = [word.slice(0, 6), word.slice(6)];
  const before = `${second}....${first}`;
  const match = Buffer.concat([Buffer.from([0xf0 | (second.length - 4), before.length - 15]), Buffer.from(before), le(before.length, 2)]);
  return Buffer.concat([Buffer.from("mozLz40\0"), le(before.length + second.length + 3, 4), match, Buffer.from([0x30]), Buffer.from("end")]);
}

/** A LevelDB table of one compressed block and its index. */
function levelDbOf(word: string): Buffer {
  const data = snappyOf(word);
  const entry = Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from("k"), Buffer.from([0, data.length])]);
  const index = Buffer.concat([entry, le(0, 4), le(1, 4)]);
  const trailer = (kind: number): Buffer => Buffer.from([kind, 0, 0, 0, 0]);
  const at = data.length + 5;
  const handles = Buffer.alloc(40);
  Buffer.from([0, 0, at, index.length]).copy(handles);
  return Buffer.concat([data, trailer(1), index, trailer(0), handles, Buffer.from("57fb808b247547db", "hex")]);
}

/** Writes a file for each form that a secret may have on a disk; answers their names. */
export async function plantedIn(folder: string, word: string, number: Buffer): Promise<string[]> {
  mkdirSync(join(folder, "deeper"), { recursive: true });
  const snappied = snappyOf(word);
  const forms: Record<string, Buffer> = {
    "plain": Buffer.from(`before ${word} behind`),
    "utf-16le": Buffer.from(`before ${word} behind`, "utf16le"),
    "utf-16be": Buffer.from(`xx ${word}`, "utf16le").swap16(),
    ...Object.fromEntries([0, 1, 2].map((phase) => [`base64-${phase}`, Buffer.from(Buffer.from("x".repeat(phase + 3) + word).toString("base64"))])),
    "base64-lines": Buffer.from(Buffer.from("x".repeat(50) + word).toString("base64").replace(/(.{76})/g, "$1\r\n")),
    "base64-utf-16": Buffer.from(Buffer.from(`a${word}`, "utf16le").toString("base64")),
    "quoted-printable": Buffer.from(`caf=C3=A9 ${word.slice(0, 4)}=\r\n${word.slice(4)} more`),
    "snappy-stream": Buffer.concat([Buffer.from("\xff\x06\x00\x00sNaPpY", "latin1"), Buffer.from([0]), le(snappied.length + 4, 3), Buffer.alloc(4), snappied]),
    "session.jsonlz4": mozLz4Of(word),
    "deeper/000005.ldb": levelDbOf(word),
    "zipped.gz": gzipSync(word.repeat(3)),
    "number": Buffer.concat([Buffer.from("xx"), number]),
    "number-reversed": Buffer.from(number).reverse(),
    "number-base64": Buffer.from(Buffer.concat([Buffer.from("x"), number, Buffer.from("yy")]).toString("base64")),
  };
  for (const [name, octets] of Object.entries(forms)) writeFileSync(join(folder, name), octets);
  const database = join(folder, "values.sqlite");
  execFileSync("sqlite3", [database, `create table object_data (data blob); insert into object_data values (X'${snappied.toString("hex")}');`]);
  writeFileSync(join(folder, `${word}.bin`), "");
  writeFileSync(join(folder, "nothing"), "nothing");
  return Promise.resolve([...Object.keys(forms), "values.sqlite", `${word}.bin`]);
}
