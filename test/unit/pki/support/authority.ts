import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Bytes, utf8 } from "../../../../src/base/bytes.ts";
import { type Certificate, parseCertificate } from "../../../../src/pki/certificate.ts";
import { derBitString, derElement, derInteger, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive, derTime } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";

/** A made-up certificate with its key, for tests of path building. */
export interface Issued {
  certificate: Certificate;
  key: KeyObject;
  publicKey: KeyObject;
}

export interface Wish {
  name: string;
  issuer?: Issued;
  /** Takes over the key, for cross certificates. */
  keyOf?: Issued;
  ca?: boolean;
  pathLength?: number;
  /** First octet of the key usage bits: 0x80 digitalSignature, 0x20 keyEncipherment, 0x08 keyAgreement, 0x04 keyCertSign. */
  keyUsage?: number;
  extendedKeyUsage?: string[];
  emails?: string[];
  permittedEmail?: string;
  excludedEmail?: string;
  from?: string;
  to?: string;
  digest?: "sha1" | "sha224" | "sha256";
  critical?: string;
  /** Further extensions, encoded. */
  more?: Bytes[];
}

let serial = 1;

export function nameOf(commonName: string): Bytes {
  return derSequence(derSetOf(derSequence(derOid("2.5.4.3"), derElement(0x0c, utf8(commonName)))));
}

export function extension(oid: string, critical: boolean, value: Uint8Array): Bytes {
  return derSequence(derOid(oid), ...(critical ? [derElement(0x01, Uint8Array.of(0xff))] : []), derOctetString(value));
}

function extensionsOf(wish: Wish): Bytes[] {
  const length = wish.pathLength === undefined ? [] : [derInteger(wish.pathLength)];
  const list: Bytes[] = [];
  if (wish.ca === true) list.push(extension(OID.basicConstraints, true, derSequence(derElement(0x01, Uint8Array.of(0xff)), ...length)));
  if (wish.keyUsage !== undefined) list.push(extension(OID.keyUsage, true, derElement(0x03, Uint8Array.of(0, wish.keyUsage))));
  if (wish.extendedKeyUsage?.length) list.push(extension(OID.extendedKeyUsage, false, derSequence(...wish.extendedKeyUsage.map(derOid))));
  if (wish.emails) list.push(extension(OID.subjectAltName, false, derSequence(...wish.emails.map((email) => derTaggedPrimitive(1, utf8(email))))));
  const subtree = (tag: number, base?: string) => (base === undefined ? [] : [derTagged(tag, derSequence(derTaggedPrimitive(1, utf8(base))))]);
  const subtrees = [...subtree(0, wish.permittedEmail), ...subtree(1, wish.excludedEmail)];
  if (subtrees.length > 0) list.push(extension(OID.nameConstraints, true, derSequence(...subtrees)));
  if (wish.critical !== undefined) list.push(extension(wish.critical, true, derSequence()));
  list.push(...(wish.more ?? []));
  return list;
}

const SIGNED_WITH = { sha1: "ecdsa-with-SHA1", sha224: "ecdsa-with-SHA224", sha256: "ecdsa-with-SHA256" } as const;

/** Issues a certificate on P-256; self-signed without an issuer. */
export function issue(wish: Wish): Issued {
  const own = wish.keyOf ? { privateKey: wish.keyOf.key, publicKey: wish.keyOf.publicKey } : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const digest = wish.digest ?? "sha256";
  const algorithm = derSequence(derOid(OID[SIGNED_WITH[digest]]));
  const extensions = extensionsOf(wish);
  const tbs = derSequence(
    derTagged(0, derInteger(2)),
    derInteger(serial++),
    algorithm,
    wish.issuer?.certificate.subject.der ?? nameOf(wish.name),
    derSequence(derTime(new Date(wish.from ?? "2020-01-01T00:00:00Z")), derTime(new Date(wish.to ?? "2040-01-01T00:00:00Z"))),
    nameOf(wish.name),
    new Uint8Array(own.publicKey.export({ type: "spki", format: "der" })),
    ...(extensions.length > 0 ? [derTagged(3, derSequence(...extensions))] : []),
  );
  const signature = sign(digest, tbs, wish.issuer?.key ?? own.privateKey);
  return { certificate: parseCertificate(derSequence(tbs, algorithm, derBitString(signature))), key: own.privateKey, publicKey: own.publicKey };
}
