import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type BackupSource, IN_VAULT } from "../../../src/background/key-backups.ts";
import { identityService } from "../../../src/background/identity-service.ts";
import type { KeyChoices } from "../../../src/background/key-choices.ts";
import type { KeyRules } from "../../../src/background/key-rules.ts";
import type { PeopleService } from "../../../src/background/people-service.ts";
import type { TrustService } from "../../../src/background/trust-service.ts";
import { underProtection } from "../../../src/background/under-protection.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import type { Pkcs12Contents } from "../../../src/keys/pkcs12.ts";
import type { WantedProtection } from "../../../src/protocol/unlock.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { open, type Sealed } from "../../../src/keys/sealed-key.ts";
import { newRecoveryCode } from "../../../src/keys/recovery-code.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { bytes } from "../keys/support/key-of.ts";
import { type Disk, locksOver } from "./lock-desk.ts";

vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));

const kept = vi.hoisted((): KeptIdentity[] => []);
/** Names of identities with what is kept for their backups. */
const offered = vi.hoisted((): Record<string, BackupSource> => ({}));
/** Where the browser ends. */
const fails = vi.hoisted((): { at: "put" | "proof" | null } => ({ at: null }));
vi.mock("../../../src/background/key-proof.ts", () => ({ proveKey: () => (fails.at === "proof" ? Promise.reject(new Error("ended")) : Promise.resolve()) }));
const file = vi.hoisted((): { contents: Pkcs12Contents } => ({ contents: { keys: [], certificates: [] } }));
vi.mock("../../../src/store/identities.ts", () => ({
  allIdentities: () => Promise.resolve(kept),
  putIdentity: (identity: KeptIdentity) => fails.at === "put" ? Promise.reject(new Error("ended")) : Promise.resolve(void kept.splice(kept.findIndex(({ id }) => id === identity.id) >>> 0, 1, identity)),
  replaceKeys: (keys: ReadonlyMap<string, unknown>, settings: { "key-backups": (before: unknown) => unknown }) => {
    if (fails.at === "put") return Promise.reject(new Error("ended"));
    Object.assign(offered, settings["key-backups"](offered));
    return Promise.resolve(kept.forEach((each, index) => keys.has(each.id) && (kept[index] = { ...each, key: keys.get(each.id) })));
  },
  removeIdentity: (id: string) => Promise.resolve(void kept.splice(kept.findIndex((each) => each.id === id), 1)),
}));
vi.mock("../../../src/store/people.ts", () => ({ keptCertificate: () => Promise.resolve(undefined) }));
vi.mock("../../../src/keys/pkcs12.ts", () => ({ readPkcs12: () => Promise.resolve(file.contents) }));

const passphrase = (text: string): WantedProtection => ({ kind: "passphrase", vault: null, passphrase: text });
const FIRST = "the first passphrase";
const SECOND = "the second passphrase";

/** A file with one key; answers the octets that were read from it. */
function bring(pair = generateKeyPairSync("ec", { namedCurve: "P-256" }), keyUsage?: number): Bytes {
  const pkcs8 = bytes(pair.privateKey.export({ type: "pkcs8", format: "der" }));
  const certificate = certificateFor(bytes(pair.publicKey.export({ type: "spki", format: "der" })), keyUsage);
  file.contents = { keys: [{ pkcs8 }], certificates: [{ certificate }] } as unknown as Pkcs12Contents;
  return pkcs8;
}

function desk(rules: KeyRules = { required: "none", longest: null }) {
  const disk: Disk = { identities: kept, vaults: [], sealing: undefined };
  const around = locksOver({ kept: disk, rules });
  const trust = { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "good" }) } as unknown as TrustService;
  const people = { keep: () => Promise.resolve() } as unknown as PeopleService;
  const choices = { forget: () => Promise.resolve() } as unknown as KeyChoices;
  const backups = {
    offer: (id: string, _addresses: readonly string[], source: BackupSource) => Promise.resolve(void (offered[id] = source)),
  };
  const settled: Bytes[] = [];
  const waiting = { follow: ({ spki }: { spki: Bytes }) => Promise.resolve(void settled.push(spki)) };
  const protecting = underProtection({ vaults: around.vaults, authenticators: around.authenticators, waitingIn: () => Promise.resolve(vaultsOfWaiting), unreadable: () => Promise.resolve(false) });
  const vaultsOfWaiting: string[] = [];
  const service = identityService(trust, people, choices, { locks: around.locks, vaults: around.vaults, protecting, backups, waiting, rules: () => Promise.resolve(rules) }, () => new Date(0));
  return { ...around, disk, service, offered, settled, vaultsOfWaiting, take: (protection: WantedProtection) => service.importFile(new Uint8Array(0), "", [], protection) };
}

beforeEach(() => {
  kept.length = 0;
  for (const id of Object.keys(offered)) delete offered[id];
  fails.at = null;
});

describe("importing a key under protection", () => {
  it("seals it, overwrites what was read, and leaves it unlocked for now", async () => {
    const { take, sign, locks, disk, offered } = desk();
    const pkcs8 = bring();
    const [told] = await take(passphrase(FIRST));
    expect(told).toMatchObject({ protection: "passphrase", protectionCode: "ok", canSign: true });
    expect(kept[0]?.key).toMatchObject({ kind: "protected", vault: disk.vaults[0]?.id });
    expect(pkcs8.every((octet) => octet === 0)).toBe(true);
    const id = told?.id ?? "";
    // Nothing lies in the profile for a backup but the protected key itself.
    expect(offered).toEqual({ [id]: { ...IN_VAULT, from: "file" } });
    await expect(sign(id)).resolves.toBeDefined();
    await locks.lockAll();
    await expect(sign(id)).rejects.toMatchObject({ code: "keys.locked" });
  });

  it("seals it under a security key and a recovery code, and another key under the same", async () => {
    const { take, sign, locks, disk } = desk({ required: "security-key", longest: null });
    const output = new Uint8Array(32).fill(9);
    const credential = Uint8Array.of(1, 2);
    const code = await newRecoveryCode();
    const registered = { credential, salt: new Uint8Array(32), transports: ["usb"], label: "Blue key", output };
    bring();
    const [first] = await take({ kind: "security-key", vault: null, credential, output, first: { registered, code } });
    expect(first).toMatchObject({ protection: "security-key", protectionCode: "ok" });
    bring(generateKeyPairSync("ec", { namedCurve: "P-256" }));
    const [second] = await take({ kind: "security-key", vault: null, credential, output, first: null });
    expect(disk.vaults).toMatchObject([{ kind: "security-key", locks: [{ kind: "security-key", label: "Blue key", relyingParty: null }, { kind: "recovery-code" }] }]);
    const id = second?.id ?? "";
    const vault = disk.vaults[0]?.id ?? "";
    await expect(sign(id)).resolves.toBeDefined();
    for (const secret of [{ kind: "security-key", vault: null, credential, output }, { kind: "recovery-code", code }] as const) {
      await locks.lockAll();
      await expect(sign(id)).rejects.toMatchObject({ code: "keys.locked" });
      expect(await locks.unlock(vault, secret, { minutes: 5 })).toMatchObject({ state: "opened" });
      await expect(sign(id)).resolves.toBeDefined();
    }
    bring();
    await expect(take({ kind: "security-key", vault: null, credential, output: new Uint8Array(32), first: null })).rejects.toMatchObject({ code: "keys.security-key-wrong" });
  });

  it("leaves the same key in the clear under no other certificate, nor for a backup", async () => {
    const { take, sign, locks, offered, disk } = desk();
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    bring();
    const [stranger] = await take({ kind: "none" });
    bring(pair, 0x80);
    const [old] = await take({ kind: "none" });
    offered[old?.id ?? ""] = { a: "copy in the clear" } as never;
    bring(pair, 0x88);
    const [renewed] = await take(passphrase(FIRST));
    const ids = [old?.id ?? "", renewed?.id ?? ""];
    expect(kept.map(({ id, key }) => [id, (key as { kind: string }).kind])).toEqual([[stranger?.id, "ec"], ...ids.map((id) => [id, "protected"])]);
    expect(kept[1]?.key).toMatchObject({ facts: { canSign: true, canDecrypt: false } });
    // In the same write.
    expect([offered[ids[0] ?? ""], offered[ids[1] ?? ""]]).toEqual([IN_VAULT, { ...IN_VAULT, from: "file" }]);
    for (const id of ids) await expect(sign(id)).resolves.toBeDefined();
    await locks.lockAll();
    for (const id of ids) await expect(sign(id)).rejects.toMatchObject({ code: "keys.locked" });
    // Both lie in the vault, and the file of one brings their key again: a forgotten passphrase is no end.
    bring(pair, 0x88);
    await take(passphrase(SECOND));
    expect(disk.vaults).toHaveLength(1);
    for (const id of ids) await expect(sign(id)).resolves.toBeDefined();
  });

  it("keeps octets for the backup of a key that decrypts and has no protection, and has what waits for it looked at", async () => {
    const { take, offered, settled } = desk();
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pkcs8 = Uint8Array.from(bring(pair));
    const [read] = await take({ kind: "none" });
    expect(Object.keys(offered)).toEqual([read?.id]);
    expect(await open(offered[read?.id ?? ""] as Sealed)).toEqual(pkcs8);
    bring(undefined, 0x80);
    await take({ kind: "none" });
    expect(Object.keys(offered)).toEqual([read?.id]);
    expect(settled).toEqual([]);
    bring(pair);
    await take(passphrase(FIRST));
    expect([offered[read?.id ?? ""], settled.length]).toEqual([{ ...IN_VAULT, from: "file" }, 1]);
  });

  it("takes no vault for forgotten in which a key waits for its certificate", async () => {
    const { take, disk, vaultsOfWaiting, service } = desk();
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    bring(pair);
    const [told] = await take(passphrase(FIRST));
    vaultsOfWaiting.push(disk.vaults[0]?.id ?? "");
    bring(pair);
    await expect(take(passphrase(SECOND))).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    await service.remove(told?.id ?? "");
    expect(disk.vaults).toHaveLength(1);
  });

  it("asks for the passphrase of the keys that are here, and keeps nothing under another", async () => {
    const { take, disk } = desk();
    bring();
    await take(passphrase(FIRST));
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    bring(pair);
    await expect(take(passphrase(SECOND))).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    expect(kept).toHaveLength(1);
    bring(pair);
    await take(passphrase(FIRST));
    expect(kept).toHaveLength(2);
    expect(disk.vaults).toHaveLength(1);
  });

  it("a file that brings every key of a forgotten passphrase again gets a new one; the old vault goes", async () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { take, disk, locks, sign } = desk();
    bring(pair);
    const [before] = await take(passphrase(FIRST));
    const old = disk.vaults[0]?.id;
    await locks.lockAll();
    bring(pair);
    const [after] = await take(passphrase(SECOND));
    expect(after?.id).toBe(before?.id);
    expect(disk.vaults.map(({ id }) => id)).not.toContain(old);
    expect(kept).toHaveLength(1);
    await expect(sign(after?.id ?? "")).resolves.toBeDefined();
  });

  it.each(["proof", "put"] as const)("a change of protection that ends at the %s leaves the old form in force, and can be done again", async (at) => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { take, disk, locks, sign } = desk();
    const output = new Uint8Array(32).fill(9);
    const keyed = async (): Promise<WantedProtection> => ({ kind: "security-key", vault: null, credential: Uint8Array.of(1), output, first: { registered: { credential: Uint8Array.of(1), salt: output, transports: [], label: "", output }, code: await newRecoveryCode() } });
    bring(pair);
    const [told] = await take(passphrase(FIRST));
    const id = told?.id ?? "";
    const old = disk.vaults[0]?.id ?? "";
    fails.at = at;
    bring(pair);
    await expect(take(await keyed())).rejects.toThrow("ended");
    fails.at = null;
    await locks.lockAll();
    expect(await locks.unlock(old, { kind: "passphrase", passphrase: FIRST }, { minutes: 5 })).toEqual({ state: "opened", value: [id] });
    await expect(sign(id)).resolves.toBeDefined();
    bring(pair);
    expect(await take(await keyed())).toMatchObject([{ id, protection: "security-key" }]);
    // What was begun and not finished goes, and the old vault too.
    expect(disk.vaults).toMatchObject([{ kind: "security-key" }]);
    await expect(sign(id)).resolves.toBeDefined();
  });

  it("removing the last key of a vault removes the vault", async () => {
    const { take, service, disk } = desk();
    bring();
    const [told] = await take(passphrase(FIRST));
    await service.remove(told?.id ?? "");
    expect(disk.vaults).toEqual([]);
  });

  it("refuses a short passphrase, and less than the organisation asks for", async () => {
    bring();
    await expect(desk().take(passphrase("too short"))).rejects.toMatchObject({ code: "keys.passphrase-short" });
    bring();
    const strict = desk({ required: "passphrase", longest: null });
    await expect(strict.take({ kind: "none" })).rejects.toMatchObject({ code: "keys.protection-required" });
    bring();
    await expect(desk({ required: "card", longest: null }).take(passphrase(FIRST))).rejects.toMatchObject({ code: "keys.protection-required" });
    expect(kept).toEqual([]);
  });

  it("says of a key from before what the organisation misses in it", async () => {
    bring();
    await desk().take({ kind: "none" });
    const [told] = await desk({ required: "passphrase", longest: null }).service.all();
    expect(told).toMatchObject({ protection: "none", protectionCode: "keys.protection-required" });
  });
});
