import { generateKeyPairSync, publicEncrypt, constants } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Bytes, hex, randomBytes } from "../../../src/base/bytes.ts";
import { areSane, passphraseKey, passphraseLimits, requireLongEnough } from "../../../src/keys/passphrase.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { importProtected, openDek, protectKey } from "../../../src/keys/protected-key.ts";
import { sealingKey } from "../../../src/keys/sealed-octets.ts";
import { readVaults, unreadVaults } from "../../../src/keys/read-vaults.ts";
import { newVaultKey, openVault, passphraseLock, type Vault } from "../../../src/keys/vault.ts";
import { derNull, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { certificateFor } from "./support/certificate.ts";
import { bytes } from "./support/key-of.ts";

const PASSPHRASE = "grüne Ente fliegt";
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = certificateFor(bytes(pair.publicKey.export({ type: "spki", format: "der" })));
const pkcs8 = (): Bytes => bytes(pair.privateKey.export({ type: "pkcs8", format: "der" }));
const V15 = derSequence(derOid(OID.rsaEncryption), derNull());

const vaultKey = newVaultKey();
let vault: Vault;
beforeAll(async () => {
  vault = { id: "v", kind: "passphrase", locks: [await passphraseLock("v", vaultKey, PASSPHRASE)] };
});

const secret = (passphrase: string) => ({ kind: "passphrase", passphrase }) as const;

describe("a vault", () => {
  it("opens with its passphrase, however its letters are composed and its spaces typed, and with no other", async () => {
    expect(hex((await openVault(vault, secret("gru\u0308ne\u00a0Ente fliegt"))) as Bytes)).toBe(hex(vaultKey));
    expect(await openVault(vault, secret("grüne Ente flog"))).toBeNull();
  });

  it("does not open with a lock that was moved from another vault", async () => {
    expect(await openVault({ ...vault, id: "w" }, secret(PASSPHRASE))).toBeNull();
  });

  it("refuses passphrases of fewer than 12 characters, counted as people count them", () => {
    expect(() => requireLongEnough("a".repeat(12))).not.toThrow();
    expect(() => requireLongEnough("\u{1f600}".repeat(11))).toThrow(expect.objectContaining({ code: "keys.passphrase-short" }) as Error);
  });

  const salt = new Uint8Array(32);
  it.each([
    ["least iterations", { salt, iterations: passphraseLimits.leastIterations }, true],
    ["one fewer", { salt, iterations: passphraseLimits.leastIterations - 1 }, false],
    ["most iterations", { salt, iterations: passphraseLimits.mostIterations }, true],
    ["one more", { salt, iterations: passphraseLimits.mostIterations + 1 }, false],
    ["half an iteration", { salt, iterations: 1_000_000.5 }, false],
    ["the shortest salt", { salt: new Uint8Array(16), iterations: 600_000 }, true],
    ["a shorter one", { salt: new Uint8Array(15), iterations: 600_000 }, false],
    ["the longest salt", { salt: new Uint8Array(64), iterations: 600_000 }, true],
    ["a longer one", { salt: new Uint8Array(65), iterations: 600_000 }, false],
  ])("bounds what lies on the disk: %s", async (_name, parameters, sane) => {
    expect(areSane(parameters)).toBe(sane);
    if (!sane) await expect(passphraseKey(PASSPHRASE, parameters)).rejects.toMatchObject({ code: "keys.vault-damaged" });
  });

  it("is read from the disk as it was written, and left out if it is none", () => {
    expect(readVaults(structuredClone([vault]))).toEqual([vault]);
    for (const wrong of [undefined, [null], [{ ...vault, kind: "none" }], [{ ...vault, locks: [{ ...vault.locks[0], wrapped: null }] }], [{ ...vault, locks: [{ ...vault.locks[0], parameters: { salt: "x", iterations: 1 } }] }]]) {
      expect(readVaults(wrong)).toEqual([]);
      expect(unreadVaults(wrong)).toEqual(wrong ?? []);
    }
    for (const wrong of [null, {}, "x"]) expect(() => readVaults(wrong)).toThrow(expect.objectContaining({ code: "keys.vault-damaged" }));
  });
});

describe("a protected key", () => {
  const keyOf = (octets: Bytes) => sealingKey(octets);

  it("works as before once its vault and its data key are opened, and tells what it can before", async () => {
    const key = structuredClone(await protectKey("one", pkcs8(), certificate, { id: "v", key: await keyOf(vaultKey) }));
    expect(key.facts).toEqual({ canSign: true, canDecrypt: true, requiredDigest: null, canPss: true });
    const dek = await openDek("one", key, await keyOf(vaultKey));
    const opened = openStoredKey(await importProtected("one", key, certificate, dek));
    const content = randomBytes(32);
    const encryptedKey = bytes(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING }, content));
    expect(hex(await opened.unwrap({ kind: "key-transport", certificateId: "one", algorithm: V15, encryptedKey, keyLength: 32 }))).toBe(hex(content));
  });

  it("holds none of the private key's octets", async () => {
    const key = await protectKey("one", pkcs8(), certificate, { id: "v", key: await keyOf(vaultKey) });
    const kept = Buffer.concat([key.sealed.iv, key.sealed.ciphertext, key.dek.iv, key.dek.ciphertext]);
    const { d, p, q } = pair.privateKey.export({ format: "jwk" });
    for (const number of [d, p, q]) expect(kept.includes(Buffer.from(number as string, "base64url").subarray(0, 16))).toBe(false);
  });

  it("is nobody else's: swapped data keys, keys and vaults do not open", async () => {
    const under = { id: "v", key: await keyOf(vaultKey) };
    const one = await protectKey("one", pkcs8(), certificate, under);
    const two = await protectKey("two", pkcs8(), certificate, under);
    const damaged = { code: "keys.vault-damaged" };
    await expect(openDek("one", { ...one, dek: two.dek }, under.key)).rejects.toMatchObject(damaged);
    await expect(openDek("one", { ...one, vault: "w" }, under.key)).rejects.toMatchObject(damaged);
    await expect(openDek("one", one, await keyOf(newVaultKey()))).rejects.toMatchObject(damaged);
    const dek = await openDek("one", one, under.key);
    await expect(importProtected("one", { ...one, sealed: two.sealed }, certificate, dek)).rejects.toMatchObject(damaged);
    await expect(importProtected("two", one, certificate, dek)).rejects.toMatchObject(damaged);
  });

  it("answers a wrong padding alike after each unlocking (architecture §5)", async () => {
    const key = await protectKey("one", pkcs8(), certificate, { id: "v", key: await keyOf(vaultKey) });
    const encryptedKey = bytes(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, Buffer.concat([Buffer.of(0, 1), Buffer.alloc(254, 7)])));
    const answers = [];
    for (let time = 0; time < 2; time++) {
      const dek = await openDek("one", key, await keyOf(vaultKey));
      answers.push(hex(await openStoredKey(await importProtected("one", key, certificate, dek)).unwrap({ kind: "key-transport", certificateId: "one", algorithm: V15, encryptedKey, keyLength: 32 })));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it.each([
    ["a wrong first octet", [1, 2]],
    ["a block type of a signature", [0, 1]],
    ["padding that is too short", [0, 2, 9, 9, 9, 0]],
    ["no end of the padding", [0, 2]],
  ])("answers %s as a key without protection does, with a key of the right length (PKCS #1 v2.2 §7.2.2, architecture §5)", async (_name, begin) => {
    const block = Buffer.concat([Buffer.from(begin), Buffer.alloc(256 - begin.length, 7)]);
    const encryptedKey = bytes(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, block));
    const request = { kind: "key-transport", certificateId: "one", algorithm: V15, encryptedKey, keyLength: 32 } as const;
    const key = await protectKey("one", pkcs8(), certificate, { id: "v", key: await keyOf(vaultKey) });
    const unlocked = openStoredKey(await importProtected("one", key, certificate, await openDek("one", key, await keyOf(vaultKey))));
    const answer = await unlocked.unwrap(request);
    expect(answer).toHaveLength(32);
    expect(hex(answer)).toBe(hex(await openStoredKey(await importSoftwareKey(pkcs8(), certificate)).unwrap(request)));
  });

  it("overwrites the plain octets that it makes", async () => {
    const made: Bytes[] = [];
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    const key = await protectKey("one", pkcs8(), certificate, { id: "v", key: await keyOf(newVaultKey()) });
    for (const [format, octets] of importKey.mock.calls as unknown as [string, unknown][]) if (format === "pkcs8" || (format === "raw" && (octets as Bytes).length === 32)) made.push(octets as Bytes);
    importKey.mockRestore();
    expect(key.kind).toBe("protected");
    // The vault's key is the caller's.
    expect(made.length).toBeGreaterThan(5);
    expect(made.slice(1).filter((octets) => octets.some((octet) => octet !== 0))).toEqual([]);
  });
});
