import type { JSX } from "preact";
import type { RevocationListFacts } from "../../src/protocol/page-requests.ts";
import type { AuthorityRow, CertificateDetails, CertificateRow, TrustOffer } from "../../src/protocol/certificates.ts";
import { CertificatesView } from "../../src/ui/certificates/certificates-view.tsx";
import { type CertificatesModel, emptyCertificates } from "../../src/ui/certificates/model.ts";
import type { RevocationDetail } from "../../src/protocol/trust-port.ts";
import * as s from "../unit/ui/samples.ts";
import { anything, identity, root } from "./page-states.tsx";

const now = new Date("2026-05-03T10:31:00Z");
const row = (change: Partial<CertificateRow> = {}): CertificateRow => ({ ...s.facts(), addedAt: "2026-04-02T09:00:00Z", signedAt: "2026-05-02T08:31:00Z", ...change });
const authority = (change: Partial<AuthorityRow> = {}): AuthorityRow => ({ ...row(), ...root, addedAt: "2026-03-01T09:00:00Z", signedAt: null, by: "user", ...change });
const many = <T,>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const hexOf = (index: number): string => index.toString(16).padStart(64, "0");
const shipped = many(88, (index) => authority({ by: "shipped", name: `Public Root ${index + 1}`, addedAt: null, sha256: hexOf(index + 1) }));
const completingRow = authority({ name: "Partner Issuing CA", sha256: "ac".repeat(32), by: "nobody" });
const lists: NonNullable<CertificatesModel["lists"]> = {
  people: [row(), row({ name: s.carol.name, addresses: [s.carol.address], sha256: "bb".repeat(32), notAfter: "2024-05-01T00:00:00Z", source: "file", signedAt: null }), row({ name: "dave@lab.test", addresses: ["dave@lab.test", "david.with-a-long-name@department.example.org"], sha256: "cc".repeat(32), source: "directory", signedAt: null })],
  mine: [{ ...identity, addedAt: "2026-03-01T09:00:00Z" }],
  authorities: [authority(), authority({ name: "Example Corp Root", sha256: "aa".repeat(32), by: "organisation", addedAt: null }), completingRow, ...shipped],
  decisions: [{ ...row({ name: "Erin Example", addresses: ["erin@elsewhere.test"], sha256: "dd".repeat(32), source: "file", signedAt: null }), decision: "trusted" }, { ...row({ name: "Old Corp Root", addresses: [], sha256: "ee".repeat(32), source: "file", signedAt: null }), decision: "distrusted" }],
};
const nothingListed: CertificatesModel["lists"] = { people: [], mine: [], authorities: shipped, decisions: [] };
const detailed: CertificateDetails = { facts: s.facts(), der: "", version: 3, signatureAlgorithm: "sha256WithRSAEncryption", keyUsage: ["digitalSignature", "keyEncipherment"], extendedKeyUsage: ["emailProtection"], authority: null, subjectKeyIdentifier: "4bb5d86e0f7f5e1a9d0c5a6c7f2b8e3d1a2b3c4d", policies: ["2.23.140.1.5.3.2"], code: "ok", chain: ["CN=Bob Example,O=Lab,C=DE", "CN=Lab Issuing CA,O=Lab,C=DE", "CN=Lab Root CA,O=Lab,C=DE"] };
const told: RevocationDetail = { ...s.revokedDetail, code: "ok", revokedAt: null, reason: null };
const revocation: CertificatesModel["revocation"] = {
  [s.facts().sha256]: { state: "good", detail: told },
  ["bb".repeat(32)]: { state: "unreachable", detail: { ...told, code: "revocation.outdated", source: null, thisUpdate: null, nextUpdate: null } },
  ["cc".repeat(32)]: { state: "revoked", detail: s.revokedDetail },
  "1": { state: "not-asked", detail: null },
};
const revocationLists: RevocationListFacts[] = [
  { key: "file 1", issuer: "CN=Lab Issuing CA,O=Lab,C=DE", thisUpdate: "2026-05-01T06:00:00Z", nextUpdate: "2026-05-08T06:00:00Z", entries: 1, addedAt: "2026-05-03T09:00:00Z" },
  { key: "file 2", issuer: "CN=An authority whose name does not want to end,OU=Department of Long Names,O=Example Corporation International,C=DE", thisUpdate: "2026-03-01T06:00:00Z", nextUpdate: "2026-03-08T06:00:00Z", entries: 104_212, addedAt: "2026-03-01T09:00:00Z" },
];
const offer: TrustOffer = { certificate: root, der: "", kind: "authority", leaf: s.facts({ name: s.alice.name, addresses: [s.alice.address], source: "message" }), code: "ok" };
const certificates = (change: Partial<CertificatesModel> = {}) => (): JSX.Element => (
  <CertificatesView model={{ ...emptyCertificates, lists, revocation, revocationLists, ...change }} actions={anything()} now={now} />
);
export const certificatesStates: Record<string, () => JSX.Element> = {
  full: certificates({ added: [s.facts()] }),
  "looking-up": certificates({ revocation: {} }),
  empty: certificates({ lists: nothingListed, revocation: {}, revocationLists: [] }),
  "added-list": certificates({ lists: nothingListed, addedLists: revocationLists.slice(0, 1), revocationLists: revocationLists.slice(0, 1) }),
  "removed-list": certificates({ lists: nothingListed, revocationLists: revocationLists.slice(1), done: { what: "removed", kind: "revocation", name: "CN=Lab Issuing CA,O=Lab,C=DE", undo: "1" } }),
  "not-readable": certificates({ lists: nothingListed, revocationLists: [], problem: "revocation.malformed" }),
  revoked: certificates({ lists: { ...lists, people: lists.people.slice(2) }, details: { ["cc".repeat(32)]: { ...detailed, facts: lists.people[2] ?? s.facts(), code: "revocation.revoked" } } }),
  "kept-authorities": certificates({ lists: { ...lists, authorities: [completingRow] }, added: [], completing: [completingRow, completingRow], offers: [{ ...offer, leaf: null }] }),
  completing: certificates({ lists: { ...nothingListed, authorities: [completingRow] }, details: { [completingRow.sha256]: { ...detailed, facts: completingRow, authority: { pathLength: 0 }, code: "pki.untrusted", chain: [] } } }),
  "removed-completing": certificates({ lists: nothingListed, done: { what: "removed", kind: "authorities", name: completingRow.name, completing: true, undo: "1" } }),
  "shipped-off": certificates({ lists: { ...nothingListed, authorities: [] } }),
  many: certificates({ lists: { ...lists, people: many(600, (index) => row({ name: `Person ${index + 1}`, addresses: [`person${index + 1}@lab.test`], sha256: hexOf(index + 1) })) } }),
  details: certificates({ lists: { ...lists, people: lists.people.slice(0, 1) }, details: { [detailed.facts.sha256]: detailed } }),
  untrusted: certificates({ lists: { ...lists, people: lists.people.slice(0, 1) }, details: { [detailed.facts.sha256]: { ...detailed, code: "pki.untrusted", chain: [] } } }),
  removed: certificates({ lists: { ...lists, people: lists.people.slice(1) }, done: { what: "removed", kind: "people", name: s.facts().name, undo: "1" } }),
  "removed-authority": certificates({ lists: { ...lists, authorities: shipped }, done: { what: "removed", kind: "authorities", name: "Lab Root CA", undo: "1" } }),
  trusted: certificates({ done: { what: "trusted", kind: "decisions", name: "Erin Example", undo: "1" } }),
  offers: certificates({ offers: [offer, { ...offer, certificate: { ...root, name: "Lab Root CA 2", sha256: "ab".repeat(32) } }] }),
  "compare-authority": certificates({ comparing: offer }),
  "compare-wrong": certificates({ comparing: offer }),
  "compare-fits": certificates({ comparing: offer }),
  "compare-person": certificates({ comparing: { ...offer, kind: "person", certificate: s.facts(), code: "pki.expired" } }),
  "remove-key": certificates(),
};
