import { createPublicKey } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../src/base/base64.ts";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { endings } from "../../../src/background/endings.ts";
import { issuedCertificates } from "../../../src/background/issued-certificates.ts";
import { ownKeyHandlers } from "../../../src/background/handlers/own-keys.ts";
import { keepKey } from "../../../src/background/keep-key.ts";
import { keyBackups } from "../../../src/background/key-backups.ts";
import { keyRules } from "../../../src/background/key-rules.ts";
import { knownAs } from "../../../src/background/known-key.ts";
import { ownKeysWith, signingFor } from "../../../src/background/own-keys.ts";
import { ownAddresses } from "../../../src/background/own-addresses.ts";
import type { Services } from "../../../src/background/services.ts";
import { MOST_WAITING, type WaitingKey, waitingKeys } from "../../../src/background/waiting-keys.ts";
import type { PeopleService } from "../../../src/background/people-service.ts";
import { matchIdentities, readPkcs12 } from "../../../src/keys/pkcs12.ts";
import { importSoftwareKey, openStoredKey, type StoredKey } from "../../../src/keys/private-key.ts";
import { writePkcs12 } from "../../../src/keys/write-pkcs12.ts";
import { OID } from "../../../src/pki/oids.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { KeyWish, WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { type Issued, issue, type Wish } from "../pki/support/authority.ts";

const kept = vi.hoisted((): KeptIdentity[] => []);
/** What was read before somebody else wrote. */
const stale = vi.hoisted((): { all: KeptIdentity[] | null } => ({ all: null }));
vi.mock("../../../src/store/identities.ts", () => ({
  allIdentities: () => Promise.resolve([...(stale.all ?? kept)]),
  allowIdentity: (id: string, allowed: string[]) => Promise.resolve(kept.filter((each) => each.id === id).forEach((each) => each.origins.push(...allowed.filter((origin) => !each.origins.includes(origin))))),
  putIdentity: (one: KeptIdentity) => {
    const at = kept.findIndex(({ id }) => id === one.id);
    kept.splice(at < 0 ? kept.length : at, at < 0 ? 0 : 1, one);
    return Promise.resolve();
  },
}));
vi.mock("../../../src/store/intermediates.ts", () => ({ allIntermediates: () => Promise.resolve([]) }));

const alice = "alice@lab.test";
const origin = "https://mail.lab.test";
const wish: KeyWish = { name: "Alice", address: alice, suite: "p-256", shape: "one" };
const authority = issue({ name: "Authority", ca: true, keyUsage: 0x04 });

function desk({ managed = {}, now = "2026-06-01T00:00:00Z" } = {}) {
  const area: { waiting?: WaitingKey[]; octets?: unknown; putOff?: unknown } = {};
  const time = { now };
  const clock = () => new Date(time.now);
  const policy = { current: (account?: Parameters<typeof effectivePolicy>[2]) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) };
  const people = { keep: () => Promise.resolve() } as unknown as PeopleService;
  const waiting = waitingKeys({ read: () => Promise.resolve(area.waiting), write: (all) => Promise.resolve(void (area.waiting = all)), policy, clock });
  const backups = keyBackups({ read: () => Promise.resolve(area.octets), write: (all) => Promise.resolve(void (area.octets = all)), policy, seal: (entry, password) => writePkcs12(entry, password, 10) });
  const choices = { all: () => Promise.resolve([]), mayChoose: () => Promise.resolve(true) };
  return {
    area, time, clock, people, waiting, backups, choices,
    issued: issuedCertificates(waiting, backups, people, keyRules(policy), clock),
    ownKeys: ownKeysWith(choices, opening, clock),
    endings: endings({ read: () => Promise.resolve(area.putOff), write: (all) => Promise.resolve(void (area.putOff = all)), clock }),
  };
}

/** No key of these is protected. */
const opening = { open: (kept: Readonly<KeptIdentity>) => openStoredKey(kept.key as StoredKey) };

/** What the authority makes of a waiting key. */
function answer(area: ReturnType<typeof desk>["area"], { id }: WaitingFacts, more: Partial<Wish> = {}): Bytes {
  const key = area.waiting?.find((each) => each.id === id);
  const publicKey = createPublicKey({ key: Buffer.from(key?.spki ?? []), format: "der", type: "spki" });
  return issue({ name: "Alice", emails: [alice], issuer: authority, keyOf: { ...authority, publicKey }, to: "2027-06-01T00:00:00Z", extendedKeyUsage: [OID.emailProtection], ...more }).certificate.der;
}

const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\n${encodeBase64(der)}\n-----END CERTIFICATE-----\n`;

const made = async (service: ReturnType<typeof desk>, change: Partial<KeyWish> = {}): Promise<WaitingFacts[]> => service.waiting.make({ ...wish, ...change });

beforeEach(() => {
  kept.splice(0);
  stale.all = null;
});

describe("a key made here", () => {
  it("waits, is joined with the certificate that fits it, and waits no more", async () => {
    const service = desk();
    const [key] = (await made(service)) as [WaitingFacts];
    expect(key).toMatchObject({ kind: "p-256", use: "both", address: alice, madeAt: "2026-06-01T00:00:00.000Z", pem: expect.stringContaining("BEGIN CERTIFICATE REQUEST") as string });
    const file = answer(service.area, key);
    const { kept: taken } = await service.issued.takeIn(file, [origin]);
    expect(taken).toHaveLength(1);
    expect(await service.waiting.all()).toEqual([]);
    const { key: signing } = signingFor(await service.ownKeys(origin), alice);
    expect([signing.key.canSign, signing.key.canDecrypt, signing.id]).toEqual([true, true, taken[0]?.id]);
    // The same file again makes no second one.
    await service.issued.takeIn(file, [origin]);
    expect(kept).toHaveLength(1);
  });

  it.each([
    ["rsa-3072", "two", ["rsa-3072 sign born", "rsa-3072 encrypt octets"]],
    ["p-256", "two", ["p-256 sign born", "p-256 encrypt octets"]],
    ["p-256", "one", ["p-256 both octets"]],
    ["curve25519", "one", ["ed25519 sign born", "x25519 encrypt octets"]],
  ] as const)("of %s, %s, keeps octets of what decrypts alone", async (suite, shape, expected) => {
    const service = desk();
    const keys = await made(service, { suite, shape });
    expect(service.area.waiting?.map(({ kind, use, material }) => `${kind} ${use} ${material.kind}`)).toEqual(expected);
    expect(new Set(keys.map(({ group }) => group)).size).toBe(1);
    expect(keys.map(({ kind, pem }) => [kind === "x25519", pem.split("\n")[0]])).toEqual(keys.map(({ kind }) => [kind === "x25519", `-----BEGIN ${kind === "x25519" ? "PUBLIC KEY" : "CERTIFICATE REQUEST"}-----`]));
  }, 120_000);

  it.each([
    [{ RequireKeyProtection: "passphrase" }, "keys.make-unprotected"],
    [{ RequireKeyProtection: "security-key" }, "keys.make-unprotected"],
    [{ RequireKeyProtection: "card" }, "keys.card-only"],
    [{ SmartCardOnly: true }, "keys.card-only"],
  ])("is none under %j, where it would open and sign nothing", async (managed, code) => {
    const service = desk({ managed });
    await expect(made(service, { shape: "two" })).rejects.toMatchObject({ code });
    expect(service.area.waiting).toBeUndefined();
  });

  it("waits on with its octets while the organisation asks for a protection that it has not, and can be saved meanwhile", async () => {
    const managed: { RequireKeyProtection?: string } = {};
    const service = desk({ managed });
    const [key] = (await made(service)) as [WaitingFacts];
    const file = answer(service.area, key);
    managed.RequireKeyProtection = "passphrase";
    const { kept: [taken] } = await service.issued.takeIn(file, [origin]);
    expect(await service.waiting.all()).toHaveLength(1);
    expect(await service.backups.state(taken?.id ?? "", [alice])).toBe("possible");
    managed.RequireKeyProtection = "none";
    await service.issued.takeIn(file, [origin]);
    expect(await service.waiting.all()).toEqual([]);
  });

  it.each([
    ["one by one", false],
    ["in one file", true],
  ])("waits on with its decryption while its certificate allows to sign alone, and gives it to one that allows both, %s", async (_how, together) => {
    const service = desk();
    const [key] = (await made(service)) as [WaitingFacts];
    const files = [answer(service.area, key, { keyUsage: 0x80 }), answer(service.area, key)] as const;
    if (together) await service.issued.takeIn(utf8(files.map(pem).join("")), [origin]);
    else {
      const { kept: [first] } = await service.issued.takeIn(files[0], [origin]);
      expect(first?.certificate).toEqual(files[0]);
      expect(await service.waiting.all()).toHaveLength(1);
      await service.issued.takeIn(files[1], [origin]);
    }
    expect(kept.map(({ key }) => openStoredKey(key as StoredKey)).map(({ canSign, canDecrypt }) => [canSign, canDecrypt])).toEqual([[true, false], [true, true]]);
    expect(await service.backups.state(kept[1]?.id ?? "", [alice])).toBe("possible");
    expect(await service.waiting.all()).toEqual([]);
  });

  it("fits no certificate of another key, which is said where its address is waited for", async () => {
    const service = desk();
    await made(service);
    const stranger = issue({ name: "Alice", emails: [alice] }).certificate.der;
    expect(await service.issued.takeIn(stranger, [origin])).toMatchObject({ kept: [], unfitting: [{ der: stranger }] });
    expect(await service.issued.takeIn(issue({ name: "Bob", emails: ["bob@lab.test"] }).certificate.der, [origin])).toEqual({ kept: [], unfitting: [] });
    expect(await service.waiting.all()).toHaveLength(1);
  });

  it("is given up for good", async () => {
    const service = desk();
    const [key] = (await made(service)) as [WaitingFacts];
    const file = answer(service.area, key);
    await service.waiting.remove(key.id);
    expect((await service.issued.takeIn(file, [origin])).kept).toEqual([]);
  });

  it("is one of a limited number, and for an address", async () => {
    const service = desk();
    for (let i = 0; i < MOST_WAITING - 1; i++) await made(service);
    await expect(made(service, { shape: "two" })).rejects.toMatchObject({ code: "limits.waiting-keys" });
    await made(service);
    await expect(made(service)).rejects.toMatchObject({ code: "limits.waiting-keys" });
    await expect(made(desk(), { address: "alice" })).rejects.toMatchObject({ code: "keys.address" });
  });

  it("is not lost with a neighbour that cannot be read, which stays untouched", async () => {
    const service = desk();
    const later = { id: "later", kind: "ml-kem" } as unknown as WaitingKey;
    service.area.waiting = [later];
    const [key] = (await made(service)) as [WaitingFacts];
    expect((await service.waiting.all()).map(({ id }) => id)).toEqual([key.id]);
    expect((await service.issued.takeIn(answer(service.area, key), [origin])).kept).toHaveLength(1);
    expect(service.area.waiting).toEqual([later]);
    service.area.waiting = "nonsense" as never;
    await expect(made(service)).rejects.toMatchObject({ code: "store.damaged" });
    expect(service.area.waiting).toBe("nonsense");
    service.area.octets = ["nonsense"];
    await expect(service.backups.forget("id")).rejects.toMatchObject({ code: "store.damaged" });
    expect(service.area.octets).toEqual(["nonsense"]);
  });

  it("loses none of two that are made at the same time", async () => {
    const service = desk();
    await Promise.all([made(service), made(service), made(service)]);
    expect(await service.waiting.all()).toHaveLength(3);
  });
});

describe("a backup", () => {
  const password = "correct horse battery";
  async function withKey(service: ReturnType<typeof desk>, change: Partial<KeyWish> = {}): Promise<string> {
    const [key] = (await made(service, change)) as [WaitingFacts];
    return (await service.issued.takeIn(answer(service.area, key), [origin])).kept[0]?.id ?? "";
  }

  it("is made until it is said to be saved, and never after that", async () => {
    const service = desk();
    const id = await withKey(service);
    expect(await service.backups.state(id, [alice])).toBe("possible");
    for (let i = 0; i < 2; i++) expect(await matchIdentities(await readPkcs12(await service.backups.make(id, password), password))).toHaveLength(1);
    await service.backups.forget(id);
    expect(await service.backups.state(id, [alice])).toBe("gone");
    await expect(service.backups.make(id, password)).rejects.toMatchObject({ code: "keys.backup-gone" });
  });

  it("has a password of twelve characters at least", async () => {
    const service = desk();
    const id = await withKey(service);
    await expect(service.backups.make(id, "eleven char")).rejects.toMatchObject({ code: "keys.backup-password" });
    // Characters are counted, not halves of them.
    await expect(service.backups.make(id, "🙂🙂🙂🙂🙂🙂")).rejects.toMatchObject({ code: "keys.backup-password" });
    await service.backups.make(id, "twelve chars");
    await expect(service.backups.make("nobody", password)).rejects.toMatchObject({ code: "keys.not-found" });
  });

  it("is none of a key that only signs", async () => {
    const service = desk();
    const id = await withKey(service, { shape: "two" });
    expect(await service.backups.state(id, [alice])).toBe("gone");
  });

  it.each([
    ["everywhere", { AllowKeyExport: false }, "forbidden"],
    ["for the address's domain", { Scopes: [{ domains: ["lab.test"], settings: { AllowKeyExport: false } }] }, "forbidden"],
    ["for another domain", { Scopes: [{ domains: ["example.org"], settings: { AllowKeyExport: false } }] }, "possible"],
  ])("is forbidden %s by AllowKeyExport, and then nothing is kept for it", async (_where, managed, expected) => {
    const service = desk({ managed });
    const id = await withKey(service);
    expect(await service.backups.state(id, [alice])).toBe(expected);
    if (expected === "possible") return;
    expect(service.area.octets).toBeUndefined();
    await expect(service.backups.make(id, password)).rejects.toMatchObject({ code: "keys.export-forbidden" });
  });
});

describe("octets for a backup", () => {
  it("go when the organisation forbids it afterwards (AllowKeyExport)", async () => {
    const managed: { AllowKeyExport?: boolean } = {};
    const service = desk({ managed });
    const [key] = (await made(service)) as [WaitingFacts];
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, key), [origin]);
    expect(Object.keys(service.area.octets as object)).toEqual([taken?.id]);
    managed.AllowKeyExport = false;
    expect(await service.backups.state(taken?.id ?? "", [alice])).toBe("forbidden");
    expect(service.area.octets).toEqual({});
  });

  it("go before their key, so that none are left if the browser ends between", async () => {
    const steps: string[] = [];
    const step = (name: string) => () => Promise.resolve(void steps.push(name));
    const handlers = ownKeyHandlers({ backups: { forget: step("octets") }, identities: { remove: step("key") }, webmails: { announce: step("told") } } as unknown as Services);
    await handlers["identity.remove"]({ id: "i" }, undefined as never);
    expect(steps).toEqual(["octets", "key", "told"]);
  });
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
    const [own] = await ownAddresses(kept, service.choices, service.clock());
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

it("the PEM of a request is its DER", async () => {
  const service = desk();
  const [key] = (await made(service)) as [WaitingFacts];
  expect(decodeBase64(key.pem.replace(/-----[^-]+-----|\n/g, ""))).toEqual(service.area.waiting?.[0]?.request);
});
