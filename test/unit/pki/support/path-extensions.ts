import { type Bytes, utf8 } from "../../../../src/base/bytes.ts";
import { derElement, derInteger, derOid, derSequence, derTagged, derTaggedPrimitive } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { extension } from "./authority.ts";

export const ANY = OID.anyPolicy;
/** A made-up policy. */
export const policy = (number: number): string => `1.2.3.${number}`;

export const policies = (...oids: string[]): Bytes => extension(OID.certificatePolicies, false, derSequence(...oids.map((oid) => derSequence(derOid(oid)))));

export const mappings = (...pairs: [string, string][]): Bytes => extension(OID.policyMappings, true, derSequence(...pairs.map(([from, to]) => derSequence(derOid(from), derOid(to)))));

/** policyConstraints: certificates that may follow before an explicit policy is required, and before mappings end. */
export const policyConstraints = (explicit: number | null, mapping: number | null = null): Bytes =>
  extension(OID.policyConstraints, true, derSequence(...[explicit, mapping].flatMap((skip, tag) => (skip === null ? [] : [derTaggedPrimitive(tag, Uint8Array.of(skip))]))));

export const inhibitAny = (skip: number): Bytes => extension(OID.inhibitAnyPolicy, true, derInteger(skip));

export const rfc822 = (text: string): Bytes => derTaggedPrimitive(1, utf8(text));
export const dns = (text: string): Bytes => derTaggedPrimitive(2, utf8(text));
export const uri = (text: string): Bytes => derTaggedPrimitive(6, utf8(text));
export const ip = (...octets: number[]): Bytes => derTaggedPrimitive(7, Uint8Array.from(octets));
export const smtpUtf8 = (text: string): Bytes => derTagged(0, derOid(OID.smtpUtf8Mailbox), derTagged(0, derElement(0x0c, utf8(text))));

export const altNames = (...names: Bytes[]): Bytes => extension(OID.subjectAltName, false, derSequence(...names));

const subtrees = (tag: number, bases: Bytes[]): Bytes[] => (bases.length === 0 ? [] : [derTagged(tag, ...bases.map((base) => derSequence(base)))]);

export const nameConstraints = ({ permitted = [], excluded = [] }: { permitted?: Bytes[]; excluded?: Bytes[] }): Bytes =>
  extension(OID.nameConstraints, true, derSequence(...subtrees(0, permitted), ...subtrees(1, excluded)));
