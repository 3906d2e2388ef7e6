import { createPrivateKey } from "node:crypto";
import { kept, slow, stale, alice, origin, desk, answer, made } from "./own-key-desk.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { type Bytes, equal } from "../../../src/base/bytes.ts";
import type { WaitingKey } from "../../../src/background/kept-waiting.ts";
import { keyFacts, type KeptKey } from "../../../src/keys/kept-key.ts";
import { matchIdentities, readPkcs12 } from "../../../src/keys/pkcs12.ts";
import { isProtected, openSealedKey, protectKey } from "../../../src/keys/protected-key.ts";
import { newRecoveryCode } from "../../../src/keys/recovery-code.ts";
import { sealingKey } from "../../../src/keys/sealed-octets.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import type { WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { WantedProtection } from "../../../src/protocol/unlock.ts";

const PASSPHRASE = "four words that open";
const passphrase = { kind: "passphrase", vault: null, passphrase: PASSPHRASE } as const;
const credential = Uint8Array.of(1);
const output = new Uint8Array(32).fill(9);
const password = "correct horse battery";
const key = { kind: "security-key", vault: null, credential, output } as const;

async function firstSecurityKey(): Promise<WantedProtection & { first: { code: string } }> {
  return { ...key, first: { registered: { credential, salt: new Uint8Array(32), transports: [], label: "Blue key", output }, code: await newRecoveryCode() } };
}

/** Everything that lies in the database, as octets and text. */
const texts = (...values: unknown[]): string => JSON.stringify(values, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value instanceof CryptoKey ? `CryptoKey ${value.algorithm.name}` : value));

beforeEach(() => {
  kept.splice(0);
  stale.all = null;
  slow.until = null;
});

describe("a key born under a protection (architecture §5)", () => {
  it.each([
    ["rsa-3072", "two"],
    ["p-256", "one"],
    ["curve25519", "two"],
  ] as const)("of %s, %s, is sealed while it waits, joined locked without the secret, and used once it is unlocked", { timeout: 120_000 }, async (suite, shape) => {
    const service = desk();
    const keys = await made(service, { suite, shape }, passphrase);
    // No private CryptoKey and no octets under a key of this database lie anywhere.
    expect(service.area.waiting?.map(({ material }) => material.kind)).toEqual(keys.map(() => "protected"));
    expect(texts(service.area.waiting)).not.toContain("CryptoKey");
    expect(keys).toMatchObject(keys.map(() => ({ protection: "passphrase", code: "ok" })));
    const secrets = await Promise.all((service.area.waiting ?? []).map((each) => octetsOf(service, each)));
    for (const one of keys) {
      const keyUsage = { sign: 0x80, encrypt: suite === "rsa-3072" ? 0x20 : 0x08, both: 0x88 }[one.use];
      const { kept: [taken] } = await service.issued.takeIn(answer(service.area, one, { keyUsage }), [origin]);
      expect(keyFacts(taken?.key as KeptKey)).toMatchObject({ canSign: one.use !== "encrypt", canDecrypt: one.use !== "sign" });
    }
    expect(await service.waiting.all()).toEqual([]);
    const lies = texts(kept, service.area.octets, service.disk.vaults);
    for (const secret of secrets.flatMap(numbersOf)) expect(lies.includes(secret)).toBe(false);
    const ids = kept.map(({ id }) => id);
    const usable = (id: string) => service.open(id).ready();
    for (const id of ids) await expect(usable(id)).rejects.toMatchObject({ code: "keys.locked" });
    expect(await service.locks.unlock(service.disk.vaults[0]?.id ?? "", passphrase, { minutes: 5 })).toEqual({ state: "opened", value: ids });
    for (const id of ids) await expect(usable(id)).resolves.toBeUndefined();
    await expect(service.open(ids[0] ?? "").sign("sha512", new Uint8Array(3))).resolves.toBeDefined();
  });

  async function octetsOf(service: ReturnType<typeof desk>, { material }: WaitingKey): Promise<Uint8Array> {
    if (material.kind !== "protected") throw new Error("not protected");
    const attempt = await service.vaults.withKey(material.key.vault, passphrase, async (octets) => openSealedKey(material.sealedFor, material.key, await sealingKey(octets)));
    if (attempt.state !== "opened") throw new Error(attempt.state);
    return attempt.value;
  }

  /** The secret numbers of a PKCS#8, in hexadecimal. */
  function numbersOf(pkcs8: Uint8Array): string[] {
    const { d, p, q } = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }).export({ format: "jwk" });
    return [d, p, q].flatMap((number) => (number === undefined ? [] : [Buffer.from(number, "base64url").toString("hex")]));
  }

  it.each(["rsa-3072", "p-256", "curve25519"] as const)("tells of %s, while it is locked, what it would tell unlocked", { timeout: 120_000 }, async (suite) => {
    const service = desk();
    for (const one of await made(service, { suite, shape: "one" }, passphrase)) {
      const pkcs8 = await octetsOf(service, service.area.waiting?.find(({ id }) => id === one.id) as WaitingKey);
      for (const certificate of [{}, { keyUsage: 0x80 }, { keyUsage: 0x28 }].map((more) => answer(service.area, one, more))) {
        const { kept: [taken] } = await service.issued.takeIn(certificate, [origin]);
        if (!taken) continue;
        expect(keyFacts(taken.key as KeptKey), one.kind).toEqual((await protectKey("x", new Uint8Array(pkcs8), certificate, { id: "v", key: await sealingKey(new Uint8Array(32)) })).facts);
      }
    }
  });

  it("lies under a security key and its recovery code, and the next one under the same", async () => {
    const service = desk({ managed: { RequireKeyProtection: "security-key" } });
    await expect(made(service, {}, passphrase)).rejects.toMatchObject({ code: "keys.make-unprotected" });
    const first = await firstSecurityKey();
    await made(service, {}, first);
    const [two] = await made(service, {}, { ...key, first: null });
    expect(two).toMatchObject({ protection: "security-key", code: "ok" });
    expect(service.disk.vaults).toHaveLength(1);
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, two as WaitingFacts), [origin]);
    expect(await service.locks.unlock(service.disk.vaults[0]?.id ?? "", { kind: "recovery-code", code: first.first.code }, { minutes: 5 })).toMatchObject({ state: "opened" });
    await expect(service.sign(taken?.id ?? "")).resolves.toBeDefined();
  });

  it("is none under a wrong or short passphrase, and leaves no vault behind that holds nothing", async () => {
    const service = desk();
    await expect(made(service, {}, { kind: "passphrase", vault: null, passphrase: "too short" })).rejects.toMatchObject({ code: "keys.passphrase-short" });
    const [one] = await made(service, {}, passphrase);
    await expect(made(service, {}, { kind: "passphrase", vault: null, passphrase: "four words that do not" })).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    expect([service.area.waiting?.length, service.disk.vaults.length]).toEqual([1, 1]);
    await service.waiting.remove(one?.id ?? "");
    expect(service.disk.vaults).toEqual([]);
  });

  it("opens for no other name: one waiting key's octets moved to another are damage", async () => {
    const service = desk();
    await made(service, {}, passphrase);
    const [one, two] = [...(await made(service, {}, passphrase)), service.area.waiting?.[0]] as unknown as [WaitingFacts, WaitingKey];
    const mine = service.area.waiting?.find(({ id }) => id === one.id) as WaitingKey;
    mine.material = { ...(two.material as Extract<WaitingKey["material"], { kind: "protected" }>), sealedFor: mine.id };
    await service.issued.takeIn(answer(service.area, one), [origin]);
    await expect(service.locks.unlock(service.disk.vaults[0]?.id ?? "", passphrase, { minutes: 5 })).rejects.toMatchObject({ code: "keys.vault-damaged" });
  });

  it("is joined between two changes of the passphrase, never during one: nothing is written that the vault's next key does not open", async () => {
    const service = desk();
    const [one] = (await made(service, {}, passphrase)) as [WaitingFacts];
    const file = answer(service.area, one);
    const vault = service.disk.vaults[0]?.id ?? "";
    let change: Promise<unknown> = Promise.resolve();
    // The change begins while the identity is being written, which waits for it a while.
    slow.until = Promise.race([new Promise((later) => setTimeout(later, 20)).then(() => (change = service.vaults.changePassphrase(vault, PASSPHRASE, "four other words"))), new Promise((later) => setTimeout(later, 500))]);
    const { kept: [taken] } = await service.issued.takeIn(file, [origin]);
    await change;
    expect(await service.locks.unlock(vault, { kind: "passphrase", passphrase: "four other words" }, { minutes: 5 })).toEqual({ state: "opened", value: [taken?.id] });
  });

  it("still opens after the passphrase was changed while it waited", async () => {
    const service = desk();
    const [one] = (await made(service, {}, passphrase)) as [WaitingFacts];
    const vault = service.disk.vaults[0]?.id ?? "";
    expect(await service.vaults.changePassphrase(vault, PASSPHRASE, "four other words")).toMatchObject({ state: "opened" });
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, one), [origin]);
    expect(await service.locks.unlock(vault, { kind: "passphrase", passphrase: "four other words" }, { minutes: 5 })).toMatchObject({ state: "opened" });
    await expect(service.sign(taken?.id ?? "")).resolves.toBeDefined();
  });
});

describe("a backup of a key under a vault", () => {
  async function withKey(service: ReturnType<typeof desk>, protection: WantedProtection): Promise<string> {
    const [one] = (await made(service, {}, protection)) as [WaitingFacts];
    return (await service.issued.takeIn(answer(service.area, one), [origin])).kept[0]?.id ?? "";
  }

  it("asks for the secret, unlocked or not, keeps no octets besides, and is made until it is said to be saved", async () => {
    const service = desk();
    const id = await withKey(service, passphrase);
    expect(texts(service.area.octets)).not.toContain("ciphertext");
    await service.locks.unlock(service.disk.vaults[0]?.id ?? "", passphrase, { minutes: 5 });
    await expect(service.backups.make(id, password, null)).rejects.toMatchObject({ code: "keys.locked" });
    await expect(service.backups.make(id, password, { kind: "passphrase", passphrase: "four words that do not" })).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    const file = await service.backups.make(id, password, passphrase);
    expect(await matchIdentities(await readPkcs12(file, password))).toHaveLength(1);
    await service.backups.forget(id);
    expect(await service.stateOf(id)).toBe("gone");
    await expect(service.backups.make(id, password, passphrase)).rejects.toMatchObject({ code: "keys.backup-gone" });
  });

  it("opens with the recovery code of a lost security key", async () => {
    const service = desk();
    const first = await firstSecurityKey();
    const id = await withKey(service, first);
    await expect(service.backups.make(id, password, { ...key, output: new Uint8Array(32) })).rejects.toMatchObject({ code: "keys.security-key-wrong" });
    await service.backups.make(id, password, { kind: "recovery-code", code: first.first.code });
    expect(await service.backups.offered(id, [alice])).toMatchObject({ state: "possible", fromFile: false, vault: service.disk.vaults[0]?.id });
  });

  it("slows wrong attempts as the unlock window does", async () => {
    const service = desk();
    const id = await withKey(service, passphrase);
    const wrong = () => service.backups.make(id, password, { kind: "passphrase", passphrase: "four words that do not" });
    for (let i = 0; i < 3; i++) await expect(wrong()).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    await expect(wrong()).rejects.toMatchObject({ code: "keys.unlock-wait" });
  });

  it("is forbidden by AllowKeyExport, whatever is typed", async () => {
    const managed: { AllowKeyExport?: boolean } = {};
    const service = desk({ managed });
    const id = await withKey(service, passphrase);
    managed.AllowKeyExport = false;
    await expect(service.backups.make(id, password, passphrase)).rejects.toMatchObject({ code: "keys.export-forbidden" });
    managed.AllowKeyExport = true;
    expect(await service.stateOf(id)).toBe("gone");
  });
});

describe("a key that was made before RequireKeyProtection", () => {
  it("and decrypts, is protected with the identity that it has, keeps nothing in the clear, and is used then", async () => {
    const managed: { RequireKeyProtection?: string } = {};
    const service = desk({ managed });
    const [one] = (await made(service)) as [WaitingFacts];
    managed.RequireKeyProtection = "passphrase";
    expect(await service.waiting.all()).toMatchObject([{ protection: "none", code: "keys.protect-first" }]);
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, one), [origin]);
    await expect(service.issued.protect(one.group, { kind: "none" })).rejects.toMatchObject({ code: "keys.make-unprotected" });
    await service.issued.protect(one.group, passphrase);
    expect(await service.waiting.all()).toEqual([]);
    expect(isProtected(kept[0]?.key)).toBe(true);
    expect(texts(kept, service.area)).not.toContain("CryptoKey");
    await service.locks.unlock(service.disk.vaults[0]?.id ?? "", passphrase, { minutes: 5 });
    await expect(service.sign(taken?.id ?? "")).resolves.toBeDefined();
    expect(await matchIdentities(await readPkcs12(await service.backups.make(taken?.id ?? "", password, passphrase), password))).toHaveLength(1);
    await expect(service.issued.protect(one.group, passphrase)).rejects.toMatchObject({ code: "keys.not-found" });
  });

  it("does not lie in the clear where its identity gets a protection and it still waits for its other use", async () => {
    const service = desk();
    const [one] = (await made(service)) as [WaitingFacts];
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, one, { keyUsage: 0x80 }), [origin]);
    const certificate = parseCertificate(taken?.certificate ?? new Uint8Array());
    await service.waiting.follow(certificate, { kind: "none" });
    expect(await service.waiting.all()).toMatchObject([{ protection: "none" }]);
    await service.waiting.follow(certificate, passphrase);
    expect(await service.waiting.all()).toMatchObject([{ protection: "passphrase", missing: ["encrypt"] }]);
    expect(texts(service.area.waiting)).not.toContain("CryptoKey");
  });

  it("can be protected before its certificate comes", async () => {
    const service = desk();
    const [one] = (await made(service)) as [WaitingFacts];
    await service.issued.protect(one.group, passphrase);
    expect(await service.waiting.all()).toMatchObject([{ id: one.id, pem: one.pem, protection: "passphrase" }]);
    expect(texts(service.area)).not.toContain("CryptoKey");
    const { kept: [taken] } = await service.issued.takeIn(answer(service.area, one), [origin]);
    expect(isProtected(taken?.key)).toBe(true);
  });

  it("and only signs, is said to be good for nothing, and nothing is made of it; its neighbour that reads is taken in", async () => {
    const managed: { RequireKeyProtection?: string } = {};
    const service = desk({ managed });
    const keys = await made(service, { shape: "two" });
    const [signs, reads] = keys as [WaitingFacts, WaitingFacts];
    managed.RequireKeyProtection = "passphrase";
    expect((await service.waiting.all()).map(({ use, code }) => [use, code])).toEqual([["sign", "keys.born-unprotected"], ["encrypt", "keys.protect-first"]]);
    const file = answer(service.area, signs, { keyUsage: 0x80 });
    expect(await service.issued.takeIn(file, [origin])).toMatchObject({ kept: [], unfitting: [], unprotectable: [{ der: file }] });
    expect(kept).toEqual([]);
    await service.issued.protect(reads.group, passphrase);
    expect((await service.waiting.all()).map(({ use, protection, code }) => [use, protection, code])).toEqual([["sign", "none", "keys.born-unprotected"], ["encrypt", "passphrase", "ok"]]);
    expect((await service.issued.takeIn(answer(service.area, reads, { keyUsage: 0x08 }), [origin])).kept).toHaveLength(1);
    managed.RequireKeyProtection = "none";
    expect((await service.issued.takeIn(file, [origin])).kept).toHaveLength(1);
  });
});

describe("a key with a certificate for each of its uses", () => {
  it.each([
    ["to sign first, without protection", [0x80, 0x08], { kind: "none" }],
    ["to sign first, under a passphrase", [0x80, 0x08], passphrase],
    ["to read first, under a passphrase", [0x08, 0x80], passphrase],
  ] as const)("waits for what is missing, and no more once both are here: %s", async (_how, usages, protection) => {
    const service = desk();
    const [one] = (await made(service, {}, protection)) as [WaitingFacts];
    expect(one.missing).toEqual(["sign", "encrypt"]);
    await service.issued.takeIn(answer(service.area, one, { keyUsage: usages[0] }), [origin]);
    expect(await service.waiting.all()).toMatchObject([{ id: one.id, missing: [usages[0] === 0x80 ? "encrypt" : "sign"] }]);
    await service.issued.takeIn(answer(service.area, one, { keyUsage: usages[1] }), [origin]);
    expect(await service.waiting.all()).toEqual([]);
    expect(kept.map(({ key }) => keyFacts(key as KeptKey)).map(({ canSign, canDecrypt }) => [canSign, canDecrypt])).toEqual(usages.map((usage) => [usage === 0x80, usage === 0x08]));
    const reading = kept.find(({ key }) => keyFacts(key as KeptKey).canDecrypt);
    expect(await service.stateOf(reading?.id ?? "")).toBe("possible");
    // A renewal for both has what each of the two has.
    const { kept: [renewed] } = await service.issued.takeIn(renewal(service), [origin]);
    expect(keyFacts(renewed?.key as KeptKey)).toMatchObject({ canSign: true, canDecrypt: true });
  });

  function renewal(service: ReturnType<typeof desk>): Bytes {
    const [{ certificate }] = kept as [(typeof kept)[number]];
    service.area.waiting = [{ id: "again", spki: parseCertificate(certificate).spki } as WaitingKey];
    const again = answer(service.area, { id: "again" } as WaitingFacts, { name: "Alice again" });
    service.area.waiting = [];
    expect(equal(again, certificate)).toBe(false);
    return again;
  }

  it("waits again for what a removed identity did", async () => {
    const service = desk();
    const [one] = (await made(service)) as [WaitingFacts];
    await service.issued.takeIn(answer(service.area, one, { keyUsage: 0x80 }), [origin]);
    kept.splice(0);
    expect(await service.waiting.all()).toMatchObject([{ missing: ["sign", "encrypt"] }]);
  });
});
