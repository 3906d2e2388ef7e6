import { kept, stale, alice, origin, desk, answer, pem, made } from "./own-key-desk.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { decodeBase64 } from "../../../src/base/base64.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import { IN_VAULT } from "../../../src/background/key-backups.ts";
import { ownKeyHandlers } from "../../../src/background/handlers/own-keys.ts";
import { signingFor } from "../../../src/background/own-keys.ts";
import type { Services } from "../../../src/background/services.ts";
import type { WaitingKey } from "../../../src/background/kept-waiting.ts";
import { MOST_WAITING } from "../../../src/background/waiting-keys.ts";
import { matchIdentities, readPkcs12 } from "../../../src/keys/pkcs12.ts";
import { openStoredKey, type StoredKey } from "../../../src/keys/private-key.ts";
import type { KeyWish, WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { issue } from "../pki/support/authority.ts";

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
    expect(await service.stateOf(taken?.id ?? "")).toBe("possible");
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
    expect(await service.stateOf(kept[1]?.id ?? "")).toBe("possible");
    expect(await service.waiting.all()).toEqual([]);
  });

  it("fits no certificate of another key, which is said where its address is waited for", async () => {
    const service = desk();
    await made(service);
    const stranger = issue({ name: "Alice", emails: [alice] }).certificate.der;
    expect(await service.issued.takeIn(stranger, [origin])).toMatchObject({ kept: [], unfitting: [{ der: stranger }] });
    expect(await service.issued.takeIn(issue({ name: "Bob", emails: ["bob@lab.test"] }).certificate.der, [origin])).toEqual({ kept: [], unfitting: [], unprotectable: [] });
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
    expect(await service.stateOf(id)).toBe("possible");
    for (let i = 0; i < 2; i++) expect(await matchIdentities(await readPkcs12(await service.backups.make(id, password, null), password))).toHaveLength(1);
    await service.backups.forget(id);
    expect(await service.stateOf(id)).toBe("gone");
    await expect(service.backups.make(id, password, null)).rejects.toMatchObject({ code: "keys.backup-gone" });
  });

  it("has a password of twelve characters at least", async () => {
    const service = desk();
    const id = await withKey(service);
    await expect(service.backups.make(id, "eleven char", null)).rejects.toMatchObject({ code: "keys.backup-password" });
    // Characters are counted, not halves of them.
    await expect(service.backups.make(id, "🙂🙂🙂🙂🙂🙂", null)).rejects.toMatchObject({ code: "keys.backup-password" });
    await service.backups.make(id, "twelve chars", null);
    await expect(service.backups.make("nobody", password, null)).rejects.toMatchObject({ code: "keys.not-found" });
  });

  it("is none of a key that only signs", async () => {
    const service = desk();
    const id = await withKey(service, { shape: "two" });
    expect(await service.stateOf(id)).toBe("gone");
  });

  it.each([
    ["everywhere", { AllowKeyExport: false }, "forbidden"],
    ["for the address's domain", { Scopes: [{ domains: ["lab.test"], settings: { AllowKeyExport: false } }] }, "forbidden"],
    ["for another domain", { Scopes: [{ domains: ["example.org"], settings: { AllowKeyExport: false } }] }, "possible"],
  ])("is forbidden %s by AllowKeyExport, and then nothing is kept for it", async (_where, managed, expected) => {
    const service = desk({ managed });
    const id = await withKey(service);
    expect(await service.stateOf(id)).toBe(expected);
    if (expected === "possible") return;
    expect(service.area.octets).toBeUndefined();
    await expect(service.backups.make(id, password, null)).rejects.toMatchObject({ code: "keys.export-forbidden" });
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
    expect(await service.stateOf(taken?.id ?? "")).toBe("forbidden");
    expect(service.area.octets).toEqual({});
  });

  it("are made to fit their keys' forms at the start, where the browser ended between two writes", async () => {
    const service = desk();
    const [key] = (await made(service)) as [WaitingFacts];
    const { kept: [identity] } = await service.issued.takeIn(answer(service.area, key), [origin]);
    const id = identity?.id ?? "";
    const [plain] = kept as [KeptIdentity];
    kept[0] = { ...plain, key: { kind: "protected", vault: "v" } };
    await service.backups.sweep();
    expect(service.area.octets).toEqual({ [id]: IN_VAULT });
    kept[0] = plain;
    await service.backups.sweep();
    expect(service.area.octets).toEqual({});
  });

  it("go at once when a policy comes that forbids it, though nobody looks at the key; others stay (AllowKeyExport)", async () => {
    const managed: { Scopes?: unknown } = {};
    const service = desk({ managed });
    const [key] = (await made(service)) as [WaitingFacts];
    await service.issued.takeIn(answer(service.area, key), [origin]);
    managed.Scopes = [{ domains: ["example.org"], settings: { AllowKeyExport: false } }];
    await service.backups.sweep();
    expect(Object.keys(service.area.octets as object)).toHaveLength(1);
    managed.Scopes = [{ domains: ["lab.test"], settings: { AllowKeyExport: false } }];
    await service.backups.sweep();
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

it("the PEM of a request is its DER", async () => {
  const service = desk();
  const [key] = (await made(service)) as [WaitingFacts];
  expect(decodeBase64(key.pem.replace(/-----[^-]+-----|\n/g, ""))).toEqual(service.area.waiting?.[0]?.request);
});
