import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import type { CertificateDetails, TrustOffer } from "../../../src/protocol/certificates.ts";
import { type CertificatesModel, emptyCertificates, makeCertificates } from "../../../src/ui/certificates/model.ts";
import { pemOf } from "../../../src/ui/certificates/pem.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import { facts } from "./samples.ts";

const lists = { people: [], mine: [], authorities: [], decisions: [] };
const list = { key: "file 1", issuer: "CN=Lab Root", thisUpdate: "2026-05-03T06:00:00Z", nextUpdate: null, entries: 1, addedAt: "2026-05-03T06:00:00Z" };

function desk({ undo = "u1", offered = null, answers: more = {} }: { undo?: string | null; offered?: TrustOffer | null; answers?: Record<string, unknown> } = {}) {
  const asked: [string, unknown][] = [];
  const saved: [string, string][] = [];
  const cell = makeCell<CertificatesModel>(emptyCertificates);
  const answers: Record<string, unknown> = { "certificates.lists": lists, "revocation.lists": [], "identity.remove": null, "trust.offered": offered, "certificates.details": { der: "AAAA" }, ...more };
  const ask = (name: string, input: unknown) => {
    if (name !== "certificates.lists" && name !== "revocation.lists") asked.push([name, input]);
    const answer = Object.hasOwn(answers, name) ? answers[name] : { undo };
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, saved, cell, ...makeCertificates(cell, { ask: ask as never, save: (name, bytes) => saved.push([name, new TextDecoder().decode(bytes)]) }) };
}

const offer = (kind: TrustOffer["kind"]): TrustOffer => ({ certificate: facts({ name: "Lab Root" }), der: "AAAA", kind, leaf: null, code: "ok" });
const tick = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("removing on the certificates page", () => {
  it.each([["people", "certificates.remove"], ["authorities", "anchor.remove"], ["decisions", "trust.forget"]] as const)("of %s can be undone for ten seconds", async (kind, request) => {
    const { asked, cell, remove, undo } = desk();
    remove(kind, "k", "Bob");
    await tick(9_900);
    expect(cell.get().done).toEqual({ what: "removed", kind, name: "Bob", undo: "u1" });
    undo();
    expect(cell.get().done).toBeNull();
    expect(asked).toEqual([[request, { sha256: "k" }], ["removal.undo", { undo: "u1" }]]);
    remove(kind, "k", "Bob");
    await tick(10_000);
    expect(cell.get().done).toBeNull();
    undo();
    expect(asked).toHaveLength(3);
  });

  it("of a revocation list can be undone too", async () => {
    const { asked, cell, remove, undo } = desk();
    remove("revocation", "file 1", "CN=Lab Root");
    await tick();
    expect(cell.get().done).toEqual({ what: "removed", kind: "revocation", name: "CN=Lab Root", undo: "u1" });
    undo();
    expect(asked).toEqual([["revocation.remove", { key: "file 1" }], ["removal.undo", { undo: "u1" }]]);
  });

  it("of a key offers no way back, and neither does removing nothing", async () => {
    const { asked, cell, remove } = desk();
    remove("mine", "1", "Alice");
    await tick();
    expect([asked, cell.get().done]).toEqual([[["identity.remove", { id: "1" }]], null]);
    const nothing = desk({ undo: null });
    nothing.remove("people", "k", "Bob");
    await tick();
    expect(nothing.cell.get().done).toBeNull();
  });

  it("of an authority that nobody trusts is told apart from one that signatures rest on", async () => {
    const authority = (sha256: string, by: string) => ({ ...facts({ sha256 }), addedAt: null, signedAt: null, by });
    const { cell, remove, refresh } = desk({ answers: { "certificates.lists": { ...lists, authorities: [authority("a", "nobody"), authority("b", "user")] } } });
    refresh();
    await tick();
    remove("authorities", "a", "Issuing CA");
    await tick();
    expect(cell.get().done).toEqual({ what: "removed", kind: "authorities", name: "Issuing CA", completing: true, undo: "u1" });
    remove("authorities", "b", "Root CA");
    await tick();
    expect(cell.get().done).toEqual({ what: "removed", kind: "authorities", name: "Root CA", undo: "u1" });
  });

  it("offers the last removal alone, for its own ten seconds", async () => {
    const { cell, remove } = desk();
    remove("people", "k", "Bob");
    await tick(6_000);
    remove("people", "l", "Carol");
    await tick(6_000);
    expect(cell.get().done).toMatchObject({ name: "Carol" });
  });
});

describe("adding a file on the certificates page", () => {
  const file = (name: string, text: string, size = text.length) => ({ name, size, arrayBuffer: () => Promise.resolve(new TextEncoder().encode(text).buffer) });
  const CRL = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
  const malformed = { "certificates.import": new SmimeError("pki.malformed") };
  const both = { "certificates.import": { kept: [facts()], intermediates: [], offers: [] }, "revocation.import": { lists: [list] } };

  it.each([
    ["a list by its name", file("ca.CRL", "0"), both, ["revocation.import"], 0, 1],
    ["a list in PEM, whatever its name", file("ca.pem", CRL), both, ["revocation.import"], 0, 1],
    ["a certificate", file("bob.cer", "0"), both, ["certificates.import"], 1, 0],
    ["certificates and a list in one PEM file", file("all.pem", `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${CRL}`), both, ["revocation.import", "certificates.import"], 1, 1],
    ["a list in DER by another name", file("ca.der", "0"), { ...both, ...malformed }, ["certificates.import", "revocation.import"], 0, 1],
  ])("%s", async (_what, chosen, answers, requests, kept, added) => {
    const { asked, cell, addFile } = desk({ answers });
    addFile(chosen);
    await tick();
    expect(asked.map(([name]) => name)).toEqual(requests);
    expect(cell.get()).toMatchObject({ problem: null });
    expect([cell.get().added?.length ?? 0, cell.get().addedLists?.length ?? 0]).toEqual([kept, added]);
  });

  it("tells which authorities complete paths from now on, until the next thing is done", async () => {
    const { cell, addFile, remove } = desk({ answers: { "certificates.import": { kept: [], intermediates: [facts({ name: "Issuing CA" })], offers: [] } } });
    addFile(file("ca.cer", "0"));
    await tick();
    expect(cell.get()).toMatchObject({ added: [], completing: [{ name: "Issuing CA" }] });
    remove("people", "k", "Bob");
    expect(cell.get().completing).toEqual([]);
  });

  it.each([
    ["nothing that is known", file("x.der", "0"), { ...malformed, "revocation.import": new SmimeError("revocation.malformed") }, "pki.malformed", 2],
    ["a broken list", file("x.crl", "0"), { "revocation.import": new SmimeError("revocation.malformed") }, "revocation.malformed", 1],
    ["more than a list may be", file("x.crl", "0", 40_000_001), both, "limits.revocation", 0],
    ["more than certificates may be", file("x.cer", "0".repeat(1_000_001)), both, null, 1],
  ])("%s ends in a code", async (_what, chosen, answers, problem, requests) => {
    const { asked, cell, addFile } = desk({ answers });
    addFile(chosen);
    await tick();
    expect([cell.get().problem, asked.length]).toEqual([problem, requests]);
  });
});

describe("revocation in the rows", () => {
  it("is looked up in portions after the lists are there, and again when they change; an older look-up gives way (RV-01)", async () => {
    const row = (sha256: string) => ({ ...facts({ sha256 }), addedAt: null, signedAt: null });
    const all = { ...lists, people: Array.from({ length: 60 }, (_, i) => row(`p${i}`)), mine: [{ id: "own" }] };
    const { asked, cell, refresh } = desk({ answers: { "certificates.lists": all, "certificates.revocation": { p0: { state: "good", detail: null } } } });
    refresh();
    await tick();
    const portions = () => asked.filter(([name]) => name === "certificates.revocation").map(([, input]) => (input as { sha256: string[] }).sha256);
    expect(portions().map(({ length }) => length)).toEqual([50, 11]);
    expect(portions()[1]?.at(-1)).toBe("own");
    expect(cell.get().revocation).toEqual({ p0: { state: "good", detail: null } });
  });

  it("that cannot be looked up spoils nothing", async () => {
    const { cell, refresh } = desk({ answers: { "certificates.lists": { ...lists, mine: [{ id: "own" }] }, "certificates.revocation": new SmimeError("store.not-found") } });
    refresh();
    await tick();
    expect(cell.get()).toMatchObject({ problem: null, revocation: {}, lists: { mine: [{ id: "own" }] } });
  });
});

describe("deciding on the certificates page", () => {
  it("what a reader offered is compared; nothing is trusted before", async () => {
    const { asked, cell, refresh } = desk({ offered: offer("authority") });
    refresh();
    await tick();
    expect(cell.get().comparing).toMatchObject({ kind: "authority" });
    expect(asked).toEqual([["trust.offered", null]]);
  });

  it.each([["authority", "anchor.add", {}, "authorities"], ["person", "trust.decide", { decision: "trusted" }, "decisions"]] as const)("an %s goes with the compared fingerprint, and can be undone", async (kind, request, more, list) => {
    const { asked, cell, trust, undo } = desk();
    trust(offer(kind));
    await tick();
    expect(asked).toEqual([[request, { certificate: new Uint8Array(3), confirmedSha256: facts().sha256, ...more }]]);
    expect(cell.get()).toMatchObject({ comparing: null, done: { what: "trusted", kind: list, name: "Lab Root" } });
    undo();
    await tick();
    expect(asked.at(-1)).toEqual(["removal.undo", { undo: "u1" }]);
  });

  it("exports one certificate as it is or as text, and a person's as one text", async () => {
    const { saved, cell, exportOne, exportPerson, refresh } = desk();
    refresh();
    await tick();
    const details = { facts: facts(), der: "AAAA" } as CertificateDetails;
    exportOne(details, "cer");
    exportOne(details, "pem");
    const row = { ...facts(), addedAt: null, signedAt: null };
    cell.set({ lists: { ...lists, people: [row, { ...row, sha256: "b" }, { ...row, sha256: "c", addresses: ["x@lab.test"] }] } });
    exportPerson(row);
    await tick();
    expect(saved).toEqual([["Bob Example.cer", "\0\0\0"], ["Bob Example.pem", pemOf("AAAA")], ["Bob Example.pem", pemOf("AAAA").repeat(2)]]);
  });

  it("saves a person as a contact with the certificate (CE-03)", async () => {
    const { asked, saved, exportContact } = desk({ answers: { "certificates.card": new TextEncoder().encode("BEGIN:VCARD") } });
    exportContact({ facts: facts() } as CertificateDetails);
    await tick();
    expect([asked, saved]).toEqual([[["certificates.card", { sha256: facts().sha256 }]], [["Bob Example.vcf", "BEGIN:VCARD"]]]);
  });

  it("writes PEM in lines of 64", () => {
    expect(pemOf("A".repeat(100))).toBe(`-----BEGIN CERTIFICATE-----\n${"A".repeat(64)}\n${"A".repeat(36)}\n-----END CERTIFICATE-----\n`);
  });
});
