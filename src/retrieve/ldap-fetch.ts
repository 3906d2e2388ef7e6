import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, utf8 } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { contextTag, DerReader, TAG } from "../pki/der-reader.ts";
import type { LdapEntry, LdapQuestion } from "../protocol/host-port.ts";
import type { Retrieval } from "../protocol/retrieval.ts";
import { judgedAddresses } from "./addresses.ts";
import type { HttpWay } from "./http.ts";
import { searchAt } from "./ldap-search.ts";
import { type LdapPlace, readLdapUrl } from "./ldap-url.ts";

/** Attributes that may be asked for (RFC 4523 §2); the first of a list is asked for where the address names none. */
const ATTRIBUTES = {
  crl: ["certificateRevocationList", "deltaRevocationList", "authorityRevocationList"],
  issuer: ["cACertificate", "crossCertificatePair"],
} as const;

/** What an entry may have around the value. */
const OVERHEAD = 64 * 1024;

/**
 * Fetches a revocation list (DER, the first value) or certificates of an issuer (PEM, all values) from the directory entry that an
 * LDAP address names, by the same rules of addresses as over HTTP. Nobody logs in. Throws the codes of `Fetcher`.
 */
export async function fetchOverLdap(question: Retrieval, { rules, network, resolve, deadline }: HttpWay): Promise<Bytes> {
  if (question.kind !== "crl" && question.kind !== "issuer") throw new SmimeError("revocation.fetch");
  const place = readLdapUrl(question.url);
  const wanted = wantedOf(place, ATTRIBUTES[question.kind]);
  const addresses = await judgedAddresses(new URL(place.server).hostname, rules, deadline, resolve);
  const asked: LdapQuestion = { ...place, attributes: wanted.map((name) => `${name};binary`), startTls: false, login: null, scope: "base", limit: 1, timeout: 60_000 };
  try {
    const entries = await searchAt(asked, { addresses, network, deadline, octets: question.size + OVERHEAD });
    const answer = question.kind === "crl" ? (valuesOf(entries, wanted)[0] ?? refuse()) : asPem(entries);
    if (answer.length > question.size) throw new SmimeError("limits.revocation");
    return answer;
  } catch (error) {
    if (deadline.aborted) throw new SmimeError("revocation.fetch-time", { cause: error });
    if (codeOf(error) === "directory.too-many") throw new SmimeError("limits.revocation");
    throw error instanceof SmimeError && !error.code.startsWith("directory.") ? error : new SmimeError("revocation.fetch", { cause: error });
  }
}

function refuse(): never {
  throw new SmimeError("revocation.fetch");
}

/** Without options: `;binary` is how these are always asked for (RFC 4523 §2.1). */
const plain = (description: string): string => (description.split(";")[0] as string).toLowerCase();

function wantedOf({ attributes }: LdapPlace, known: readonly string[]): string[] {
  if (attributes.length === 0) return [known[0] as string];
  const wanted = known.filter((name) => attributes.some((each) => plain(each) === name.toLowerCase()));
  return wanted.length > 0 ? wanted : refuse();
}

/** Values of the attributes, in this order, whatever options the server writes. */
function valuesOf(entries: LdapEntry[], names: readonly string[]): Bytes[] {
  return names.flatMap((name) => entries.flatMap(({ attributes }) => Object.entries(attributes).flatMap(([each, values]) => (plain(each) === name.toLowerCase() ? values : []))));
}

function asPem(entries: LdapEntry[]): Bytes {
  const certificates = [...valuesOf(entries, ["cACertificate"]), ...valuesOf(entries, ["crossCertificatePair"]).flatMap(pairOf)];
  if (certificates.length === 0) refuse();
  return utf8(certificates.map((der) => `-----BEGIN CERTIFICATE-----\n${encodeBase64(der)}\n-----END CERTIFICATE-----\n`).join(""));
}

/** CertificatePair: the certificate that others issued for the authority, and that which it issued for them (RFC 4523 §2.3). */
function pairOf(value: Bytes): Bytes[] {
  try {
    const pair = new DerReader(value, "ber").enter();
    return [0, 1].flatMap((which) => {
      const certificate = pair.enterOptional(contextTag(which))?.next(TAG.sequence).raw;
      return certificate === undefined ? [] : [certificate];
    });
  } catch {
    return [];
  }
}
