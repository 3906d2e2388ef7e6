import { type Bytes, utf8 } from "../../../../src/base/bytes.ts";
import { derBitString, derElement, derInteger, derOctetString, derOid, derSequence, derSetOf, derTagged, derTime } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";

/** A certificate of a key for tests of what is done with the key: its signature is no signature. `keyUsage` is the first octet of the bits. */
export function certificateFor(spki: Uint8Array, keyUsage?: number): Bytes {
  const algorithm = derSequence(derOid(OID.sha256WithRSAEncryption));
  const name = derSequence(derSetOf(derSequence(derOid("2.5.4.3"), derElement(0x0c, utf8("test")))));
  const usage = keyUsage === undefined ? [] : [derSequence(derOid(OID.keyUsage), derOctetString(derElement(0x03, Uint8Array.of(0, keyUsage))))];
  const extensions = usage.length > 0 ? [derTagged(3, derSequence(...usage))] : [];
  const validity = derSequence(derTime(new Date("2020-01-01T00:00:00Z")), derTime(new Date("2040-01-01T00:00:00Z")));
  const tbs = derSequence(derTagged(0, derInteger(2)), derInteger(1), algorithm, name, validity, name, spki, ...extensions);
  return derSequence(tbs, algorithm, derBitString(new Uint8Array(1)));
}
