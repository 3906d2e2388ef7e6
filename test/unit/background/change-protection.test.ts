import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { changeProtection, octetsAre } from "../../../src/background/change-protection.ts";
import { IN_VAULT } from "../../../src/background/key-backups.ts";
import { keyForms } from "../../../src/background/key-forms.ts";
import type { KeyRules } from "../../../src/background/key-rules.ts";
import { underProtection } from "../../../src/background/under-protection.ts";
import { importSoftwareKey, type PrivateKey } from "../../../src/keys/private-key.ts";
import { newRecoveryCode } from "../../../src/keys/recovery-code.ts";
import type { UnlockSecret, WantedProtection } from "../../../src/protocol/unlock.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import { certificateFor } from "../keys/support/certificate.ts";
import { bytes } from "../keys/support/key-of.ts";
import { type Disk, locksOver } from "./lock-desk.ts";

vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));

const kept = vi.hoisted((): KeptIdentity[] => []);
/** What is kept for backups. */
const beside = vi.hoisted((): { backups: unknown } => ({ backups: undefined }));
/** Where the browser ends. */
const fails = vi.hoisted((): { at: "proof" | "write" | "written" | null; meanwhile?: (() => void) | undefined } => ({ at: null }));
vi.mock("../../../src/background/key-proof.ts", async (original) => {
  const { proveKey } = await original<{ proveKey: (key: PrivateKey) => Promise<void> }>();
  return {
    proveKey: (key: PrivateKey) => {
      fails.meanwhile?.();
      return fails.at === "proof" ? Promise.reject(new Error("ended")) : proveKey(key);
    },
  };
});
vi.mock("../../../src/store/identities.ts", () => ({
  allIdentities: () => Promise.resolve([...kept]),
  replaceKeys: (keys: ReadonlyMap<string, unknown>, settings: { "key-backups": (before: unknown) => unknown }) => {
    if (fails.at === "write") return Promise.reject(new Error("ended"));
    beside.backups = settings["key-backups"](beside.backups);
    for (const [index, each] of kept.entries()) if (keys.has(each.id)) kept[index] = { ...each, key: keys.get(each.id) };
    return fails.at === "written" ? Promise.reject(new Error("ended")) : Promise.resolve();
  },
}));

const FIRST = "the first passphrase";
const passphrase = (text = FIRST) => ({ kind: "passphrase", vault: null, passphrase: text }) as const;
const credential = Uint8Array.of(1, 2);
const touch = () => ({ kind: "security-key", credential, output: new Uint8Array(32).fill(9) }) as const;
const code = await newRecoveryCode();
const firstKey = (): WantedProtection => ({ ...touch(), vault: null, first: { registered: { credential, salt: new Uint8Array(32), transports: ["usb"], label: "Blue key", output: new Uint8Array(32).fill(9) }, code } });
const none = { kind: "none" } as const;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Keeps a key without protection. @param keyUsage 0x80 signs, 0x20 decrypts, 0xa0 both */
async function add(id: string, pair: typeof rsa, keyUsage = 0xa0): Promise<void> {
  const certificate = certificateFor(bytes(pair.publicKey.export({ type: "spki", format: "der" })), keyUsage);
  kept.push({ id, certificate, chain: [], key: await importSoftwareKey(bytes(pair.privateKey.export({ type: "pkcs8", format: "der" })), certificate), origins: ["https://mail.example.org"], addedAt: "" });
}

function desk(rules: KeyRules = { required: "none", longest: null }) {
  const disk: Disk = { identities: kept, vaults: [], sealing: undefined };
  const around = locksOver({ kept: disk, rules });
  const settled: unknown[] = [];
  const protecting = underProtection({ vaults: around.vaults, authenticators: around.authenticators, waitingIn: () => Promise.resolve([]), unreadable: () => Promise.resolve(false) });
  const change = changeProtection({
    forms: keyForms({ protecting, rules: () => Promise.resolve(rules) }),
    locks: around.locks,
    vaults: around.vaults,
    protecting,
    waiting: { follow: (certificate) => Promise.resolve(void settled.push(certificate)) },
  });
  const protect = (protection: WantedProtection, secret: UnlockSecret | null = null, ids = ["one"]) => change({ ids, secret, protection });
  const kinds = () => kept.map(({ key }) => (key as { kind: string }).kind);
  return { ...around, disk, change, protect, kinds, settled, protecting };
}

beforeEach(() => {
  kept.length = 0;
  beside.backups = undefined;
  fails.at = null;
});

describe("changing the protection of a key that is here (architecture §5)", () => {
  it("goes from none to a passphrase, to a security key, back, and to none, and signs and decrypts each time", async () => {
    await add("one", rsa);
    const { protect, sign, key, disk, locks } = desk();
    beside.backups = { one: { a: "copy in the clear" }, other: { b: "of another key" } };
    const kindOf = () => disk.vaults.map(({ kind }) => kind);
    expect(await protect(passphrase())).toEqual({ state: "opened" });
    expect([kindOf(), beside.backups]).toEqual([["passphrase"], { one: IN_VAULT, other: { b: "of another key" } }]);
    await expect(sign("one")).resolves.toBeDefined();
    expect(key("one")).toMatchObject({ canSign: true, canDecrypt: true });
    await locks.lockAll();
    await expect(sign("one")).rejects.toMatchObject({ code: "keys.locked" });
    // It opens by the old secret while it is locked, and what no key lies in goes.
    expect(await protect(firstKey(), passphrase())).toEqual({ state: "opened" });
    expect(kindOf()).toEqual(["security-key"]);
    await expect(sign("one")).resolves.toBeDefined();
    expect(await protect(passphrase("the second passphrase"), { kind: "recovery-code", code })).toEqual({ state: "opened" });
    expect(kindOf()).toEqual(["passphrase"]);
    expect(await protect(none, passphrase("the second passphrase"))).toEqual({ state: "opened" });
    expect([kindOf(), kept[0]?.key]).toMatchObject([[], { kind: "rsa", decryption: {} }]);
    await expect(sign("one")).resolves.toBeDefined();
    expect(kept[0]?.origins).toEqual(["https://mail.example.org"]);
  });

  it("takes along every certificate of the same private key, also one that only signs and has no octets of its own", async () => {
    await add("one", rsa, 0x20);
    await add("signs", rsa, 0x80);
    await add("other", ec);
    const { protect, kinds, key, sign, settled } = desk();
    await protect(passphrase(), null, ["signs"]);
    expect(kinds()).toEqual(["protected", "protected", "ec"]);
    expect(settled).toHaveLength(2);
    expect([key("one"), key("signs")]).toMatchObject([{ canSign: false, canDecrypt: true }, { canSign: true, canDecrypt: false }]);
    await expect(sign("signs")).resolves.toBeDefined();
  });

  it("says of a key whose octets nobody has that it needs its file", async () => {
    await add("one", ec);
    await add("two", rsa);
    const { protect, kinds } = desk();
    expect(kept.map((each) => octetsAre(each, kept))).toEqual(["file", "here"]);
    await expect(protect(passphrase(), null, ["two", "one"])).rejects.toMatchObject({ code: "keys.needs-file" });
    expect(kinds()).toEqual(["ec", "rsa"]);
  });

  it("asks for the old secret, counts wrong ones, and never takes the new one for it", async () => {
    await add("one", rsa);
    const { protect, kinds, disk } = desk();
    await protect(passphrase());
    await expect(protect(firstKey(), null)).rejects.toMatchObject({ code: "keys.locked" });
    for (const wait of [0, 0, 1000]) expect(await protect(firstKey(), passphrase("not the passphrase"))).toEqual({ state: "wrong", wait });
    expect(await protect(firstKey(), passphrase())).toEqual({ state: "wait", wait: 1000 });
    expect([kinds(), disk.vaults]).toMatchObject([["protected"], [{ kind: "passphrase" }]]);
  });

  it("asks for the passphrase of the keys that have one, and changes nothing with another", async () => {
    await add("one", rsa);
    await add("two", generateKeyPairSync("rsa", { modulusLength: 2048 }));
    const { protect, kinds } = desk();
    await protect(passphrase(), null, ["two"]);
    await expect(protect(passphrase("the second passphrase"))).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    expect(kinds()).toEqual(["rsa", "protected"]);
    expect(await protect(passphrase())).toEqual({ state: "opened" });
    expect(new Set(kept.map(({ key }) => (key as { vault: string }).vault)).size).toBe(1);
  });

  it("opens the vault that its owner was told of, and has a mistyped passphrase become no other one's", async () => {
    await add("old", rsa);
    const { protect, kinds, disk } = desk();
    await protect(passphrase(), null, ["old"]);
    const [vault] = disk.vaults;
    // The same key under a newer certificate: its old one, which goes along, is all that lies in the vault.
    await add("one", rsa);
    await expect(protect({ kind: "passphrase", vault: vault?.id ?? "", passphrase: "teh first passphrase" })).rejects.toMatchObject({ code: "keys.passphrase-wrong" });
    expect([kinds(), disk.vaults]).toEqual([["protected", "rsa"], [vault]]);
    expect(await protect({ kind: "passphrase", vault: vault?.id ?? "", passphrase: FIRST })).toEqual({ state: "opened" });
    expect([kinds(), disk.vaults.map(({ id }) => id)]).toEqual([["protected", "protected"], [vault?.id]]);
  });

  it("changes nothing when a certificate of the same key comes meanwhile: it would be left in another form", async () => {
    await add("one", rsa);
    const { protect, kinds } = desk();
    const late = { ...(kept[0] as KeptIdentity), id: "late" };
    fails.meanwhile = () => void (kept.length === 1 && kept.push(late));
    await expect(protect(passphrase())).rejects.toMatchObject({ code: "keys.changed-meanwhile" });
    fails.meanwhile = undefined;
    expect(kinds()).toEqual(["rsa", "rsa"]);
    await protect(passphrase());
    expect(kinds()).toEqual(["protected", "protected"]);
  });

  it("goes no lower than the organisation asks", async () => {
    await add("one", rsa);
    const { protect, kinds } = desk({ required: "passphrase", longest: null });
    await protect(passphrase());
    await expect(protect(none, passphrase())).rejects.toMatchObject({ code: "keys.protection-required" });
    expect(kinds()).toEqual(["protected"]);
  });
});

describe("a change of protection that is interrupted", () => {
  it.each(["proof", "write"] as const)("at the %s: the old form is in force, under its old secret", async (at) => {
    await add("one", rsa);
    const { protect, locks, disk, sign, kinds } = desk();
    fails.at = at;
    await expect(protect(passphrase())).rejects.toThrow("ended");
    expect(kinds()).toEqual(["rsa"]);
    await expect(sign("one")).resolves.toBeDefined();
    fails.at = null;
    await protect(passphrase("the second passphrase"));
    // The vault that was begun and holds nothing went with it.
    expect(disk.vaults).toHaveLength(1);
    fails.at = at;
    for (const wish of [firstKey(), none]) await expect(protect(wish, passphrase("the second passphrase"))).rejects.toThrow("ended");
    const vault = (kept[0]?.key as { vault: string }).vault;
    expect(await locks.unlock(vault, passphrase("the second passphrase"), { minutes: 5 })).toMatchObject({ state: "opened", value: ["one"] });
    await expect(sign("one")).resolves.toBeDefined();
  });

  it("after the write: the new form is in force, and the old vault goes with the next change", async () => {
    await add("one", rsa);
    const { protect, locks, disk, sign, area, protecting } = desk();
    await protect(passphrase());
    fails.at = "written";
    await expect(protect(firstKey(), passphrase())).rejects.toThrow("ended");
    fails.at = null;
    expect(disk.vaults.map(({ kind }) => kind)).toEqual(["passphrase", "security-key"]);
    // What was unlocked of the old form opens nothing of the new one.
    await expect(locksOver({ kept: disk, area }).sign("one")).rejects.toMatchObject({ code: "keys.locked" });
    const { vault } = kept[0]?.key as { vault: string };
    expect(await locks.unlock(vault, { kind: "recovery-code", code }, { minutes: 5 })).toMatchObject({ state: "opened", value: ["one"] });
    await expect(sign("one")).resolves.toBeDefined();
    await locks.lockAll();
    await expect(sign("one")).rejects.toMatchObject({ code: "keys.locked" });
    await protecting.dropUnused();
    expect(disk.vaults.map(({ kind }) => kind)).toEqual(["security-key"]);
  });
});
