import { type Bytes, equal } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../algorithm.ts";
import { DerReader, TAG, contextTag, readSingle } from "../der-reader.ts";
import { bitStringOctets, countOf, timeOf } from "../der-values.ts";
import { type DistinguishedName, readName } from "../name.ts";
import { type CrlEntries, readEntries } from "./crl-entries.ts";
import { type CrlExtensions, NO_EXTENSIONS, readCrlExtensions } from "./crl-extensions.ts";
import { crlLimits } from "./limits.ts";
import { reading, refuse } from "./refuse.ts";

/** A certificate revocation list of RFC 5280 §5, read once; its signature is not looked at. */
export interface Crl extends CrlExtensions {
  /** What the issuer signed, DER. */
  tbs: Bytes;
  issuer: DistinguishedName;
  thisUpdate: Date;
  /** Null if the list does not say, which RFC 5280 does not allow and some issuers do. */
  nextUpdate: Date | null;
  entries: CrlEntries;
  signatureAlgorithm: Algorithm;
  signature: Bytes;
}

/**
 * Reads a DER list of version 1 or 2. Its octets are kept as they are, not copied: do not change them afterwards.
 * @param size most octets that it may have
 * Throws `revocation.malformed`, `limits.revocation`.
 */
export function parseCrl(der: Bytes, size: number = crlLimits.size): Crl {
  if (der.length > size) throw new SmimeError("limits.revocation");
  return reading(() => {
    const outer = new DerReader(readSingle(der, TAG.sequence).content);
    const tbs = outer.next(TAG.sequence);
    const signatureAlgorithm = readAlgorithm(outer.next(TAG.sequence));
    const signature = bitStringOctets(outer.next(TAG.bitString));
    outer.end();

    const fields = new DerReader(tbs.content);
    const version = fields.optional(TAG.integer);
    // Version 1 goes unsaid (RFC 5280 §5.1.2.1).
    if (version !== null && countOf(version) !== 1) refuse();
    const inner = fields.next(TAG.sequence);
    const issuer = readName(fields.next(TAG.sequence));
    const thisUpdate = timeOf(fields.next());
    const next = fields.peek();
    const nextUpdate = next === TAG.utcTime || next === TAG.generalizedTime ? timeOf(fields.next()) : null;
    const revoked = fields.optional(TAG.sequence);
    const list = fields.enterOptional(contextTag(0));
    const extensions = list === null ? NO_EXTENSIONS : readCrlExtensions(list.enter());
    list?.end();
    fields.end();
    // RFC 5280 §5.1.1.2: both name the same algorithm. §5.1.2.6: no empty list. §5.1.2.1: extensions mean version 2.
    if (!equal(inner.raw, signatureAlgorithm.der) || revoked?.content.length === 0 || (list !== null && version === null)) refuse();
    return {
      ...extensions,
      tbs: tbs.raw,
      issuer,
      thisUpdate,
      nextUpdate,
      entries: readEntries(revoked?.content ?? new Uint8Array(0), version !== null, extensions.scope?.indirect === true ? null : issuer),
      signatureAlgorithm,
      signature,
    };
  });
}

/**
 * Sorts lists so that later ones, which supersede earlier ones of the same scope, come first (RFC 5280 §5.2.3). The date goes
 * first, which every list has: numbers of different issuers or of none would make it no order at all.
 */
export function newestFirst(a: Crl, b: Crl): number {
  const later = b.thisUpdate.getTime() - a.thisUpdate.getTime();
  if (later !== 0) return later;
  const [ours, theirs] = [a.number ?? -1n, b.number ?? -1n];
  return ours === theirs ? 0 : ours > theirs ? -1 : 1;
}
