import { beforeEach, describe, expect, it, vi } from "vitest";
import { identityService, type ProtectionParts } from "../../../src/background/identity-service.ts";
import type { CardIdentity } from "../../../src/background/card-service.ts";
import { type KeyChoice, keyChoices } from "../../../src/background/key-choices.ts";
import type { Certificate } from "../../../src/pki/certificate.ts";
import type { PeopleService } from "../../../src/background/people-service.ts";
import type { TrustService } from "../../../src/background/trust-service.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { issue } from "../pki/support/authority.ts";

const kept = vi.hoisted((): KeptIdentity[] => []);
vi.mock("../../../src/store/identities.ts", () => ({ allIdentities: () => Promise.resolve(kept), removeIdentity: (id: string) => Promise.resolve(void kept.splice(kept.findIndex((each) => each.id === id), 1)) }));
vi.mock("../../../src/store/people.ts", () => ({ keptCertificate: () => Promise.resolve(undefined) }));
vi.mock("../../../src/keys/private-key.ts", () => ({ openStoredKey: (key: object) => key }));

const alice = "alice@lab.test";

function add(id: string, to: string, can = { canSign: true, canDecrypt: true }): void {
  const { certificate } = issue({ name: id, emails: [alice], to });
  kept.push({ id, certificate: certificate.der, chain: [], key: { ...can, certificate: certificate.der }, origins: [], addedAt: "" });
}

const unprotected = {
  locks: { protectionOf: () => Promise.resolve("none" as const), refusal: () => Promise.resolve(null), lock: () => Promise.resolve(), unlock: () => Promise.reject(new Error("nothing is locked")) },
  vaults: { withKey: () => Promise.reject(new Error("not here")) },
  protecting: { use: () => Promise.reject(new Error("there is no vault")), open: () => Promise.reject(new Error("not here")), undisturbed: <T>(work: () => Promise<T>): Promise<T> => work(), dropUnused: () => Promise.resolve(), kindOf: () => Promise.resolve("none" as const) },
  backups: { offer: () => Promise.resolve(), move: () => Promise.resolve() }, waiting: { follow: () => Promise.resolve() },
  rules: () => Promise.resolve({ required: "none", longest: null } as const),
};

const noCodes: Record<string, string> = {};
const noParts: Partial<ProtectionParts> = {};

/** @param codes what a certificate is worth, by the name of its identity */
function desk({ managed = {}, codes = noCodes, parts = noParts } = {}) {
  let written: unknown;
  const kepts: string[] = [];
  const idOf = (der: Uint8Array): string => kept.find(({ certificate }) => certificate === der)?.id ?? "";
  const trust = { validate: ({ certificate }: { certificate: Uint8Array }) => Promise.resolve({ code: codes[idOf(certificate)] ?? "ok", chain: [], revocation: "good" }) } as unknown as TrustService;
  const people = { keep: (certificate: Certificate) => Promise.resolve(void kepts.push(certificate.subject.commonName ?? "")) } as unknown as PeopleService;
  const choices = keyChoices({ read: () => Promise.resolve(written), write: (all: KeyChoice[]) => Promise.resolve(void (written = all)), policy: { current: (account) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) } });
  return { kepts, service: identityService(trust, people, choices, { ...unprotected, ...parts }, () => new Date("2026-06-01T00:00:00Z")) };
}

beforeEach(() => {
  kept.length = 0;
  add("older", "2027-01-01T00:00:00Z");
  add("newer", "2028-01-01T00:00:00Z");
});

describe("choosing among own keys", () => {
  it("shows the keys of an address, newest first, and what is chosen and used", async () => {
    const { service } = desk();
    const able = ["newer", "older"];
    expect(await service.addresses()).toEqual([{ address: alice, uses: { sign: { able, used: "newer", chosen: null, locked: false }, encrypt: { able, used: "newer", chosen: null, locked: false } } }]);
    await service.choose(alice, "sign", "older");
    expect((await service.addresses())[0]?.uses.sign).toEqual({ able, used: "older", chosen: "older", locked: false });
    await service.choose(alice, "sign", null);
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ used: "newer", chosen: null });
  });

  it("keeps the certificate that one's own copy is to be encrypted to, and removes no key", async () => {
    const { service, kepts } = desk();
    await service.choose(alice, "encrypt", "older");
    expect(kepts).toEqual(["older"]);
    expect(kept).toHaveLength(2);
    expect((await service.addresses())[0]?.uses).toMatchObject({ sign: { used: "newer" }, encrypt: { used: "older" } });
  });

  it.each([["revocation.revoked"], ["pki.expired"]])("refuses one that cannot be used, with the reason %s, and the choice stays", async (code) => {
    const { service } = desk({ codes: { older: code } });
    await expect(service.choose(alice, "sign", "older")).rejects.toMatchObject({ code });
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ used: "newer", chosen: null });
  });

  it("refuses one that is not here, is for another address, or cannot do it", async () => {
    add("opens", "2029-01-01T00:00:00Z", { canSign: false, canDecrypt: true });
    const { service } = desk();
    for (const [address, id] of [[alice, "nobody"], ["bob@lab.test", "older"], [alice, "opens"]] as const) await expect(service.choose(address, "sign", id)).rejects.toMatchObject({ code: "keys.not-found" });
  });

  it("refuses to choose what signs where the organisation does (AllowUserChoiceOfSigningCertificate), and shows that it is locked", async () => {
    const { service } = desk({ managed: { AllowUserChoiceOfSigningCertificate: false } });
    await expect(service.choose(alice, "sign", "older")).rejects.toMatchObject({ code: "protocol.forbidden" });
    await service.choose(alice, "encrypt", "older");
    expect((await service.addresses())[0]?.uses).toMatchObject({ sign: { used: "newer", locked: true }, encrypt: { used: "older", locked: false } });
  });

  it("counts keys on cards that are here, before those in the browser, and they can be chosen and are what is told of a key in both places", async () => {
    const { certificate } = issue({ name: "on the card", emails: [alice], to: "2026-12-01T00:00:00Z" });
    const onCard: Pick<CardIdentity, "kept" | "facts" | "refused"> = { kept: { id: "card", certificate: certificate.der, chain: [], key: null, origins: ["https://mail.lab.test"], addedAt: "" }, facts: { kind: "rsa", curve: "", canSign: true, canDecrypt: false, requiredDigest: null, canPss: false, pssOnly: false }, refused: null };
    const cards = [onCard];
    const { service } = desk({ parts: { cards: () => Promise.resolve(cards) } });
    expect((await service.addresses())[0]?.uses).toMatchObject({ sign: { able: ["card", "newer", "older"], used: "card" }, encrypt: { able: ["newer", "older"], used: "newer" } });
    expect(await service.all()).toMatchObject([{ id: "card", protection: "card", protectionCode: "ok", canSign: true, canDecrypt: false, origins: ["https://mail.lab.test"] }, { id: "older", protection: "none" }, { id: "newer" }]);
    await service.choose(alice, "sign", "older");
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ used: "older", chosen: "older" });
    await service.choose(alice, "sign", "card");
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ used: "card", chosen: "card" });
    await expect(service.choose(alice, "encrypt", "card")).rejects.toMatchObject({ code: "keys.not-found" });
    // The choice is kept while the card is away, and counts for nothing.
    cards.length = 0;
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ able: ["newer", "older"], used: "newer", chosen: null });
    cards.push({ ...onCard, kept: { ...onCard.kept, id: "newer" } });
    expect((await service.all()).map(({ id, protection }) => [id, protection])).toEqual([["newer", "card"], ["older", "none"]]);
  });

  it("shows that a key may not be used, why, and which is used in its place (RequireKeyProtection, SmartCardOnly)", async () => {
    const locks = { ...unprotected.locks, refusal: ({ id }: { id: string }) => Promise.resolve(id === "newer" ? ("keys.protection-required" as const) : null) };
    const { service } = desk({ parts: { locks } });
    expect((await service.addresses())[0]?.uses).toMatchObject({ sign: { able: ["newer", "older"], used: "older" }, encrypt: { used: "older" } });
    expect(await service.all()).toMatchObject([{ protectionCode: "ok" }, { protectionCode: "keys.protection-required" }]);
    const all = desk({ parts: { locks: { ...locks, refusal: () => Promise.resolve("keys.card-only" as const) } } }).service;
    expect((await all.addresses())[0]?.uses.sign).toMatchObject({ able: ["newer", "older"], used: null });
  });

  it("is back at the newest when the chosen key was removed, and stays there when it comes again", async () => {
    const { service } = desk();
    await service.choose(alice, "sign", "older");
    await service.remove("older");
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ able: ["newer"], used: "newer", chosen: null });
    add("older", "2027-01-01T00:00:00Z");
    expect((await service.addresses())[0]?.uses.sign).toMatchObject({ used: "newer", chosen: null });
  });
});
