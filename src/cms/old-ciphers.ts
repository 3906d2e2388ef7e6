import type { Bytes } from "../base/bytes.ts";
import { type BlockDecipher, cbcDecrypt, withoutPadding } from "../base/ciphers/cbc.ts";
import { desDecipher, tripleDesDecipher } from "../base/ciphers/des.ts";
import { rc2Decipher } from "../base/ciphers/rc2.ts";
import { SmimeError } from "../base/errors.ts";

/** Ciphers of old mail, to read only (OL-01; RFC 8551 Appendix B.3). */
export interface OldCipher {
  name: "des-ede3-cbc" | "des-cbc" | "rc2-cbc";
  iv: Bytes;
  /** For RC2 alone (RFC 2268 §2). */
  effectiveBits: number;
}

/** Octets of the key. RC2 takes any length: senders use as many as are effective. */
export function oldKeyLength(name: OldCipher["name"], effectiveBits: number): number {
  switch (name) {
    case "des-ede3-cbc":
      return 24;
    case "des-cbc":
      return 8;
    case "rc2-cbc":
      return Math.ceil(effectiveBits / 8);
  }
}

/** Decrypts and takes off the padding. Throws `cms.decrypt-failed` for a wrong padding, `RangeError` for a wrong length. */
export function decryptOldCipher(cipher: OldCipher, key: Bytes, data: Bytes): Bytes {
  const content = withoutPadding(cbcDecrypt(decipher(cipher, key), cipher.iv, data));
  if (content === null) throw new SmimeError("cms.decrypt-failed");
  return content;
}

function decipher({ name, effectiveBits }: OldCipher, key: Bytes): BlockDecipher {
  switch (name) {
    case "des-ede3-cbc":
      return tripleDesDecipher(key);
    case "des-cbc":
      return desDecipher(key);
    case "rc2-cbc":
      return rc2Decipher(key, effectiveBits);
  }
}
