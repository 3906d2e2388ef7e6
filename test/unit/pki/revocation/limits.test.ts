import { describe, expect, it } from "vitest";
import { type Bytes, concat } from "../../../../src/base/bytes.ts";
import { codeOf } from "../../../../src/base/errors.ts";
import { derNull, derOctetString, derSequence, derTaggedPrimitive } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { parseCrl } from "../../../../src/pki/revocation/crl.ts";
import { crlLimits, ocspLimits, revocationLimits } from "../../../../src/pki/revocation/limits.ts";
import { parseOcspResponse } from "../../../../src/pki/revocation/ocsp-response.ts";
import { extension, issue, nameOf } from "../support/authority.ts";
import { crl, crlDer, directory, distributionPoints, entry, ocsp, ocspDer, uri } from "../support/revocation.ts";
import { authority, pathOf, person, root, saidOf } from "../support/revocation-stage.ts";

type Try = (count: number) => string | Promise<string>;
type Case = [limit: number, attempt: Try, at: string, beyond: string];

const reading = async (read: () => unknown): Promise<string> => {
  try {
    await read();
    return "read";
  } catch (error) {
    return codeOf(error);
  }
};
const extensions = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => extension(`1.2.3.${i}`, false, derNull()));
const listOf = (octets: number): Bytes => {
  const bare = crlDer({ issuer: authority, raw: concat(entry({ serial: "01" })) });
  return concat(bare, new Uint8Array(Math.max(0, octets - bare.length)));
};
const issuers = (count: number): Bytes => concat(...Array.from({ length: count }, (_, i) => entry({ serial: "01", issuer: nameOf(`A ${i}`) })));
const alice = person();
const answer = { signer: authority, issuer: authority };

/** So many lists of somebody who calls himself the authority, and then its own. */
function strangers(count: number) {
  const stranger = issue({ name: "Authority", ca: true, keyUsage: 0x06 });
  return saidOf(pathOf(alice), {
    crls: [...Array.from({ length: count }, (_, i) => crl({ issuer: stranger, number: 1000 - i })), crl({ issuer: authority, number: 1 })],
  });
}

const identifier = (i: number): Bytes => Uint8Array.of(i >> 8, i & 0xff);
const subjectKey = (i: number): Bytes => extension(OID.subjectKeyIdentifier, false, derOctetString(identifier(i)));
const authorityKey = (i: number): Bytes => extension(OID.authorityKeyIdentifier, false, derSequence(derTaggedPrimitive(0, identifier(i))));

/** So many lists, each signed by a key of its own, told by its identifier; only the last one's certificate has a path. */
function signers(count: number) {
  const keys = Array.from({ length: count }, (_, i) => issue({ name: "Authority", keyUsage: 0x02, more: [subjectKey(i)], ...(i === count - 1 ? { issuer: root } : {}) }));
  const crls = keys.map((issuer, i) => crl({ issuer, number: 1000 - i, more: [authorityKey(i)] }));
  return saidOf(pathOf(alice), { crls: [...crls, crl({ issuer: root })], certificates: keys.map(({ certificate }) => certificate) });
}

/** An indirect list whose signer's own certificate names another such list, so many deep; the last one's is the root's matter. */
function chain(count: number) {
  const named = (i: number) => ({ more: i === count ? [] : [distributionPoints({ issuers: [directory(nameOf(`Lists ${i}`))] })] });
  const signers = Array.from({ length: count }, (_, i) => issue({ name: `Lists ${i}`, issuer: root, keyUsage: 0x02, ...named(i + 1) }));
  const crls = [crl({ issuer: root }), ...signers.map((issuer) => crl({ issuer, scope: { indirect: true } }))];
  return saidOf(pathOf(person(named(0))), { crls, certificates: signers.map(({ certificate }) => certificate) });
}

const ofLists: Record<keyof typeof crlLimits, Case> = {
  // 256 MiB would cost a test too much: put to 1000 octets; the octets behind the list are refused.
  size: [1000, (count) => reading(() => parseCrl(listOf(count), 1000)), "revocation.malformed", "limits.revocation"],
  extensions: [crlLimits.extensions, (count) => reading(() => crlDer({ issuer: authority, more: extensions(count) }) && crl({ issuer: authority, more: extensions(count) })), "read", "limits.revocation"],
  issuers: [crlLimits.issuers, (count) => reading(() => crl({ issuer: authority, scope: { indirect: true }, raw: issuers(count) })), "read", "limits.revocation"],
  points: [crlLimits.points, (count) => saidOf(pathOf(person({ more: [distributionPoints(...Array.from({ length: count }, (_, i) => ({ names: [uri(`http://${i}`)] })))] })), { crls: [crl({ issuer: authority })] }), "good", "limits.revocation"],
};

const ofAnswers: Record<keyof typeof ocspLimits, Case> = {
  size: [ocspLimits.size, (count) => reading(() => parseOcspResponse(new Uint8Array(count))), "revocation.malformed", "limits.revocation"],
  responses: [ocspLimits.responses, (count) => reading(() => ocsp({ ...answer, about: Array.from({ length: count }, () => ({ certificate: alice.certificate })) })), "read", "limits.revocation"],
  certificates: [ocspLimits.certificates, (count) => reading(async () => parseOcspResponse(await ocspDer({ ...answer, about: [], certificates: Array.from({ length: count }, () => alice) }))), "read", "limits.revocation"],
};

const ofChecks: Record<keyof typeof revocationLimits, Case> = {
  // One of them is the authority's own list's.
  signatures: [revocationLimits.signatures - 1, strangers, "good", "limits.revocation"],
  standings: [revocationLimits.standings, signers, "good", "limits.revocation"],
  depth: [revocationLimits.depth, chain, "good", "revocation.signer-unchecked"],
};

describe.each([
  ["lists", ofLists, crlLimits],
  ["OCSP answers", ofAnswers, ocspLimits],
  ["checks", ofChecks, revocationLimits],
] as const)("limits of %s (RV-04)", (_kind, cases, limits) => {
  it("each has a case here", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(limits).sort());
  });

  it.each(Object.entries<Case>(cases))("%s, on both sides", async (_name, [limit, attempt, at, beyond]) => {
    expect(await attempt(limit - 1)).toBe(at);
    expect(await attempt(limit)).toBe(at);
    expect(await attempt(limit + 1)).toBe(beyond);
  });
});
