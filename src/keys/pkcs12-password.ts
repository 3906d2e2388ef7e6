import { type Bytes, utf8 } from "../base/bytes.ts";

/** One way to turn a password into octets: `wide` for the old PKCS#12 derivation, `octets` for PBKDF2. */
export interface PasswordForm {
  wide: Bytes;
  octets: Bytes;
}

/** UTF-16, big endian, with two zero octets at the end (RFC 7292 B.1). */
function wide(codes: Iterable<number>): Bytes {
  return Uint8Array.from([...codes, 0].flatMap((code) => [code >> 8, code & 0xff]));
}

function utf16(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/**
 * The forms that programs have given one password, likeliest first. RFC 7292 has UTF-16 for the old derivation, and
 * RFC 8018 recommends UTF-8 for PBKDF2. Differing programs: OpenSSL before 1.1 widened each octet of UTF-8; NSS before 3.31
 * used the wide form for PBKDF2 too; and where there is no password, some derive from nothing and some from its two zero octets.
 */
export function passwordForms(password: string): PasswordForm[] {
  const proper = { wide: wide(utf16(password)), octets: utf8(password) };
  if (password === "") return [proper, { wide: new Uint8Array(), octets: new Uint8Array() }];
  const forms = [proper, { wide: proper.wide, octets: proper.wide }];
  if (/[^\0-\x7f]/.test(password)) forms.push({ wide: wide(proper.octets), octets: proper.octets });
  return forms;
}
