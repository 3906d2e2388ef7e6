import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Bytes, concat, utf8 } from "../../src/base/bytes.ts";
import { derBitString, derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive, derTime } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";

/** Kinds of keys that sign certificates. */
export const ISSUERS = ["RSA-2048", "P-256"] as const;
export type IssuerKind = (typeof ISSUERS)[number];

/** An authority under a root, and people's certificates of it, joined. All DER. */
export interface Leaves {
  root: Bytes;
  issuer: Bytes;
  leaves: Bytes;
}

interface Pair {
  privateKey: KeyObject;
  spki: Bytes;
}

const yes = derElement(0x01, Uint8Array.of(0xff));

function newPair(kind: IssuerKind): Pair {
  const { privateKey, publicKey } = kind === "P-256" ? generateKeyPairSync("ec", { namedCurve: "prime256v1" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { privateKey, spki: new Uint8Array(publicKey.export({ type: "spki", format: "der" })) };
}

const nameOf = (text: string): Bytes => derSequence(derSetOf(derSequence(derOid("2.5.4.3"), derElement(0x0c, utf8(text)))));
const extension = (oid: string, critical: boolean, value: Bytes): Bytes => derSequence(derOid(oid), ...(critical ? [yes] : []), derOctetString(value));
const usage = (bits: number): Bytes => extension(OID.keyUsage, true, derElement(0x03, Uint8Array.of(0, bits)));
const AUTHORITY = [extension(OID.basicConstraints, true, derSequence(yes)), usage(0x06)];
const person = (address: string): Bytes[] => [
  usage(0xa8),
  extension(OID.extendedKeyUsage, false, derSequence(derOid(OID.emailProtection))),
  extension(OID.subjectAltName, false, derSequence(derTaggedPrimitive(1, utf8(address)))),
];

/** Makes so many certificates of different people under one authority; one key serves all the people, as none of them signs here. */
export function makeLeaves(kind: IssuerKind, count: number): Leaves {
  const [root, issuer, holder] = [newPair(kind), newPair(kind), newPair("P-256")];
  const algorithm = kind === "P-256" ? derSequence(derOid(OID["ecdsa-with-SHA256"])) : derSequence(derOid(OID.sha256WithRSAEncryption), derNull());
  const validity = derSequence(derTime(new Date("2020-01-01T00:00:00Z")), derTime(new Date("2040-01-01T00:00:00Z")));
  let serial = 1;
  const certify = (by: [string, Pair], subject: [string, Pair], extensions: Bytes[]): Bytes => {
    const tbs = derSequence(derTagged(0, derInteger(2)), derInteger(serial++), algorithm, nameOf(by[0]), validity, nameOf(subject[0]), subject[1].spki, derTagged(3, derSequence(...extensions)));
    return derSequence(tbs, algorithm, derBitString(sign("sha256", tbs, by[1].privateKey)));
  };
  return {
    root: certify(["Root", root], ["Root", root], AUTHORITY),
    issuer: certify(["Root", root], ["Authority", issuer], AUTHORITY),
    leaves: concat(...Array.from({ length: count }, (_, i) => certify(["Authority", issuer], [`Person ${i}`, holder], person(`person${i}@lab.test`)))),
  };
}
