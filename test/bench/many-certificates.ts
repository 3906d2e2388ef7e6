import { type Bytes, concat, fromHex, randomBytes } from "../../src/base/bytes.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";

/** INTEGER of 257 octets, the first zero: a modulus of 2048 bits. */
const MODULUS = fromHex("0282010100");

/**
 * Makes certificates that differ in serial number and key, as many octets each as the given one and joined. Nobody has the
 * private keys: an odd number of 2048 bits encrypts as well as a product of two primes, and is made in no time.
 */
export function makeManyCertificates(template: Bytes, count: number): Bytes {
  const serial = indexOf(template, fromHex(parseCertificate(template).serial));
  const modulus = indexOf(template, MODULUS) + MODULUS.length;
  return concat(...Array.from({ length: count }, () => {
    const der = template.slice();
    der.set(randomBytes(8), serial + 1);
    const number = randomBytes(256);
    number[0] = (number[0] as number) | 0x80;
    number[255] = (number[255] as number) | 1;
    der.set(number, modulus);
    return der;
  }));
}

function indexOf(bytes: Bytes, wanted: Bytes): number {
  const at = Buffer.from(bytes).indexOf(wanted);
  if (at < 0) throw new Error("the certificate has another form");
  return at;
}
