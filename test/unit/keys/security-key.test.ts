import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, hex, randomBytes } from "../../../src/base/bytes.ts";
import { readVaults } from "../../../src/keys/read-vaults.ts";
import { newRecoveryCode } from "../../../src/keys/recovery-code.ts";
import { newVaultKey, openVault, recoveryCodeLock, securityKeyLock, type Vault } from "../../../src/keys/vault.ts";

const vaultKey = newVaultKey();
const authenticator = { credential: Uint8Array.of(1, 2, 3), salt: randomBytes(32), transports: ["usb"], relyingParty: null, label: "Blue key", addedAt: "2026-05-03T08:31:00Z" };
const other = { ...authenticator, credential: Uint8Array.of(4), salt: randomBytes(32) };
const output = randomBytes(32);
const otherOutput = randomBytes(32);
let code: string;
let vault: Vault;
beforeAll(async () => {
  code = await newRecoveryCode();
  vault = { id: "v", kind: "security-key", locks: [await securityKeyLock("v", vaultKey, authenticator, output), await securityKeyLock("v", vaultKey, other, otherOutput), await recoveryCodeLock("v", vaultKey, code)] };
});

const key = (credential: Bytes, answer: Bytes) => ({ kind: "security-key", credential, output: answer }) as const;

describe("a vault with security keys", () => {
  it("opens with each of them, and with the recovery code", async () => {
    for (const secret of [key(authenticator.credential, output), key(other.credential, otherOutput), { kind: "recovery-code", code: code.toLowerCase() } as const]) {
      expect(hex((await openVault(vault, secret)) as Bytes)).toBe(hex(vaultKey));
    }
  });

  it("opens with no other answer, no other credential, no other code and no passphrase", async () => {
    expect(await openVault(vault, key(authenticator.credential, otherOutput))).toBeNull();
    expect(await openVault(vault, key(Uint8Array.of(9), output))).toBeNull();
    expect(await openVault(vault, { kind: "recovery-code", code: await newRecoveryCode() })).toBeNull();
    expect(await openVault(vault, { kind: "passphrase", passphrase: code })).toBeNull();
  });

  it("does not open with a lock of another vault, nor with one whose salt was changed on the disk", async () => {
    expect(await openVault({ ...vault, id: "w" }, key(authenticator.credential, output))).toBeNull();
    const changed = vault.locks.map((lock) => (lock.kind === "passphrase" ? lock : { ...lock, salt: randomBytes(32) }));
    expect(await openVault({ ...vault, locks: changed }, key(authenticator.credential, output))).toBeNull();
  });

  it("holds neither the answer nor the code", () => {
    const kept = Buffer.concat(vault.locks.flatMap((lock) => [lock.wrapped.iv, lock.wrapped.ciphertext, ...(lock.kind === "passphrase" ? [] : [lock.salt])]));
    expect(kept.includes(Buffer.from(output).subarray(0, 8))).toBe(false);
    expect(JSON.stringify(vault)).not.toContain(code.slice(0, 9));
  });

  it("is read from the disk as it was written, and left out if it is none", () => {
    expect(readVaults(structuredClone([vault]))).toEqual([vault]);
    for (const change of [{ credential: "x" }, { salt: null }, { transports: [1] }, { label: 1 }, { relyingParty: undefined }, { addedAt: 5 }, { kind: "other" }]) {
      expect(readVaults([{ ...vault, locks: [{ ...vault.locks[0], ...change }] }])).toEqual([]);
    }
  });
});
