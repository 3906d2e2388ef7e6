import { type Bytes, concat, fromLatin1 } from "../../src/base/bytes.ts";

export type Random = (below: number) => number;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Octets that mean something to a reader of BER. */
const MARKS = [0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff, 0x02, 0x04, 0x05, 0x06, 0x24, 0x30, 0x31, 0xa0, 0xa1, 0xa3];

/** Pieces of text that mean something to a reader of mail. */
const PIECES = [
  "\r\n", "\n", "\r", "\0", "\r\n\r\n", "--", '"', ";", "(", ")", "<", ">", ",", ":", "=?utf-8?q?", "?=", "=", "%", "\u00ff\u00fe", "\t ",
  "From: ", "From ", "From: eve@evil.test\r\n", "Content-Type: ", "boundary=", "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n",
  "multipart/mixed; boundary=x", "multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=x\r\n", "message/rfc822", "application/pkcs7-mime", "text/html",
  "hp=\"cipher\"", "protected-headers=v1", "hp-legacy-display=1", "HP-Outer: Subject: x\r\n", "*0*=utf-8''", "charset=", "<div class=header-protection-legacy-display>", "</div>", "<!--", "cid:",
].map(fromLatin1);

/** One to eight changes: bits, octets that mean something, cut, doubled or exchanged stretches, pieces of other seeds. */
export function mutate(seed: Bytes, other: Bytes, random: Random): Bytes {
  let out = new Uint8Array(seed);
  for (let left = 1 + random(random(4) === 0 ? 8 : 2); left > 0; left--) {
    const at = random(out.length + 1);
    switch (random(9)) {
      case 0:
        if (at < out.length) out[at] = (out[at] as number) ^ (1 << random(8));
        break;
      case 1:
        if (at < out.length) out[at] = MARKS[random(MARKS.length)] as number;
        break;
      case 2:
        out = concat(out.subarray(0, at), PIECES[random(PIECES.length)] as Bytes, out.subarray(at + random(3)));
        break;
      case 3:
        out = out.slice(0, at);
        break;
      case 4:
        out = concat(out.subarray(0, at), out.subarray(Math.min(out.length, at + 1 + random(64))));
        break;
      case 5:
        out = concat(out.subarray(0, at), out.subarray(at, at + 1 + random(256)), out.subarray(at));
        break;
      case 6: {
        const from = random(other.length + 1);
        out = concat(out.subarray(0, at), other.subarray(from, from + 1 + random(512)), out.subarray(at + random(512)));
        break;
      }
      case 7:
        // An element of indefinite length around the rest.
        out = concat(out.subarray(0, at), Uint8Array.of(MARKS[13 + random(6)] as number, 0x80), out.subarray(at), new Uint8Array(2));
        break;
      default: {
        const piece = out.subarray(at, at + 1 + random(32));
        out = concat(out.subarray(0, at), ...Array.from({ length: 1 + random(200) }, () => piece), out.subarray(at));
      }
    }
    if (out.length > MAX) out = out.slice(0, MAX);
  }
  return out;
}

/** Octets of one input. */
export const MAX = 512 * 1024;
