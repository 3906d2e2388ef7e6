import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CertificateDetails, TrustOffer } from "../../../src/protocol/certificates.ts";
import { type CertificatesModel, emptyCertificates, makeCertificates } from "../../../src/ui/certificates/model.ts";
import { pemOf } from "../../../src/ui/certificates/pem.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import { facts } from "./samples.ts";

const lists = { people: [], mine: [], authorities: [], decisions: [] };

function desk({ undo = "u1", offered = null }: { undo?: string | null; offered?: TrustOffer | null } = {}) {
  const asked: [string, unknown][] = [];
  const saved: [string, string][] = [];
  const cell = makeCell<CertificatesModel>(emptyCertificates);
  const answers: Record<string, unknown> = { "certificates.lists": lists, "identity.remove": null, "trust.offered": offered, "certificates.details": { der: "AAAA" } };
  const ask = (name: string, input: unknown) => {
    if (name !== "certificates.lists") asked.push([name, input]);
    return Promise.resolve(Object.hasOwn(answers, name) ? answers[name] : { undo });
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

  it("offers the last removal alone, for its own ten seconds", async () => {
    const { cell, remove } = desk();
    remove("people", "k", "Bob");
    await tick(6_000);
    remove("people", "l", "Carol");
    await tick(6_000);
    expect(cell.get().done).toMatchObject({ name: "Carol" });
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

  it("writes PEM in lines of 64", () => {
    expect(pemOf("A".repeat(100))).toBe(`-----BEGIN CERTIFICATE-----\n${"A".repeat(64)}\n${"A".repeat(36)}\n-----END CERTIFICATE-----\n`);
  });
});
