import { decodeBase64Lenient } from "../../base/base64-lines.ts";
import { type Bytes, latin1 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { TAG } from "../der-reader.ts";
import { type Crl, parseCrl } from "./crl.ts";
import { crlLimits, ocspLimits } from "./limits.ts";
import { type OcspResponse, parseOcspResponse } from "./ocsp-response.ts";
import { refuse } from "./refuse.ts";

const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

/** Reads the lists of a file: one in DER, or PEM of any number. Throws `revocation.malformed`, `limits.revocation`. */
export function crlsOf(file: Bytes): Crl[] {
  return crlFiles(file).map((der) => parseCrl(der));
}

/** The same lists as they are, unread. Throws `revocation.malformed`, `limits.revocation`. */
export function crlFiles(file: Bytes): Bytes[] {
  return blobsOf(file, ["X509 CRL", "CRL"], crlLimits.size);
}

/** Reads the OCSP answers of a file: one in DER, or PEM of any number. Throws `revocation.malformed`, `limits.revocation`. */
export function ocspResponsesOf(file: Bytes): OcspResponse[] {
  return blobsOf(file, ["OCSP RESPONSE"], ocspLimits.size).map(parseOcspResponse);
}

function blobsOf(file: Bytes, labels: string[], size: number): Bytes[] {
  // Base64 is longer by a third, and its line ends by a fortieth.
  if (file.length > size * 1.4) throw new SmimeError("limits.revocation");
  if (file[0] === TAG.sequence) return [file];
  const found = pemBodies(file, labels).map((body) => {
    const { bytes, clean } = decodeBase64Lenient(body);
    return clean ? bytes : refuse();
  });
  return found.length > 0 ? found : refuse();
}

/** What stands between the marks of PEM (RFC 7468), looked for in the octets: a list of a million entries is a long text. */
function pemBodies(file: Bytes, labels: string[]): Bytes[] {
  const found: Bytes[] = [];
  for (let at = file.indexOf(DASH); at >= 0; at = file.indexOf(DASH, at)) {
    const mark = /^-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(latin1(file.subarray(at, at + 64)));
    if (mark === null) {
      while (file[at] === DASH) at++;
      continue;
    }
    let from = at + mark[0].length;
    // The decoder takes the first line for the measure of all.
    while (file[from] === CR || file[from] === LF) from++;
    const to = file.indexOf(DASH, from);
    if (to < 0) refuse();
    if (labels.includes(mark[1] ?? "")) found.push(file.subarray(from, to));
    at = to;
  }
  return found;
}
