import { describe, expect, it } from "vitest";
import { encodeByLoop, encodeByNode, type LineEncoder } from "../../../src/base/base64-encoders.ts";
import { decodeByEngine, decodeByNode, type FastDecoder } from "../../../src/base/base64-native.ts";
import { decodeBase64Lenient, encodeBase64Bytes } from "../../../src/base/base64-lines.ts";
import { decodeRegular } from "../../../src/base/base64-regular.ts";
import { Base64Writer, base64Length } from "../../../src/base/base64-writer.ts";
import { type Bytes, fromLatin1, latin1, randomBytes } from "../../../src/base/bytes.ts";
import { base64Piece, chunks, joinPieces, lengthOf } from "../../../src/base/pieces.ts";

const careful: FastDecoder = () => ({ read: 0, written: 0 });

/** What ES2026 §23.2 says of `setFromBase64` with `stop-before-partial`, as far as batches without padding need it. */
function setFromBase64(this: Bytes, text: string): { read: number; written: number } {
  let [read, written, group] = [0, 0, ""];
  for (let i = 0; i < text.length && written + 3 <= this.length; i++) {
    const character = text.charAt(i);
    if (/[\t\n\f\r ]/.test(character)) continue;
    if (!/[A-Za-z0-9+/]/.test(character)) throw new SyntaxError("not base64");
    group += character;
    if (group.length < 4) continue;
    this.set(Buffer.from(group, "base64"), written);
    [read, written, group] = [i + 1, written + 3, ""];
  }
  return { read, written };
}

const withEngine: FastDecoder = (out, text) => {
  const own = out as Bytes & { setFromBase64?: typeof setFromBase64 };
  const subarray = own.subarray.bind(own);
  own.subarray = (from, to) => Object.assign(subarray(from, to), { setFromBase64 });
  return decodeByEngine(own, text);
};

const decoders: [string, FastDecoder][] = [
  ["a loop over pairs", decodeRegular],
  ["Node's own", (out, text) => decodeByNode(Buffer as never, out, text)],
  ["the engine's own", withEngine],
];

const octets = randomBytes(400_001);
const plain = latin1(encodeBase64Bytes(octets, 76));
const at = (place: number, text: string, instead = plain): string => instead.slice(0, place) + text + instead.slice(place + text.length);

const texts: [string, string][] = [
  ["lines of 76", plain],
  ["LF alone", plain.replaceAll("\r\n", "\n")],
  ["lines of 64", latin1(encodeBase64Bytes(octets, 64))],
  ["eight octets that are no number", at(100_008, "\u00ff".repeat(16))],
  ["one line", latin1(encodeBase64Bytes(octets, 0))],
  ["a foreign character", at(100_003, "*")],
  ["characters of the other alphabet", at(100_003, "-_")],
  ["an octet above 127", at(100_003, "\u00ff")],
  ["a foreign character instead of a break", at(78 * 1000 + 76, "xx")],
  ["a space within a line", at(100_003, " ")],
  ["a form feed", at(100_003, "\f")],
  ["padding in the middle", at(100_002, "==")],
  ["one line shorter", plain.slice(0, 78 * 1000) + plain.slice(78 * 1000 + 4)],
  ["one line longer", `${plain.slice(0, 78 * 1000)}AAAA${plain.slice(78 * 1000)}`],
  ["a break that is LF among CRLF", plain.slice(0, 78 * 1000 + 76) + plain.slice(78 * 1000 + 77)],
  ["a first line of three characters", `abc\r\n${plain}`],
  ["a second text behind", `${plain}\r\n${plain}`],
  ["a byte order mark before it", `\u00ef\u00bb\u00bf${plain}`],
  ["a byte order mark where a batch begins", `${plain.slice(0, 65_536)}\u00ef\u00bb\u00bf${plain.slice(65_536)}`],
  ["nothing", ""],
];

describe.each(decoders)("base64 with %s", (_name, fast) => {
  it.each(texts)("%s: the same octets and the same opinion as the careful decoder's", (_what, text) => {
    const expected = decodeBase64Lenient(fromLatin1(text), careful);
    const found = decodeBase64Lenient(fromLatin1(text), fast);
    expect(Buffer.from(found.bytes).equals(expected.bytes)).toBe(true);
    expect(found.clean).toBe(expected.clean);
  });

  it("does nearly all of a large text", () => {
    const out = new Uint8Array(octets.length);
    expect(fast(out, fromLatin1(plain)).read).toBeGreaterThan(plain.length * 0.8);
  });

  it("reads a range of something larger", () => {
    for (const before of [1, 2, 3]) {
      const text = fromLatin1("-".repeat(before) + plain).subarray(before);
      expect(Buffer.from(decodeBase64Lenient(text, fast).bytes).equals(octets)).toBe(true);
    }
  });
});

const encoders: [string, LineEncoder][] = [
  ["a loop", encodeByLoop],
  ["Node's own", (job) => encodeByNode(Buffer as never, job)],
];

/** As another implementation has it. */
const broken = (bytes: Uint8Array, width: number): string => {
  const text = Buffer.from(bytes).toString("base64");
  return Array.from({ length: Math.ceil(text.length / width) }, (_, line) => text.slice(line * width, (line + 1) * width)).join("\r\n");
};

describe.each(encoders)("base64 that is written in pieces by %s", (_name, encode) => {
  const write = (bytes: Bytes, size: number, width: number): string => {
    const out = new Uint8Array(7 + base64Length(bytes.length, width));
    const writer = new Base64Writer(out, 7, width, encode);
    for (let from = 0; from < bytes.length; from += size) writer.write(bytes.subarray(from, from + size));
    expect(writer.end()).toBe(out.length);
    return latin1(out.subarray(7));
  };

  it.each([1, 2, 56, 57, 58, 113, 1000, 4001])("is the same text for pieces of %i octets", (size) => {
    for (const length of [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 3999, 4000, 4001]) {
      const some = octets.subarray(0, length);
      expect(write(some, size, 76)).toBe(broken(some, 76));
    }
  });

  it.each([4, 8, 12, 64, 72, 76, 996])("breaks lines behind %i characters, and a large text is like a small one", (width) => {
    expect(write(octets, 300_001, width) === broken(octets, width)).toBe(true);
  });

  it("writes lines that are longer than what is encoded at once", () => {
    expect(write(octets, octets.length, 100_000) === broken(octets, 100_000)).toBe(true);
  });
});

describe("pieces", () => {
  const pieces = [octets.subarray(0, 10), base64Piece(octets.slice(0, 100)), new Uint8Array(0), octets.subarray(5, 300)];

  it("are encoded where they belong", () => {
    const joined = joinPieces(pieces);
    expect(joined.length).toBe(lengthOf(pieces));
    expect(latin1(joined.subarray(10, 10 + base64Length(100, 76)))).toBe(latin1(encodeBase64Bytes(octets.subarray(0, 100), 76)));
  });

  it.each([1, 16, 64, 4096])("give chunks of %i octets that make the same whole", (size) => {
    const all = [...chunks(pieces, size)];
    expect(all.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
    expect(Buffer.concat(all).equals(joinPieces(pieces))).toBe(true);
  });
});
