import { createPublicKey } from "node:crypto";
import { vi } from "vitest";
import { encodeBase64 } from "../../../src/base/base64.ts";
import type { Bytes } from "../../../src/base/bytes.ts";
import { endings } from "../../../src/background/endings.ts";
import { issuedCertificates } from "../../../src/background/issued-certificates.ts";
import { keyBackups } from "../../../src/background/key-backups.ts";
import { keyRules } from "../../../src/background/key-rules.ts";
import { ownKeysWith } from "../../../src/background/own-keys.ts";
import type { WaitingKey } from "../../../src/background/kept-waiting.ts";
import { vaultsOfWaiting } from "../../../src/background/kept-waiting.ts";
import { underProtection } from "../../../src/background/under-protection.ts";
import { waitingKeys } from "../../../src/background/waiting-keys.ts";
import type { PeopleService } from "../../../src/background/people-service.ts";
import { openStoredKey, type StoredKey } from "../../../src/keys/private-key.ts";
import { writePkcs12 } from "../../../src/keys/write-pkcs12.ts";
import { OID } from "../../../src/pki/oids.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { KeyWish, WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { KeptIdentity } from "../../../src/store/identities.ts";
import type { WantedProtection } from "../../../src/protocol/unlock.ts";
import { issue, type Wish } from "../pki/support/authority.ts";
import { type Disk, locksOver } from "./lock-desk.ts";

const kept = vi.hoisted((): KeptIdentity[] => []);
/** The settings of the desk that was made last. */
const last = vi.hoisted((): { area: { octets?: unknown } | null } => ({ area: null }));
/** What was read before somebody else wrote. */
const stale = vi.hoisted((): { all: KeptIdentity[] | null } => ({ all: null }));
/** What the writing of an identity waits for. */
const slow = vi.hoisted((): { until: Promise<unknown> | null } => ({ until: null }));
vi.mock("../../../src/store/identities.ts", () => ({
  allIdentities: () => Promise.resolve([...(stale.all ?? kept)]),
  allowIdentity: (id: string, allowed: string[]) => Promise.resolve(kept.filter((each) => each.id === id).forEach((each) => each.origins.push(...allowed.filter((origin) => !each.origins.includes(origin))))),
  putIdentity: async (one: KeptIdentity) => {
    await slow.until;
    const at = kept.findIndex(({ id }) => id === one.id);
    kept.splice(at < 0 ? kept.length : at, at < 0 ? 0 : 1, one);
  },
  replaceKeys: (keys: ReadonlyMap<string, unknown>, settings: { "key-backups": (before: unknown) => unknown }) => {
    for (const [index, each] of kept.entries()) if (keys.has(each.id)) kept[index] = { ...each, key: keys.get(each.id) };
    if (last.area) last.area.octets = settings["key-backups"](last.area.octets);
    return Promise.resolve();
  },
}));
vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));
vi.mock("../../../src/store/intermediates.ts", () => ({ allIntermediates: () => Promise.resolve([]) }));

const alice = "alice@lab.test";
const origin = "https://mail.lab.test";
const wish: KeyWish = { name: "Alice", address: alice, suite: "p-256", shape: "one" };
const authority = issue({ name: "Authority", ca: true, keyUsage: 0x04 });

function desk({ managed = {}, now = "2026-06-01T00:00:00Z", onCards = [] as KeptIdentity[] } = {}) {
  const area: { waiting?: WaitingKey[]; octets?: unknown; putOff?: unknown } = {};
  last.area = area;
  const time = { now };
  const clock = () => new Date(time.now);
  const policy = { current: (account?: Parameters<typeof effectivePolicy>[2]) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) };
  const people = { keep: () => Promise.resolve() } as unknown as PeopleService;
  // What is kept is cloned, as the database does it.
  const rewrite = (change: (before: unknown) => unknown): void => void (area.waiting = structuredClone(change(area.waiting)) as WaitingKey[]);
  const disk: Disk = { identities: kept, vaults: [], sealing: undefined, waiting: () => area.waiting, rewrite: (change) => area.waiting && rewrite(change) };
  const { vaults, locks, authenticators, sign, key: open } = locksOver({ kept: disk });
  const protecting = underProtection({ vaults, authenticators, waitingIn: () => Promise.resolve(vaultsOfWaiting(area.waiting)), unreadable: () => Promise.resolve(false) });
  const waiting = waitingKeys({ read: () => Promise.resolve(area.waiting), change: (change) => Promise.resolve().then(() => rewrite(change)), policy, rules: keyRules(policy), protecting, clock });
  const backups = keyBackups({ read: () => Promise.resolve(area.octets), change: (change) => Promise.resolve().then(() => void (area.octets = change(area.octets))), policy, protecting, seal: (entry, password) => writePkcs12(entry, password, { rounds: 10 }) });
  const choices = { all: () => Promise.resolve([]), mayChoose: () => Promise.resolve(true) };
  return {
    area, time, clock, people, waiting, backups, choices, disk, vaults, locks, sign, open, protecting,
    stateOf: async (id: string) => (await backups.offered(id, [alice])).state,
    issued: issuedCertificates({ waiting, backups, protecting, people, rules: keyRules(policy), clock }),
    ownKeys: ownKeysWith(choices, opening, clock),
    endings: endings({ read: () => Promise.resolve(area.putOff), write: (all) => Promise.resolve(void (area.putOff = all)), onCards: () => Promise.resolve(onCards.map((each) => ({ kept: each, facts: { kind: "rsa", curve: "", canSign: true, canDecrypt: true, requiredDigest: null, canPss: false, pssOnly: false } }))), clock }),
  };
}

/** No key of these is protected. */
const opening = { open: (kept: Readonly<KeptIdentity>) => openStoredKey(kept.key as StoredKey), refusal: () => Promise.resolve(null) };

/** What the authority makes of a waiting key. */
function answer(area: ReturnType<typeof desk>["area"], { id }: WaitingFacts, more: Partial<Wish> = {}): Bytes {
  const key = area.waiting?.find((each) => each.id === id);
  const publicKey = createPublicKey({ key: Buffer.from(key?.spki ?? []), format: "der", type: "spki" });
  return issue({ name: "Alice", emails: [alice], issuer: authority, keyOf: { ...authority, publicKey }, to: "2027-06-01T00:00:00Z", extendedKeyUsage: [OID.emailProtection], ...more }).certificate.der;
}

const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\n${encodeBase64(der)}\n-----END CERTIFICATE-----\n`;

const made = async (service: ReturnType<typeof desk>, change: Partial<KeyWish> = {}, protection: WantedProtection = { kind: "none" }): Promise<WaitingFacts[]> => service.waiting.make({ ...wish, ...change }, protection);

export { kept, slow, stale, alice, origin, wish, authority, desk, opening, answer, pem, made };
