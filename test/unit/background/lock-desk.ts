import { generateKeyPairSync } from "node:crypto";
import { type Attempts, attemptDelays } from "../../../src/background/attempt-delays.ts";
import { keyLocks } from "../../../src/background/key-locks.ts";
import type { KeyRules } from "../../../src/background/key-rules.ts";
import { keyVaults } from "../../../src/background/key-vaults.ts";
import { waitingInVaults, withForms } from "../../../src/background/kept-waiting.ts";
import { securityKeys } from "../../../src/background/security-keys.ts";
import { type SessionArea, sessionTable } from "../../../src/background/session-table.ts";
import { type UnlockedRow, unlockedKeys } from "../../../src/background/unlocked-keys.ts";
import { importSoftwareKey } from "../../../src/keys/private-key.ts";
import { protectKey, type SealedKey } from "../../../src/keys/protected-key.ts";
import { sealingKey } from "../../../src/keys/sealed-octets.ts";
import { newVaultKey, passphraseLock, type Vault } from "../../../src/keys/vault.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { bytes } from "../keys/support/key-of.ts";
import { memoryArea } from "./memory-area.ts";

export const PASSPHRASE = "four words that open";
export const here = "https://mail.example.org";
export const there = "https://other.example.org";

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pkcs8 = bytes(pair.privateKey.export({ type: "pkcs8", format: "der" }));
export const certificate = certificateFor(bytes(pair.publicKey.export({ type: "spki", format: "der" })));

const vaultKey = newVaultKey();
const lock = await passphraseLock("v", vaultKey, PASSPHRASE);
const protect = async (id: string) => protectKey(id, pkcs8, certificate, { id: "v", key: await sealingKey(vaultKey) });
const identity = (id: string, key: unknown, origins: string[]): KeptIdentity => ({ id, certificate, chain: [], key, origins, addedAt: "" });

/** What lies in the database. */
export interface Disk {
  identities: KeptIdentity[];
  vaults: Vault[];
  sealing: CryptoKey | undefined;
  /** Keys that wait for their certificates, where a test has some. */
  waiting?: () => unknown;
  rewrite?: (change: (before: unknown) => unknown) => void;
}

/** Two protected identities, one bound to both webmails, and one without protection. */
export async function disk(): Promise<Disk> {
  return {
    identities: [identity("one", await protect("one"), [here]), identity("both", await protect("both"), [here, there]), identity("open", await importSoftwareKey(pkcs8, certificate), [here])],
    vaults: [{ id: "v", kind: "passphrase", locks: [lock] }],
    sealing: undefined,
  };
}

/** The service over such a database and the browser's memory; making another one is what the worker's end and start are. */
export function locksOver({ kept, area = memoryArea(), rules = { required: "none", longest: null }, full = false }: { kept: Disk; area?: SessionArea; rules?: KeyRules; full?: boolean }) {
  let now = 1_000_000;
  const clock = () => new Date(now);
  const alarms: (number | null)[] = [];
  const told: string[][] = [];
  const write = (all: Vault[], keys: ReadonlyMap<string, unknown> = new Map()): Promise<void> => {
    if (full) return Promise.reject(new Error("full"));
    kept.vaults = structuredClone(all);
    kept.identities.forEach((each) => keys.has(each.id) && (each.key = keys.get(each.id)));
    kept.rewrite?.((before) => withForms(before, keys as ReadonlyMap<string, SealedKey>));
    return Promise.resolve();
  };
  const vaults = keyVaults({ read: () => Promise.resolve(structuredClone(kept.vaults)), write, keys: () => Promise.resolve([...kept.identities, ...waitingInVaults(kept.waiting?.())]), unreadable: () => Promise.resolve(false), delays: attemptDelays(sessionTable<Attempts>(area, "attempts"), clock) });
  const sealing = { get: () => Promise.resolve(kept.sealing), put: (key: CryptoKey) => Promise.resolve(void (kept.sealing = key)), remove: () => Promise.resolve(void (kept.sealing = undefined)) };
  const locks = keyLocks({
    vaults,
    unlocked: unlockedKeys(sessionTable<UnlockedRow>(area, "unlocked"), sealing, clock),
    identities: () => Promise.resolve(kept.identities),
    rules: () => Promise.resolve(rules),
    alarm: (at) => Promise.resolve(void alarms.push(at)),
    onUnlocked: (ids) => void told.push([...ids]),
    clock,
  });
  const named = (id: string): KeptIdentity => kept.identities.find((each) => each.id === id) as KeptIdentity;
  const none = () => Promise.resolve([]);
  const authenticators = securityKeys({ kind: "chromium", named: () => Promise.resolve(""), webmails: none, contains: () => Promise.resolve(true), clock });
  return {
    locks,
    vaults,
    authenticators,
    area,
    alarms,
    told,
    pass: (milliseconds: number) => (now += milliseconds),
    unlock: (wish: { origin?: string; document?: string; minutes?: number | null } = {}, passphrase = PASSPHRASE) => locks.unlock("v", { kind: "passphrase", passphrase }, { minutes: 30, ...wish }),
    sign: (id: string, document?: string) => locks.open(named(id), document).sign("sha256", new Uint8Array(3)),
    key: (id: string, document?: string) => locks.open(named(id), document),
  };
}
