import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cardCertificates } from "../../../src/background/card-certificates.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { certificateFor } from "../keys/support/certificate.ts";

const store = vi.hoisted(() => ({ people: new Map<string, string>(), identities: [] as string[] }));
vi.mock("../../../src/store/identities.ts", () => ({ allIdentities: () => Promise.resolve(store.identities.map((id) => ({ id }))) }));
vi.mock("../../../src/store/people.ts", () => ({
  allPeople: () => Promise.resolve([...store.people].map(([sha256, source]) => ({ sha256, source }))),
  keptCertificate: (id: string) => Promise.resolve(store.people.has(id) ? { sha256: id, source: store.people.get(id) } : undefined),
  removeCertificate: (id: string) => Promise.resolve(void store.people.delete(id)),
}));

const certificate = certificateFor(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }));
const id = await parseCertificate(certificate).sha256();
const people = { keep: async (one: { sha256: () => Promise<string> }) => void store.people.set(await one.sha256(), "own") };
const desk = () => cardCertificates(people as unknown as Parameters<typeof cardCertificates>[0]);
const card = { certificate, chain: [] };

beforeEach(() => {
  store.people = new Map([["key in the browser", "own"], ["left by a card", "own"], ["somebody", "signed-mail"]]);
  store.identities = ["key in the browser"];
});

describe("what a card left that was taken out while nobody looked", () => {
  it("goes at the browser's start, and nothing else does", async () => {
    await desk().started();
    expect([...store.people.keys()]).toEqual(["key in the browser", "somebody"]);
  });

  it("goes at the first look, whatever is in the readers, and what is there stays", async () => {
    await desk().changed([], []);
    expect([...store.people.keys()]).toEqual(["key in the browser", "somebody"]);
    store.people.set("left by a card", "own");
    const cards = desk();
    await Promise.all([cards.changed([card], []), cards.started()]);
    expect([...store.people.keys()]).toEqual(["key in the browser", "somebody", id]);
    await cards.changed([], [card]);
    expect([...store.people.keys()]).toEqual(["key in the browser", "somebody"]);
  });
});
