import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

/** What compressed octets held, as far as it could be read; null for what is not of the form. */
type Unpacked = Buffer | null;

/** More is no value of a database, but a length read from something else. */
const MOST = 64 * 1024 * 1024;

function varint(bytes: Buffer, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const octet = bytes[at + i];
    if (octet === undefined) return null;
    value += (octet & 0x7f) * 2 ** (7 * i);
    if (octet < 0x80) return { value, next: at + i + 1 };
  }
  return null;
}

/** Copies what was written before, octet by octet: source and target may overlap. */
function copyBack(out: Buffer, to: number, distance: number, length: number): boolean {
  if (distance === 0 || distance > to || to + length > out.length) return false;
  for (let i = 0; i < length; i++) out[to + i] = out[to + i - distance] as number;
  return true;
}

/** One block of Snappy (google/snappy, format_description.txt), as databases of both browsers have them. */
export function snappy(bytes: Buffer): Unpacked {
  const head = varint(bytes, 0);
  if (!head || head.value > MOST) return null;
  const out = Buffer.alloc(head.value);
  let at = head.next;
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      const extra = (tag >> 2) - 59;
      if (extra > 0 && at + extra > bytes.length) return null;
      const length = (extra > 0 ? bytes.readUIntLE(at, extra) : tag >> 2) + 1;
      if (extra > 0) at += extra;
      if (at + length > bytes.length || to + length > out.length) return null;
      bytes.copy(out, to, at, at + length);
      at += length;
      to += length;
      continue;
    }
    const width = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    if (at + width > bytes.length) return null;
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = kind === 1 ? ((tag >> 5) << 8) | (bytes[at] as number) : bytes.readUIntLE(at, width);
    at += width;
    if (!copyBack(out, to, distance, length)) return null;
    to += length;
  }
  return to === out.length ? out : null;
}

/** A Snappy stream (framing_format.txt): Firefox's large values and its cache storage. */
export function snappyStream(bytes: Buffer): Unpacked {
  if (bytes.subarray(0, 10).toString("latin1") !== "\xff\x06\x00\x00sNaPpY") return null;
  const parts: Buffer[] = [];
  for (let at = 10; at + 4 <= bytes.length; ) {
    const kind = bytes[at];
    const end = at + 4 + bytes.readUIntLE(at + 1, 3);
    const body = bytes.subarray(at + 8, end);
    const part = kind === 0 ? snappy(body) : kind === 1 ? body : null;
    if (part) parts.push(part);
    at = end;
  }
  return Buffer.concat(parts);
}

/** Firefox's `jsonlz4`: a mark, a length, and one LZ4 block. */
export function mozLz4(bytes: Buffer): Unpacked {
  if (bytes.subarray(0, 8).toString("latin1") !== "mozLz40\0") return null;
  const out = Buffer.alloc(Math.min(bytes.readUInt32LE(8), MOST));
  let at = 12;
  let to = 0;
  const more = (length: number): number => {
    let sum = length;
    if (length === 15) for (let octet = 255; octet === 255; ) sum += octet = bytes[at++] ?? 0;
    return sum;
  };
  while (at < bytes.length) {
    const tag = bytes[at++] as number;
    const literal = more(tag >> 4);
    bytes.copy(out, to, at, at + literal);
    at += literal;
    to += literal;
    if (at + 2 > bytes.length) break;
    const distance = bytes.readUInt16LE(at);
    at += 2;
    const length = more(tag & 15) + 4;
    if (!copyBack(out, to, distance, length)) return null;
    to += length;
  }
  return out.subarray(0, to);
}

/** Every block of a LevelDB table (google/leveldb, table_format.md): Chromium's IndexedDB and storage, compressed or not. */
export function levelDbTable(bytes: Buffer): Buffer[] {
  if (bytes.length < 48 || bytes.subarray(-8).toString("hex") !== "57fb808b247547db") return [];
  const block = (at: number, size: number): Buffer => {
    const raw = bytes.subarray(at, at + size);
    return (bytes[at + size] === 1 ? snappy(raw) : null) ?? raw;
  };
  const handle = (from: Buffer, at: number) => {
    const offset = varint(from, at);
    const size = offset && varint(from, offset.next);
    return offset && size ? { offset: offset.value, size: size.value, next: size.next } : null;
  };
  const footer = bytes.subarray(-48);
  const meta = handle(footer, 0);
  const index = meta && handle(footer, meta.next);
  if (!index) return [];
  const entries = block(index.offset, index.size);
  const blocks: Buffer[] = [];
  const end = entries.length - 4 - 4 * (entries.length >= 4 ? entries.readUInt32LE(entries.length - 4) : 0);
  for (let at = 0; at < end; ) {
    const shared = varint(entries, at);
    const own = shared && varint(entries, shared.next);
    const length = own && varint(entries, own.next);
    if (!own || !length) break;
    const value = length.next + own.value;
    const found = handle(entries, value);
    if (found) blocks.push(block(found.offset, found.size));
    at = value + length.value;
  }
  return blocks;
}

const tried = (unpack: () => Buffer): Unpacked => {
  try {
    return unpack();
  } catch {
    return null;
  }
};

/** Everything that a file's octets may hold besides themselves. */
export function unpacked(bytes: Buffer): Buffer[] {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b ? tried(() => gunzipSync(bytes)) : bytes[0] === 0x78 ? tried(() => inflateSync(bytes)) : null;
  return [mozLz4(bytes), snappyStream(bytes), zipped, bytes.length < 1_000_000 ? tried(() => brotliDecompressSync(bytes)) : null, ...levelDbTable(bytes)].filter((each): each is Buffer => each !== null);
}
