import { sign } from "node:crypto";
import { type Bytes, concat, fromHex, utf8 } from "../../../../src/base/bytes.ts";
import type { Certificate } from "../../../../src/pki/certificate.ts";
import { derBitString, derElement, derInteger, derNull, derOctetString, derOid, derSequence, derTagged, derTaggedPrimitive, derTime } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { readPublicKey } from "../../../../src/pki/public-key.ts";
import { type Crl, parseCrl } from "../../../../src/pki/revocation/crl.ts";
import { type OcspResponse, parseOcspResponse } from "../../../../src/pki/revocation/ocsp-response.ts";
import { extension, type Issued } from "./authority.ts";

export const uri = (text: string): Bytes => derTaggedPrimitive(6, utf8(text));
export const directory = (name: Bytes): Bytes => derTagged(4, name);
const flags = (tag: number, ...bits: number[]): Bytes => {
  let value = 0;
  for (const bit of bits) value |= 0x8000 >> bit;
  return derTaggedPrimitive(tag, Uint8Array.of(0, value >> 8, value & 0xff));
};

export interface PointWish {
  names?: Bytes[];
  /** A relative name of one attribute: its common name. */
  relative?: string;
  /** Numbers of reason flags. */
  reasons?: number[];
  issuers?: Bytes[];
}

const relativeName = (text: string): Bytes => derTagged(0, derTagged(1, derSequence(derOid("2.5.4.3"), derElement(0x0c, utf8(text)))));
const pointName = ({ names, relative }: PointWish): Bytes[] => [...(names ? [derTagged(0, derTagged(0, ...names))] : []), ...(relative === undefined ? [] : [relativeName(relative)])];

export function distributionPoints(...points: PointWish[]): Bytes {
  const all = points.map((point) => derSequence(...pointName(point), ...(point.reasons ? [flags(1, ...point.reasons)] : []), ...(point.issuers ? [derTagged(2, ...point.issuers)] : [])));
  return extension(OID.crlDistributionPoints, false, derSequence(...all));
}

export function accessTo(method: string, ...places: Bytes[]): Bytes {
  return extension(OID.authorityInfoAccess, false, derSequence(...places.map((place) => derSequence(derOid(method), place))));
}

export const noCheck = extension(OID.noCheck, false, derNull());

export interface ScopeWish extends PointWish {
  only?: "user" | "authority" | "attribute";
  indirect?: boolean;
}

export function issuingPoint(wish: ScopeWish): Bytes {
  const yes = (tag: number): Bytes => derTaggedPrimitive(tag, Uint8Array.of(0xff));
  return extension(OID.issuingDistributionPoint, true, derSequence(
    ...pointName(wish),
    ...(wish.only === "user" ? [yes(1)] : []),
    ...(wish.only === "authority" ? [yes(2)] : []),
    ...(wish.reasons ? [flags(3, ...wish.reasons)] : []),
    ...(wish.indirect === true ? [yes(4)] : []),
    ...(wish.only === "attribute" ? [yes(5)] : []),
  ));
}

export interface EntryWish {
  serial: string;
  at?: string;
  reason?: number;
  invalidity?: string;
  /** Names of the certificate's issuer, in an indirect list. */
  issuer?: Bytes;
  more?: Bytes[];
}

const generalized = (iso: string): Bytes => derElement(0x18, utf8(new Date(iso).toISOString().replaceAll(/[-:T]|\.\d+/g, "")));
const enumerated = (value: number): Bytes => derElement(0x0a, Uint8Array.of(value));

export function entry(wish: EntryWish): Bytes {
  const extensions = [
    ...(wish.reason === undefined ? [] : [extension(OID.cRLReason, false, enumerated(wish.reason))]),
    ...(wish.invalidity === undefined ? [] : [extension(OID.invalidityDate, false, generalized(wish.invalidity))]),
    ...(wish.issuer === undefined ? [] : [extension(OID.certificateIssuer, true, derSequence(directory(wish.issuer)))]),
    ...(wish.more ?? []),
  ];
  return derSequence(derInteger(fromHex(wish.serial)), derTime(new Date(wish.at ?? "2026-01-01T00:00:00Z")), ...(extensions.length > 0 ? [derSequence(...extensions)] : []));
}

export interface CrlWish {
  issuer: Issued;
  entries?: EntryWish[];
  /** All entries in one piece, for long lists. */
  raw?: Bytes;
  from?: string;
  /** Null for a list that does not say. */
  to?: string | null;
  number?: number;
  base?: number;
  scope?: ScopeWish;
  more?: Bytes[];
  /** Version 1 has no extensions. */
  version?: 1 | 2;
  digest?: "sha1" | "sha256";
}

export function crlDer(wish: CrlWish): Bytes {
  const digest = wish.digest ?? "sha256";
  const algorithm = derSequence(derOid(OID[digest === "sha1" ? "ecdsa-with-SHA1" : "ecdsa-with-SHA256"]));
  const extensions = [
    ...(wish.number === undefined ? [] : [extension(OID.cRLNumber, false, derInteger(wish.number))]),
    ...(wish.base === undefined ? [] : [extension(OID.deltaCRLIndicator, true, derInteger(wish.base))]),
    ...(wish.scope === undefined ? [] : [issuingPoint(wish.scope)]),
    ...(wish.more ?? []),
  ];
  const entries = wish.raw ?? concat(...(wish.entries ?? []).map(entry));
  const tbs = derSequence(
    ...(wish.version === 1 ? [] : [derInteger(1)]),
    algorithm,
    wish.issuer.certificate.subject.der,
    derTime(new Date(wish.from ?? "2026-06-01T00:00:00Z")),
    ...(wish.to === null ? [] : [derTime(new Date(wish.to ?? "2026-07-01T00:00:00Z"))]),
    ...(entries.length > 0 ? [derSequence(entries)] : []),
    ...(extensions.length > 0 ? [derTagged(0, derSequence(...extensions))] : []),
  );
  return derSequence(tbs, algorithm, derBitString(sign(digest, tbs, wish.issuer.key)));
}

export const crl = (wish: CrlWish): Crl => parseCrl(crlDer(wish));

export interface OcspWish {
  /** Who signs. */
  signer: Issued;
  /** Whose certificates are spoken of. */
  issuer: Issued;
  about: { certificate: Certificate; status?: "good" | "revoked" | "unknown"; reason?: number; at?: string; from?: string; to?: string | null; digest?: "sha1" | "sha256" | "sha384" | "sha512"; more?: Bytes[] }[];
  certificates?: Issued[];
  by?: "name" | "key";
  producedAt?: string;
  more?: Bytes[];
}

async function hashed(name: string, octets: Bytes): Promise<Bytes> {
  return derOctetString(new Uint8Array(await crypto.subtle.digest(name.replace("sha", "SHA-"), octets)));
}

export async function ocspDer(wish: OcspWish): Promise<Bytes> {
  const algorithm = wish.signer.key.asymmetricKeyType === "rsa" ? derSequence(derOid(OID.sha256WithRSAEncryption), derNull()) : derSequence(derOid(OID["ecdsa-with-SHA256"]));
  const responses: Bytes[] = [];
  for (const about of wish.about) {
    const digest = about.digest ?? "sha256";
    const status = { good: () => derTaggedPrimitive(0, new Uint8Array(0)), unknown: () => derTaggedPrimitive(2, new Uint8Array(0)), revoked: () => derTagged(1, generalized(about.at ?? "2026-01-01T00:00:00Z"), ...(about.reason === undefined ? [] : [derTagged(0, enumerated(about.reason))])) };
    responses.push(derSequence(
      derSequence(
        derSequence(derOid(OID[digest]), derNull()),
        await hashed(digest, about.certificate.issuer.der),
        await hashed(digest, readPublicKey(wish.issuer.certificate.spki).key),
        derInteger(fromHex(about.certificate.serial)),
      ),
      status[about.status ?? "good"](),
      generalized(about.from ?? "2026-06-14T00:00:00Z"),
      ...(about.to === null ? [] : [derTagged(0, generalized(about.to ?? "2026-06-20T00:00:00Z"))]),
      ...(about.more ? [derTagged(1, derSequence(...about.more))] : []),
    ));
  }
  const { certificate } = wish.signer;
  const responder = wish.by === "key" ? derTagged(2, await hashed("sha1", readPublicKey(certificate.spki).key)) : derTagged(1, certificate.subject.der);
  const data = derSequence(responder, generalized(wish.producedAt ?? "2026-06-14T00:00:00Z"), derSequence(...responses), ...(wish.more ? [derTagged(1, derSequence(...wish.more))] : []));
  const along = wish.certificates ? [derTagged(0, derSequence(...wish.certificates.map((each) => each.certificate.der)))] : [];
  const basic = derSequence(data, algorithm, derBitString(sign("sha256", data, wish.signer.key)), ...along);
  return derSequence(enumerated(0), derTagged(0, derSequence(derOid(OID.basicOCSPResponse), derOctetString(basic))));
}

export const ocsp = async (wish: OcspWish): Promise<OcspResponse> => parseOcspResponse(await ocspDer(wish));

/** An answer that says nothing: tryLater (3), unauthorized (6), … */
export const refusal = (status: number): Bytes => derSequence(enumerated(status));

/** So many entries without extensions, of serial numbers that begin with `10`, in one piece. */
export function manyEntries(count: number): Bytes {
  const one = entry({ serial: "1000000000000000" });
  const out = new Uint8Array(one.length * count);
  const view = new DataView(out.buffer);
  for (let i = 0; i < count; i++) {
    out.set(one, i * one.length);
    // Scattered, as authorities draw them; the multiplier is odd, so that no number comes twice.
    view.setUint32(i * one.length + 8, Math.imul(i, 0x9e3779b1) >>> 0);
  }
  return out;
}

/** The serial number of entry `i` of them. */
export const serialOfMany = (i: number): string => `10000000${(Math.imul(i, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0")}`;

