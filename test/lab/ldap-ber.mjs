/** The little of BER (X.690) that LDAP messages need (RFC 4511 §5.1: definite lengths, primitive strings). */

/** @param {number} tag @param {...(Buffer | string)} content */
export function ber(tag, ...content) {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = Buffer.alloc(4);
  digits.writeUInt32BE(body.length);
  const length = digits.subarray(digits.findIndex((digit) => digit !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

/** @param {number} value below 2³¹ */
export function integer(value, tag = 0x02) {
  const digits = Buffer.alloc(5);
  digits.writeUInt32BE(value, 1);
  // A first octet of 0 keeps the number positive.
  let from = 0;
  while (from < 4 && digits[from] === 0 && digits[from + 1] < 0x80) from++;
  return ber(tag, digits.subarray(from));
}

/** The first element, or null if not all of it is there. @param {Buffer} data */
export function element(data) {
  if (data.length < 2) return null;
  const tag = data[0];
  let length = data[1];
  let header = 2;
  if (length > 0x80) {
    header += length & 0x7f;
    if (data.length < header) return null;
    length = data.subarray(2, header).reduce((sum, digit) => sum * 256 + digit, 0);
  }
  if (data.length < header + length) return null;
  return { tag, content: data.subarray(header, header + length), rest: data.subarray(header + length) };
}

/** All elements, one behind the other. @param {Buffer} data */
export function elements(data) {
  const found = [];
  for (let rest = data; rest.length > 0;) {
    const next = element(rest);
    if (!next) throw new Error("an element is cut off");
    found.push(next);
    ({ rest } = next);
  }
  return found;
}

export const toNumber = (content) => content.reduce((sum, digit) => sum * 256 + digit, 0);
