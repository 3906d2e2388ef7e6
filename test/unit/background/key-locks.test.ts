import { describe, expect, it, vi } from "vitest";
import { ONE_MESSAGE } from "../../../src/background/key-locks.ts";
import type { ProtectedKey } from "../../../src/keys/protected-key.ts";
import { disk, here, locksOver, PASSPHRASE, there } from "./lock-desk.ts";
import { memoryArea } from "./memory-area.ts";

vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));

const locked = { code: "keys.locked" };
const MINUTE = 60_000;

describe("locked keys", () => {
  it("tell what they are and throw at each use; keys without protection work", async () => {
    const { key, sign } = locksOver({ kept: await disk() });
    expect(key("one")).toMatchObject({ canSign: true, canDecrypt: true });
    await expect(key("one").ready()).rejects.toMatchObject(locked);
    await expect(sign("one")).rejects.toMatchObject(locked);
    await expect(key("one").unwrap({ kind: "key-agreement", certificateId: "one", algorithm: new Uint8Array(1), originatorKey: new Uint8Array(1), originatorAlgorithm: null, ukm: null, encryptedKey: new Uint8Array(1), keyLength: 16 })).rejects.toMatchObject(locked);
    await expect(sign("open")).resolves.toBeDefined();
  });

  it("open with the passphrase for the time that was wished, and ask for an alarm", async () => {
    const { unlock, sign, pass, alarms, told, locks } = locksOver({ kept: await disk() });
    expect(await unlock()).toEqual({ state: "opened", value: ["one", "both"] });
    expect(told).toEqual([["one", "both"]]);
    await expect(sign("one")).resolves.toBeDefined();
    expect(alarms.at(-1)).toBe(1_000_000 + 30 * MINUTE);
    pass(30 * MINUTE - 1);
    await expect(sign("one")).resolves.toBeDefined();
    pass(1);
    // The alarm may be late: use after the end throws anyway.
    await expect(sign("one")).rejects.toMatchObject(locked);
    await locks.sweep();
    expect(alarms.at(-1)).toBeNull();
  });

  it("open in one webmail only what is bound to it", async () => {
    const { unlock, sign } = locksOver({ kept: await disk() });
    expect(await unlock({ origin: there })).toEqual({ state: "opened", value: ["both"] });
    await expect(sign("both")).resolves.toBeDefined();
    await expect(sign("one")).rejects.toMatchObject(locked);
  });

  it("survive the worker's restart and not the browser's", async () => {
    const kept = await disk();
    const before = locksOver({ kept });
    await before.unlock({ minutes: null });
    await expect(locksOver({ kept, area: before.area }).sign("one")).resolves.toBeDefined();
    const after = locksOver({ kept, area: memoryArea() });
    await expect(after.sign("one")).rejects.toMatchObject(locked);
    await after.locks.sweep();
    expect(kept.sealing).toBeUndefined();
  });

  it("lie in the session memory and in the database by halves: neither opens a key, nor the wrong two together", async () => {
    const kept = await disk();
    const before = locksOver({ kept });
    await before.unlock();
    const memory = JSON.stringify(await before.area.get("unlocked"));
    expect(memory).toContain("ciphertext");
    // The memory alone: another profile's database has no sealing key, or another one.
    await expect(locksOver({ kept: { ...kept, sealing: undefined }, area: before.area }).sign("one")).rejects.toMatchObject(locked);
    const other = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await expect(locksOver({ kept: { ...kept, sealing: other }, area: before.area }).sign("one")).rejects.toMatchObject(locked);
    // The database alone, with everything in it.
    expect(kept.sealing?.extractable).toBe(false);
    await expect(locksOver({ kept, area: memoryArea() }).sign("one")).rejects.toMatchObject(locked);
  });

  it("are not opened by a row that was moved to another identity", async () => {
    const kept = await disk();
    const { unlock, area } = locksOver({ kept });
    await unlock();
    const { unlocked } = (await area.get("unlocked")) as { unlocked: Record<string, object> };
    await area.set({ unlocked: { one: unlocked["both"], both: unlocked["one"] } });
    await expect(locksOver({ kept, area }).sign("one")).rejects.toMatchObject(locked);
  });
});

describe("locking", () => {
  it("locks all at once, and takes the sealing key away", async () => {
    const kept = await disk();
    const { unlock, sign, locks, alarms } = locksOver({ kept });
    await unlock();
    await sign("one");
    await locks.lockAll();
    await expect(sign("one")).rejects.toMatchObject(locked);
    expect(kept.sealing).toBeUndefined();
    expect(alarms.at(-1)).toBeNull();
  });

  it("locks what is bound to one webmail", async () => {
    const { unlock, sign, locks } = locksOver({ kept: await disk() });
    await unlock();
    await locks.lockBoundTo(there);
    await expect(sign("both")).rejects.toMatchObject(locked);
    await expect(sign("one")).resolves.toBeDefined();
    await locks.lockBoundTo(here);
    await expect(sign("one")).rejects.toMatchObject(locked);
  });
});

describe("the organisation's rules for keys", () => {
  it.each([
    [10, 30, 10],
    [10, null, 10],
    [10, 5, 5],
    [null, 30, 30],
  ])("KeyUnlockMinutes %s, wished %s: %s minutes", async (longest, minutes, real) => {
    const { unlock, locks } = locksOver({ kept: await disk(), rules: { required: "none", longest } });
    await unlock({ minutes });
    expect((await locks.state()).unlocked[0]).toEqual({ id: "one", until: 1_000_000 + real * MINUTE });
  });

  it("KeyUnlockMinutes 0 unlocks for one frame and a minute", async () => {
    const { unlock, sign, locks, pass } = locksOver({ kept: await disk(), rules: { required: "none", longest: 0 } });
    await unlock({ document: "F1" });
    await expect(sign("one", "F1")).resolves.toBeDefined();
    await expect(sign("one", "F2")).rejects.toMatchObject(locked);
    await expect(sign("one")).rejects.toMatchObject(locked);
    expect((await locks.state()).unlocked).toEqual([]);
    pass(ONE_MESSAGE);
    await expect(sign("one", "F1")).rejects.toMatchObject(locked);
  });

  it("RequireKeyProtection: a key with less signs and opens nothing, unlocked or not", async () => {
    const required = { code: "keys.protection-required" };
    const passphrase = locksOver({ kept: await disk(), rules: { required: "passphrase", longest: null } });
    await expect(passphrase.sign("open")).rejects.toMatchObject(required);
    await expect(passphrase.key("open").ready()).rejects.toMatchObject(required);
    await passphrase.unlock();
    await expect(passphrase.sign("one")).resolves.toBeDefined();
    const more = locksOver({ kept: await disk(), rules: { required: "security-key", longest: null } });
    await more.unlock();
    await expect(more.sign("one")).rejects.toMatchObject(required);
  });
});

describe("wrong attempts", () => {
  it("are slowed after the third, from one second to a minute, also by another worker", async () => {
    const kept = await disk();
    const desk = locksOver({ kept });
    const wrong = () => desk.unlock({}, "four words that do not");
    expect(await wrong()).toEqual({ state: "wrong", wait: 0 });
    expect(await wrong()).toEqual({ state: "wrong", wait: 0 });
    expect(await wrong()).toEqual({ state: "wrong", wait: 1000 });
    // Even the right one waits, or the wait would tell nothing.
    expect(await desk.unlock()).toEqual({ state: "wait", wait: 1000 });
    expect(await locksOver({ kept, area: desk.area }).unlock()).toEqual({ state: "wait", wait: 1000 });
    desk.pass(1000);
    expect(await wrong()).toEqual({ state: "wrong", wait: 2000 });
    desk.pass(2000);
    expect(await desk.unlock()).toMatchObject({ state: "opened" });
    expect(await wrong()).toEqual({ state: "wrong", wait: 0 });
  });
});

describe("changing the passphrase", () => {
  it("needs the old one, lets the new one open, and the old one no more", async () => {
    const { vaults, unlock, pass } = locksOver({ kept: await disk() });
    expect(await vaults.changePassphrase("v", "not the old one", "another passphrase")).toMatchObject({ state: "wrong" });
    await expect(vaults.changePassphrase("v", PASSPHRASE, "short")).rejects.toMatchObject({ code: "keys.passphrase-short" });
    expect(await vaults.changePassphrase("v", PASSPHRASE, "another passphrase")).toEqual({ state: "opened", value: null });
    expect(await unlock()).toMatchObject({ state: "wrong" });
    pass(MINUTE);
    expect(await unlock({}, "another passphrase")).toMatchObject({ state: "opened", value: ["one", "both"] });
  });

  it("gives the vault a new key: what an older copy of it opens is nothing that was sealed since; what is unlocked stays so", async () => {
    const kept = await disk();
    const before = structuredClone(kept.vaults);
    const { vaults, unlock, sign, locks } = locksOver({ kept });
    await unlock();
    await vaults.changePassphrase("v", PASSPHRASE, "another passphrase");
    await expect(sign("one")).resolves.toBeDefined();
    // The old vault with the old passphrase, laid over the keys of today.
    await expect(locksOver({ kept: { ...kept, vaults: before } }).unlock()).rejects.toMatchObject({ code: "keys.vault-damaged" });
    await locks.lockAll();
    await expect(sign("one")).rejects.toMatchObject(locked);
    expect(await unlock({}, "another passphrase")).toMatchObject({ value: ["one", "both"] });
    await expect(sign("both")).resolves.toBeDefined();
  });

  it("leaves everything under the old one where it cannot be written", async () => {
    const kept = await disk();
    const { vaults, unlock, sign } = locksOver({ kept, full: true });
    await expect(vaults.changePassphrase("v", PASSPHRASE, "another passphrase")).rejects.toThrow("full");
    expect(await unlock()).toMatchObject({ value: ["one", "both"] });
    await expect(sign("one")).resolves.toBeDefined();
  });

  it("passes a key over that opens under neither, and takes a vault that others open for damaged", async () => {
    const kept = await disk();
    const broken = kept.identities[0]?.key as ProtectedKey;
    broken.dek = { ...broken.dek, iv: new Uint8Array(12) };
    const { vaults, unlock } = locksOver({ kept });
    expect(await vaults.changePassphrase("v", PASSPHRASE, "another passphrase")).toMatchObject({ state: "opened" });
    expect(await unlock({}, "another passphrase")).toMatchObject({ value: ["both"] });
    kept.vaults[0]?.locks.push({ id: "r", kind: "recovery-code", salt: new Uint8Array(32), wrapped: { iv: new Uint8Array(12), ciphertext: new Uint8Array(48) } });
    await expect(vaults.changePassphrase("v", "another passphrase", PASSPHRASE)).rejects.toMatchObject({ code: "keys.vault-damaged" });
  });
});
