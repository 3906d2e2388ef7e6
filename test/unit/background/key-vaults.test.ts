import { describe, expect, it } from "vitest";
import { type Attempts, attemptDelays } from "../../../src/background/attempt-delays.ts";
import { keyVaults } from "../../../src/background/key-vaults.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { hex, randomBytes } from "../../../src/base/bytes.ts";
import { newRecoveryCode } from "../../../src/keys/recovery-code.ts";
import type { Vault } from "../../../src/keys/vault.ts";
import { memoryArea } from "./memory-area.ts";

const authenticator = (id: number) => ({ credential: Uint8Array.of(id), salt: randomBytes(32), transports: [], relyingParty: null, label: `key ${id}`, addedAt: "" });
const one = { kind: "security-key", credential: Uint8Array.of(1), output: randomBytes(32) } as const;
const two = { ...one, credential: Uint8Array.of(2), output: randomBytes(32) };

/** A vault with one security key; `fail` makes the disk refuse. */
async function desk() {
  let kept: Vault[] = [];
  const around = { fail: false };
  const write = (all: Vault[]) => (around.fail ? Promise.reject(new Error("full")) : Promise.resolve(void (kept = structuredClone(all))));
  const vaults = keyVaults({ read: () => Promise.resolve(structuredClone(kept)), write, keys: () => Promise.resolve([]), unreadable: () => Promise.resolve(false), delays: attemptDelays(sessionTable<Attempts>(memoryArea(), "attempts"), () => new Date(0)) });
  const code = await newRecoveryCode();
  let key = "";
  await vaults.withKeyOf({ ...one, vault: null, first: { authenticator: authenticator(1), output: one.output, code } }, () => Promise.resolve(true), (made) => Promise.resolve(void (key = hex(made.key))));
  const id = (kept[0] as Vault).id;
  const opens = async (secret: Parameters<typeof vaults.withKey>[1]) => vaults.withKey(id, secret, (octets) => Promise.resolve(hex(octets) === key));
  const lockOf = (kind: string) => (kept[0] as Vault).locks.find((lock) => lock.kind === kind)?.id ?? "";
  return { vaults, id, code, around, opens, lockOf, kept: () => kept, lay: (value: unknown) => void (kept = value as Vault[]) };
}

const opened = { state: "opened", value: true };

describe("a vault's security keys", () => {
  it("are several, each registered by whoever opens the vault, and none twice", async () => {
    const { vaults, id, opens, code } = await desk();
    expect(await vaults.addAuthenticator(id, two, authenticator(2), two.output)).toMatchObject({ state: "wrong" });
    expect(await vaults.addAuthenticator(id, one, authenticator(2), two.output)).toEqual({ state: "opened", value: null });
    await expect(vaults.addAuthenticator(id, one, authenticator(2), two.output)).rejects.toMatchObject({ code: "keys.security-key-known" });
    for (const secret of [one, two, { kind: "recovery-code", code } as const]) expect(await opens(secret)).toEqual(opened);
  });

  it("can be replaced by whoever lost the only one and has the recovery code", async () => {
    const { vaults, id, opens, code, lockOf } = await desk();
    expect(await vaults.addAuthenticator(id, { kind: "recovery-code", code }, authenticator(2), two.output)).toMatchObject({ state: "opened" });
    const lost = lockOf("security-key");
    await vaults.removeLock(id, lost);
    expect(await opens(two)).toMatchObject({ state: "wrong" });
    expect(await opens(one)).toEqual(opened);
  });

  it("are not removed with the last way to open the vault", async () => {
    const { vaults, id, lockOf, opens } = await desk();
    await vaults.removeLock(id, lockOf("recovery-code"));
    await expect(vaults.removeLock(id, lockOf("security-key"))).rejects.toMatchObject({ code: "keys.last-lock" });
    expect(await opens(one)).toEqual(opened);
  });

  it("are at most 15 beside the recovery code", async () => {
    const { vaults, id } = await desk();
    for (let n = 3; n < 17; n++) await vaults.addAuthenticator(id, one, authenticator(n), randomBytes(32));
    await expect(vaults.addAuthenticator(id, one, authenticator(99), randomBytes(32))).rejects.toMatchObject({ code: "limits.key-locks" });
  });
});

describe("a vault that cannot be read", () => {
  it("stays as it is, whatever is written beside it", async () => {
    const { vaults, id, lockOf, kept, lay } = await desk();
    const strange = [{ id: "later", kind: "passphrase", locks: [{ id: "l", kind: "of a later version" }] }, "damaged"];
    lay([strange[0], ...kept(), strange[1]]);
    expect((await vaults.all()).map((vault) => vault.id)).toEqual([id]);
    await vaults.removeLock(id, lockOf("recovery-code"));
    expect(kept()).toHaveLength(3);
    await vaults.withKeyOf({ kind: "security-key", vault: null, credential: Uint8Array.of(7), output: randomBytes(32), first: { authenticator: authenticator(7), output: randomBytes(32), code: await newRecoveryCode() } }, () => Promise.resolve(false), () => Promise.resolve());
    expect(kept()).toHaveLength(4);
    await vaults.dropUnused(() => Promise.resolve(false));
    expect(kept()).toEqual(strange);
  });

  it("is not written over where there is no list at all", async () => {
    const { vaults, kept, lay } = await desk();
    lay({ 0: "damaged" });
    await expect(vaults.dropUnused(() => Promise.resolve(false))).rejects.toMatchObject({ code: "keys.vault-damaged" });
    await expect(vaults.all()).rejects.toMatchObject({ code: "keys.vault-damaged" });
    expect(kept()).toEqual({ 0: "damaged" });
  });
});

describe("a recovery code", () => {
  it("is replaced by whoever opens the vault, and the old one opens nothing then", async () => {
    const { vaults, id, opens, code } = await desk();
    const next = await newRecoveryCode();
    expect(await vaults.renewRecoveryCode(id, one, next)).toMatchObject({ state: "opened" });
    expect(await opens({ kind: "recovery-code", code: next })).toEqual(opened);
    expect(await opens({ kind: "recovery-code", code })).toMatchObject({ state: "wrong" });
  });

  it("that was mistyped is told so and is no attempt", async () => {
    const { opens, code } = await desk();
    for (let n = 0; n < 5; n++) await expect(opens({ kind: "recovery-code", code: code.slice(1) })).rejects.toMatchObject({ code: "keys.recovery-code-malformed" });
    expect(await opens(one)).toEqual(opened);
  });

  it("stays the old one if the new one could not be written", async () => {
    const { vaults, id, opens, code, around } = await desk();
    around.fail = true;
    await expect(vaults.renewRecoveryCode(id, one, await newRecoveryCode())).rejects.toThrow("full");
    around.fail = false;
    expect(await opens({ kind: "recovery-code", code })).toEqual(opened);
  });
});
