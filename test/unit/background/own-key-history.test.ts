import { kept, stale, alice, origin, authority, desk, opening } from "./own-key-desk.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { keepKey } from "../../../src/background/keep-key.ts";
import { knownAs } from "../../../src/background/known-key.ts";
import { ownKeysWith, signingFor } from "../../../src/background/own-keys.ts";
import { ownAddresses } from "../../../src/background/own-addresses.ts";
import { importSoftwareKey, openStoredKey, type StoredKey } from "../../../src/keys/private-key.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { type Issued, issue } from "../pki/support/authority.ts";

beforeEach(() => {
  kept.splice(0);
  stale.all = null;
});

/** Keeps the key of an issued certificate, as from a file. */
async function keepIssued(service: ReturnType<typeof desk>, { certificate, key }: Issued): Promise<KeptIdentity> {
  const pkcs8 = new Uint8Array(key.export({ format: "der", type: "pkcs8" }));
  return keepKey({ key: { kind: "kept", key: await importSoftwareKey(pkcs8, certificate.der) }, certificate: certificate.der, chain: [], origins: [origin] }, service.people, service.clock);
}

describe("key history", () => {
  it("knows the same file again, and the same key under another certificate as a renewal, which both stay", async () => {
    const service = desk();
    const old = issue({ name: "Alice", emails: [alice], to: "2026-07-01T00:00:00Z" });
    const renewed = issue({ name: "Alice renewed", emails: [alice], keyOf: old, issuer: authority, to: "2028-01-01T00:00:00Z" });
    expect(await knownAs(old.certificate)).toBeNull();
    const before = await keepIssued(service, old);
    expect(await knownAs(old.certificate)).toEqual({ state: "here", other: null });
    expect(await knownAs(renewed.certificate)).toMatchObject({ state: "renewal", other: { name: "Alice" } });
    // The certificate alone is enough: its key is here.
    await service.issued.takeIn(renewed.certificate.der, [origin]);
    expect(kept.map(({ certificate }) => certificate)).toEqual([old.certificate.der, renewed.certificate.der]);
    expect(signingFor(await service.ownKeys(origin), alice).key.key.certificate).toEqual(renewed.certificate.der);
    // What is here is not made anew by its file.
    service.time.now = "2026-06-02T00:00:00Z";
    expect(await keepIssued(service, old)).toEqual(before);
  });

  it("writes nothing of a key back that was protected while its file came again", async () => {
    const service = desk();
    const file = issue({ name: "Alice", emails: [alice] });
    await keepIssued(service, file);
    stale.all = structuredClone(kept);
    const sealed = { kind: "protected" };
    (kept[0] as KeptIdentity).key = sealed;
    (kept[0] as KeptIdentity).origins = ["https://other.lab.test"];
    await keepIssued(service, file);
    expect(kept).toMatchObject([{ key: sealed, origins: ["https://other.lab.test", origin] }]);
  });

  it("has nothing encrypted to a certificate whose key here cannot decrypt", async () => {
    const service = desk();
    const told: string[] = [];
    service.people.keep = (certificate) => Promise.resolve(void told.push(certificate.subject.commonName ?? "") as never);
    const signs = issue({ name: "Signs", emails: [alice], keyUsage: 0x80 });
    await keepIssued(service, signs);
    await service.issued.takeIn(issue({ name: "Both", emails: [alice], keyOf: signs, issuer: authority }).certificate.der, [origin]);
    expect(kept).toHaveLength(2);
    await keepIssued(service, issue({ name: "Reads", emails: [alice] }));
    expect(told).toEqual(["Reads"]);
  });

  it("gives a renewal no use that its certificate forbids", async () => {
    const service = desk();
    const old = issue({ name: "Alice", emails: [alice] });
    await keepIssued(service, old);
    const signs = issue({ name: "Alice", emails: [alice], keyOf: old, issuer: authority, keyUsage: 0x80 });
    const { kept: [taken] } = await service.issued.takeIn(signs.certificate.der, [origin]);
    const key = openStoredKey(taken?.key as StoredKey);
    expect([key.canSign, key.canDecrypt, key.certificate]).toEqual([true, false, signs.certificate.der]);
  });

  it("gives a renewal what any form of its key can, whichever came first", async () => {
    const service = desk();
    const signs = issue({ name: "Alice", emails: [alice], keyUsage: 0x80 });
    await keepIssued(service, signs);
    await keepIssued(service, issue({ name: "Alice both", emails: [alice], keyOf: signs, issuer: authority }));
    const renewal = issue({ name: "Alice again", emails: [alice], keyOf: signs, issuer: authority });
    const { kept: [taken] } = await service.issued.takeIn(renewal.certificate.der, [origin]);
    expect(openStoredKey(taken?.key as StoredKey)).toMatchObject({ canSign: true, canDecrypt: true });
  });

  it("lets an ended key read and never sign, the only one included, and says so", async () => {
    const service = desk();
    await keepIssued(service, issue({ name: "Alice", emails: [alice], to: "2026-05-01T00:00:00Z" }));
    const keys = await service.ownKeys(origin);
    expect(keys.map(({ key }) => key.canDecrypt)).toEqual([true]);
    expect(() => signingFor(keys, alice)).toThrow(expect.objectContaining({ code: "keys.signing-expired" }));
    expect(() => signingFor(keys, "bob@lab.test")).toThrow(expect.objectContaining({ code: "keys.no-signing-key" }));
    const chosen = ownKeysWith({ all: () => Promise.resolve([{ address: alice, use: "sign", id: kept[0]?.id ?? "" }]) }, opening, service.clock);
    const chosenKeys = await chosen(origin);
    expect(() => signingFor(chosenKeys, alice)).toThrow(expect.objectContaining({ code: "keys.signing-expired" }));
    const onCards = ownKeysWith(service.choices, opening, service.clock, () => Promise.resolve(kept.map((each) => ({ kept: each, key: opening.open(each) }))));
    const cardKeys = await onCards(origin);
    expect(cardKeys).toMatchObject([{ hardware: true, ended: true }]);
    expect(() => signingFor(cardKeys, alice)).toThrow(expect.objectContaining({ code: "keys.signing-expired" }));
    const [own] = await ownAddresses(kept.map(({ id, certificate }) => ({ id, certificate, facts: { canSign: true, canDecrypt: true }, hardware: false, refused: null })), service.choices, service.clock());
    expect(own?.uses.sign).toMatchObject({ able: [kept[0]?.id], used: null });
  });

  it("has 200 keys there to read, and all of them again when it is asked once more", async () => {
    const service = desk();
    const old = issue({ name: "Alice", emails: [alice], to: "2026-05-01T00:00:00Z" });
    const first = await keepIssued(service, old);
    kept.splice(0);
    for (let i = 0; i < 200; i++) {
      const { certificate } = issue({ name: `Alice ${i}`, emails: [alice], keyOf: old, issuer: authority, to: `${2000 + (i % 25)}-01-01T00:00:00Z`, from: "1990-01-01T00:00:00Z" });
      kept.push({ ...first, id: await certificate.sha256(), certificate: certificate.der, key: { ...(first.key as StoredKey), certificate: certificate.der } });
    }
    await service.ownKeys(origin);
    const keys = await service.ownKeys(origin);
    expect([keys.length, new Set(keys.map(({ id }) => id)).size, keys.every(({ key }) => key.canDecrypt)]).toEqual([200, 200, true]);
  });
});

describe("the warning before a signing certificate ends", () => {
  const ends = async (service: ReturnType<typeof desk>, to: string, name = "Alice"): Promise<KeptIdentity> => keepIssued(service, issue({ name, emails: [alice], to }));

  it("comes 30 days before, and says it once it has ended", async () => {
    const service = desk();
    await ends(service, "2026-07-01T00:00:00Z");
    service.time.now = "2026-05-31T23:59:59Z";
    expect(await service.endings.of(alice)).toBeNull();
    service.time.now = "2026-06-01T00:00:00Z";
    expect(await service.endings.of("ALICE@lab.test")).toMatchObject({ address: alice, ended: false, dismissed: false });
    service.time.now = "2026-07-01T00:00:01Z";
    expect(await service.endings.of(alice)).toMatchObject({ ended: true });
  });

  it("does not come where another key of the address goes on", async () => {
    const service = desk();
    await ends(service, "2026-06-10T00:00:00Z");
    await ends(service, "2027-06-10T00:00:00Z", "Alice again");
    expect(await service.endings.all()).toEqual([]);
  });

  it("is of a key on a card too, and does not come where one on a card goes on", async () => {
    const onCards: KeptIdentity[] = [];
    const service = desk({ onCards });
    const { certificate } = issue({ name: "Alice", emails: [alice], to: "2026-06-10T00:00:00Z" });
    onCards.push({ id: "card", certificate: certificate.der, chain: [], key: null, origins: [], addedAt: "" });
    expect(await service.endings.all()).toMatchObject([{ id: "card", address: alice, ended: false }]);
    await ends(service, "2027-06-10T00:00:00Z");
    expect(await service.endings.all()).toEqual([]);
    kept.splice(0);
    onCards[0] = { id: "card", certificate: issue({ name: "Alice", emails: [alice], to: "2027-06-10T00:00:00Z" }).certificate.der, chain: [], key: null, origins: [], addedAt: "" };
    await ends(service, "2026-06-10T00:00:00Z");
    expect(await service.endings.all()).toEqual([]);
  });

  it("is none of a key under protection that only decrypts", async () => {
    const service = desk();
    const reads = await ends(service, "2026-06-10T00:00:00Z");
    const facts = { canSign: false, canDecrypt: true, requiredDigest: null, canPss: false };
    kept.splice(0, 1, { ...reads, key: { kind: "protected", facts } });
    expect(await service.endings.all()).toEqual([]);
    kept.splice(0, 1, { ...reads, key: { kind: "protected", facts: { ...facts, canSign: true } } });
    expect(await service.endings.all()).toHaveLength(1);
  });

  it("stays away for a week when it was put off, and comes again", async () => {
    const service = desk();
    const { id } = await ends(service, "2026-06-20T00:00:00Z");
    await service.endings.putOff(id);
    service.time.now = "2026-06-07T23:59:59Z";
    expect(await service.endings.of(alice)).toMatchObject({ dismissed: true });
    service.time.now = "2026-06-08T00:00:00Z";
    expect(await service.endings.of(alice)).toMatchObject({ dismissed: false });
    // Nothing of what counts no more is kept.
    await service.endings.putOff("other");
    expect(service.area.putOff).toEqual({ other: "2026-06-08T00:00:00.000Z" });
  });
});
