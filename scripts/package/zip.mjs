import { zipSync } from "fflate";
import { byName } from "./files.mjs";

/** The first moment that a zip file can name. fflate writes local time, and this is made and read in the same zone. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * A zip archive that is the same for the same files: sorted names, one time, no attributes of the machine. fflate compresses in
 * plain JavaScript; the zlib inside Node answers differently on different processors.
 * @param {{path: string, bytes: Uint8Array}[]} files
 * @returns {Uint8Array}
 */
export function zip(files) {
  return zipSync(Object.fromEntries([...files].sort(byName).map(({ path, bytes }) => [path, bytes])), { level: 9, mtime: NO_TIME, os: 0, attrs: 0 });
}
