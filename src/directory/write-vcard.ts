import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, utf8 } from "../base/bytes.ts";
import { parseCertificate } from "../pki/certificate.ts";

/** Characters of a name that a certificate gives its person. */
const LONGEST_NAME = 200;

/**
 * A person with a certificate as vCard 3.0 (RFC 2426 §3.7.2), UTF-8: FN, N, EMAIL and KEY, and nothing else. The certificate stands on one
 * line: programs differ in how they put folded lines together again. Throws `pki.malformed`.
 */
export function writeCard(address: string, certificate: Bytes): Bytes {
  const name = parseCertificate(certificate).subject.commonName?.trim().slice(0, LONGEST_NAME) || address;
  const lines = ["BEGIN:VCARD", "VERSION:3.0", `FN:${escaped(name)}`, `N:${escaped(name)};;;;`, `EMAIL;TYPE=INTERNET:${escaped(address)}`, `KEY;ENCODING=b;TYPE=X509:${encodeBase64(certificate)}`, "END:VCARD", ""];
  return utf8(lines.join("\r\n"));
}

/** RFC 2426 §4: what would end a value, or begin a line of its own, is written otherwise. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(/[\\;,]/g, "\\$&");
}
