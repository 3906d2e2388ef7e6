import { expect, it, vi } from "vitest";
import { keyVaults } from "../../../src/background/key-vaults.ts";
import { keysInVaults, writeVaults } from "../../../src/background/keys-in-vaults.ts";
import type { WaitingKey } from "../../../src/background/kept-waiting.ts";
import { openSealedKey, sealKey } from "../../../src/keys/protected-key.ts";
import { sealingKey } from "../../../src/keys/sealed-octets.ts";
import type { Vault } from "../../../src/keys/vault.ts";

vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));

/** The settings of a database, as one transaction of it sees and changes them. */
const settings = vi.hoisted((): Record<string, unknown> => ({}));
vi.mock("../../../src/store/settings.ts", () => ({
  setting: (name: string) => Promise.resolve(settings[name]),
  putSetting: (name: string, value: unknown) => Promise.resolve(void (settings[name] = value)),
}));
vi.mock("../../../src/store/identities.ts", () => ({
  allIdentities: () => Promise.resolve([]),
  replaceKeys: (_keys: ReadonlyMap<string, unknown>, changes: Record<string, (value: unknown) => unknown>) => {
    for (const [name, change] of Object.entries(changes)) settings[name] = change(settings[name]);
    return Promise.resolve();
  },
}));

const FIRST = "the first passphrase";
const SECOND = "the second passphrase";
const pkcs8 = Uint8Array.of(0x30, 1, 2, 3);

it("a key that waits under a passphrase opens under the next one, and what is not understood beside it stays", async () => {
  const delays = { wait: () => Promise.resolve(0), charge: () => Promise.resolve(), forgive: () => Promise.resolve() };
  const vaults = keyVaults({ read: () => Promise.resolve(settings["key-vaults"]), write: writeVaults, keys: keysInVaults, delays });
  const later = { of: "a later version" };
  await vaults.withKeyOf({ kind: "passphrase", passphrase: FIRST }, () => Promise.resolve(true), async ({ id, key }) => {
    const material = { kind: "protected", key: await sealKey("waits", pkcs8, { id, key: await sealingKey(key) }), sealedFor: "waits" };
    settings["waiting-keys"] = [{ id: "waits", group: "g", address: "alice@example.org", spki: Uint8Array.of(1), request: null, material }, later];
  });
  const [vault] = settings["key-vaults"] as [Vault];

  expect(await vaults.changePassphrase(vault.id, FIRST, SECOND)).toMatchObject({ state: "opened" });

  const [waits, other] = settings["waiting-keys"] as [WaitingKey, unknown];
  expect(other).toEqual(later);
  const opened = await vaults.withKey(vault.id, { kind: "passphrase", passphrase: SECOND }, async (key) => openSealedKey("waits", waits.material.kind === "protected" ? waits.material.key : (null as never), await sealingKey(key)));
  expect(opened).toEqual({ state: "opened", value: pkcs8 });
});
