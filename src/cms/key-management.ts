import type { Algorithm } from "../pki/algorithm.ts";
import { OID } from "../pki/oids.ts";

/** Key transport and key agreement that a KeyPort can be asked for (RFC 3370, RFC 3560, RFC 5753, RFC 8418). */
const known = new Set<string>([
  OID.rsaEncryption,
  OID.rsaesOaep,
  OID["dhSinglePass-stdDH-sha1kdf-scheme"],
  OID["dhSinglePass-stdDH-sha224kdf-scheme"],
  OID["dhSinglePass-stdDH-sha256kdf-scheme"],
  OID["dhSinglePass-stdDH-sha384kdf-scheme"],
  OID["dhSinglePass-stdDH-sha512kdf-scheme"],
  OID["dhSinglePass-cofactorDH-sha1kdf-scheme"],
  OID["dhSinglePass-cofactorDH-sha224kdf-scheme"],
  OID["dhSinglePass-cofactorDH-sha256kdf-scheme"],
  OID["dhSinglePass-cofactorDH-sha384kdf-scheme"],
  OID["dhSinglePass-cofactorDH-sha512kdf-scheme"],
  OID["dhSinglePass-stdDH-hkdf-sha256-scheme"],
  OID["dhSinglePass-stdDH-hkdf-sha384-scheme"],
  OID["dhSinglePass-stdDH-hkdf-sha512-scheme"],
]);

/** OpenSSL's name of a way to bring a content key; null if it is none that is known here. */
export function keyManagementName(algorithm: Algorithm): string | null {
  return known.has(algorithm.oid) ? algorithm.name : null;
}
