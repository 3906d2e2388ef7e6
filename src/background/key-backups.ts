import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { isProtected, openSealedKey, type ProtectedKey } from "../keys/protected-key.ts";
import { open, type Sealed } from "../keys/sealed-key.ts";
import type { UnlockSecret } from "../keys/vault.ts";
import { writePkcs12 } from "../keys/write-pkcs12.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { type BackupState, LEAST_BACKUP_PASSWORD } from "../protocol/own-keys.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";
import { readable } from "./certificate-reader.ts";
import type { PolicyService } from "./policy-service.ts";
import type { UnderProtection } from "./under-protection.ts";

/** What a backup is made of: the key's own form under its vault, which is here anyway. */
export const IN_VAULT = { kind: "in-vault" } as const;

/** What a backup is made of: a copy of the PKCS#8 beside a key without protection, or that. `from` is absent for a key that was made here. */
export type BackupSource = (Sealed | typeof IN_VAULT) & { from?: "file" };

/** Keys that are not yet backed up, by the names of their identities. */
export type BackupSources = Record<string, BackupSource>;

/** What is told of a key's backup. */
export interface BackupOffer {
  state: BackupState;
  /** Whether the key came in a file: then its owner may have that one. */
  fromFile: boolean;
  /** The vault whose secret is asked for; null for a key without protection. */
  vault: string | null;
}

/** What is kept for backups after keys got a protection, or lost it: of a key in a vault nothing lies beside it. */
export const moved = (before: unknown, to: ReadonlyMap<string, BackupSource>): unknown =>
  before && Object.fromEntries(Object.entries(before as BackupSources).map(([id, source]) => [id, to.has(id) ? { ...(to.get(id) as BackupSource), ...(source.from && { from: source.from }) } : source]));

export interface KeyBackups {
  /** Keeps what a backup is made of until it is made; nothing where the organisation forbids that. */
  offer(id: string, addresses: readonly string[], source: BackupSource): Promise<void>;
  /** Forgets what is kept for a backup that the organisation has forbidden meanwhile. */
  offered(id: string, addresses: readonly string[]): Promise<BackupOffer>;
  /**
   * A PKCS#12 file of the key with its certificates. What it is made of stays, as the file may not have been saved. A key under a vault
   * asks for the vault's secret, unlocked or not: who finds an unlocked browser may read with it, and shall not carry the key away.
   * @throws SmimeError `keys.backup-password`, `keys.export-forbidden`, `keys.backup-gone`, `keys.not-found`, `keys.locked` without the
   * secret, and what the vault says of a wrong one
   */
  make(id: string, password: string, secret: UnlockSecret | null): Promise<Bytes>;
  /** How far the file that is being made is, of 1; null if none is. */
  progress(id: string): number | null;
  /** Forgets what is kept for backups that the organisation forbids now, and what does not fit a key's form, as where the browser ended between two writes. */
  sweep(): Promise<void>;
  /** The backup is made, or not wanted, or the key is gone: nothing is kept for it any longer. */
  forget(id: string): Promise<void>;
}

export interface KeyBackupsParts {
  read: () => Promise<unknown>;
  /** Changes what is kept by what it is at the moment of writing: a change of protection writes there, too. */
  change: (change: (before: unknown) => BackupSources) => Promise<void>;
  policy: Pick<PolicyService, "current">;
  protecting: Pick<UnderProtection, "open">;
  /** Writes the file; tests give one that is quicker. */
  seal?: typeof writePkcs12;
}

export function keyBackups({ read, change: write, policy, protecting, seal = writePkcs12 }: KeyBackupsParts): KeyBackups {
  const running = new Map<string, number>();
  /** Throws `store.damaged` for what is no record: nothing is written in its place. */
  const sourcesIn = (before: unknown): BackupSources => {
    const value = before ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new SmimeError("store.damaged");
    return value as BackupSources;
  };
  const kept = async (): Promise<BackupSources> => sourcesIn(await read());
  const change = (work: (sources: BackupSources) => BackupSources): Promise<void> => write((before) => work(sourcesIn(before)));
  const sourceOf = async (id: string): Promise<BackupSource | null> => {
    const sources = await kept();
    return Object.hasOwn(sources, id) ? (sources[id] ?? null) : null;
  };
  /** `AllowKeyExport`, of every account that the certificate names: one that forbids it decides. */
  async function allowed(addresses: readonly string[]): Promise<boolean> {
    const policies = await Promise.all(addresses.length > 0 ? addresses.map((address) => policy.current({ address, from: address })) : [policy.current()]);
    return policies.every(({ values }) => values.AllowKeyExport);
  }
  const forget = (id: string): Promise<void> => change((sources) => Object.fromEntries(Object.entries(sources).filter(([name]) => name !== id)));

  async function state(id: string, addresses: readonly string[]): Promise<BackupState> {
    const here = (await sourceOf(id)) !== null;
    if (await allowed(addresses)) return here ? "possible" : "gone";
    // It was kept before the organisation forbade it.
    if (here) await forget(id);
    return "forbidden";
  }

  async function named(id: string): Promise<Readonly<KeptIdentity>> {
    const identity = (await allIdentities()).find((each) => each.id === id);
    if (!identity) throw new SmimeError("keys.not-found");
    return identity;
  }

  async function fromVault(id: string, key: ProtectedKey, secret: UnlockSecret | null): Promise<Bytes> {
    if (secret === null) throw new SmimeError("keys.locked");
    return protecting.open(key.vault, secret, (opened) => openSealedKey(key.sealedFor ?? id, key, opened));
  }

  async function octetsOf({ id, key }: Readonly<KeptIdentity>, secret: UnlockSecret | null): Promise<Bytes> {
    if (isProtected(key)) return fromVault(id, key, secret);
    const source = await sourceOf(id);
    if (source === null || "kind" in source) throw new SmimeError("keys.backup-gone");
    return open(source);
  }

  return {
    async offered(id, addresses) {
      const [now, source, { key }] = [await state(id, addresses), await sourceOf(id), await named(id)];
      return { state: now, fromFile: source?.from === "file", vault: isProtected(key) ? key.vault : null };
    },
    async offer(id, addresses, source) {
      if (await allowed(addresses)) await change((sources) => ({ ...sources, [id]: source }));
    },
    async make(id, password, secret) {
      if (Array.from(password).length < LEAST_BACKUP_PASSWORD) throw new SmimeError("keys.backup-password");
      const identity = await named(id);
      const { addresses, subject } = parseCertificate(identity.certificate);
      const now = await state(id, addresses);
      if (now !== "possible") throw new SmimeError(now === "gone" ? "keys.backup-gone" : "keys.export-forbidden");
      const pkcs8 = await octetsOf(identity, secret);
      try {
        running.set(id, 0);
        const entry = { pkcs8, certificate: identity.certificate, chain: identity.chain, name: subject.commonName ?? addresses[0] ?? "" };
        return await seal(entry, password, { onProgress: (done) => void running.set(id, done) });
      } finally {
        running.delete(id);
        pkcs8.fill(0);
      }
    },
    progress: (id) => running.get(id) ?? null,
    async sweep() {
      const identities = await allIdentities();
      await change((sources) => Object.fromEntries(Object.entries(sources).flatMap(([id, source]) => fitting(id, source, identities))));
      for (const id of Object.keys(await kept())) {
        const [certificate] = readable(identities.filter((each) => each.id === id).map((each) => each.certificate));
        await state(id, certificate?.addresses ?? []);
      }
    },
    forget,
  };
}

function fitting(id: string, source: BackupSource, identities: readonly Readonly<KeptIdentity>[]): [string, BackupSource][] {
  const identity = identities.find((each) => each.id === id);
  if (!identity) return [[id, source]];
  const inVault = "kind" in source;
  if (isProtected(identity.key)) return [[id, inVault ? source : { ...IN_VAULT, ...(source.from && { from: source.from }) }]];
  return inVault ? [] : [[id, source]];
}
