import { type Bytes, concat, equal, latin1 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { derElement } from "../der.ts";
import { DerReader, TAG, type Tlv, contextTag } from "../der-reader.ts";
import { type DistinguishedName, parseName, readName, sameName } from "../name.ts";
import { crlLimits } from "./limits.ts";
import { refuse } from "./refuse.ts";

/** A name of a place where revocation is told. */
export type PlaceName = { kind: "directory"; name: DistinguishedName } | { kind: "uri"; text: string } | { kind: "other"; raw: Bytes };

/** DistributionPointName (RFC 5280 §4.2.1.13): names in full, or the end of one whose beginning is the CRL issuer's. */
export type PointName = { kind: "full"; names: PlaceName[] } | { kind: "relative"; rdn: Bytes };

/** Reads the GeneralNames of an implicit tag's contents. Throws `pki.malformed`, `revocation.malformed`. */
export function readPlaceNames(content: Bytes): PlaceName[] {
  const names = new DerReader(content).rest();
  if (names.length === 0) refuse();
  if (names.length > crlLimits.points) throw new SmimeError("limits.revocation");
  return names.map(readPlaceName);
}

/** Reads one GeneralName as far as it names a place. Throws `pki.malformed`, `revocation.malformed`. */
export function readPlaceName(tlv: Tlv): PlaceName {
  if ((tlv.tag & 0xc0) !== 0x80) refuse();
  if (tlv.tag === contextTag(6, "primitive")) return { kind: "uri", text: latin1(tlv.content) };
  if (tlv.tag !== contextTag(4)) return { kind: "other", raw: tlv.raw };
  const reader = new DerReader(tlv.content);
  const name = readName(reader.next(TAG.sequence));
  reader.end();
  return { kind: "directory", name };
}

/** Reads a DistributionPointName from the contents of the explicit tag around it. Throws `pki.malformed`, `revocation.malformed`. */
export function readPointName(content: Bytes): PointName {
  const reader = new DerReader(content);
  const choice = reader.next();
  reader.end();
  if (choice.tag === contextTag(0)) return { kind: "full", names: readPlaceNames(choice.content) };
  if (choice.tag !== contextTag(1) || choice.content.length === 0) refuse();
  return { kind: "relative", rdn: choice.content };
}

/** The names of a point in full, those under each of the CRL issuer's names if it is relative (RFC 5280 §4.2.1.13). Throws `pki.malformed`. */
export function fullNames(name: PointName, crlIssuers: readonly DistinguishedName[]): PlaceName[] {
  if (name.kind === "full") return name.names;
  return crlIssuers.map((issuer) => {
    const rdns = new DerReader(issuer.der).next().content;
    return { kind: "directory", name: parseName(derElement(TAG.sequence, concat(rdns, derElement(TAG.set, name.rdn)))) };
  });
}

/** Tells whether two lists of names have one in common. */
export function shareName(a: readonly PlaceName[], b: readonly PlaceName[]): boolean {
  return a.some((one) => b.some((other) => samePlace(one, other)));
}

function samePlace(a: PlaceName, b: PlaceName): boolean {
  switch (a.kind) {
    case "directory":
      return b.kind === "directory" && sameName(a.name, b.name);
    case "uri":
      return b.kind === "uri" && a.text === b.text;
    case "other":
      return b.kind === "other" && equal(a.raw, b.raw);
  }
}
