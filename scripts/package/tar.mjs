import { gzipSync } from "fflate";

const BLOCK = 512;

const octal = (value, length) => `${value.toString(8).padStart(length - 1, "0")}\0`;

/** One header (POSIX.1-1988 ustar): owned by root, no time. */
function header({ path, bytes, mode = 0o644, link }) {
  const name = Buffer.from(path, "utf8");
  if (name.length > 100) throw new Error(`too long a name for the archive: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const write = (at, words) => block.write(words, at, "utf8");
  name.copy(block);
  write(100, octal(path.endsWith("/") ? 0o755 : link === undefined ? mode : 0o777, 8));
  write(108, octal(0, 8));
  write(116, octal(0, 8));
  write(124, octal(bytes?.length ?? 0, 12));
  write(136, octal(0, 12));
  write(148, " ".repeat(8));
  write(156, path.endsWith("/") ? "5" : link === undefined ? "0" : "2");
  write(157, link ?? "");
  write(257, "ustar\u000000");
  write(265, "root");
  write(297, "root");
  write(148, `${block.reduce((sum, octet) => sum + octet, 0).toString(8).padStart(6, "0")}\0 `);
  return block;
}

/**
 * A gzipped tar archive with the same bytes for the same entries, in the order given.
 * @param {{path: string, bytes?: Uint8Array, mode?: number, link?: string}[]} entries a path that ends with `/` is a folder
 * @returns {Uint8Array}
 */
export function tarGz(entries) {
  const parts = entries.flatMap((entry) => {
    const bytes = entry.bytes ?? new Uint8Array();
    return [header(entry), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  // Two empty blocks end it, and it fills a record of twenty.
  const length = parts.reduce((sum, part) => sum + part.length, 0) + 2 * BLOCK;
  const whole = Buffer.concat([...parts, Buffer.alloc(2 * BLOCK + ((20 * BLOCK - (length % (20 * BLOCK))) % (20 * BLOCK)))]);
  return gzipSync(whole, { level: 9, mtime: 0 });
}
