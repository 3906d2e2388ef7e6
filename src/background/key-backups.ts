import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { open, type Sealed } from "../keys/sealed-key.ts";
import { writePkcs12 } from "../keys/write-pkcs12.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { type BackupState, LEAST_BACKUP_PASSWORD } from "../protocol/own-keys.ts";
import { allIdentities } from "../store/identities.ts";
import type { PolicyService } from "./policy-service.ts";

/** Sealed PKCS#8 of keys that were made here and are not yet backed up, by the names of their identities. */
export type BackupOctets = Record<string, Sealed>;

export interface KeyBackups {
  /** Keeps the octets of a key until its backup is made; nothing where the organisation forbids that. */
  offer(id: string, addresses: readonly string[], sealed: Sealed): Promise<void>;
  /** Forgets the octets of a key whose backup the organisation has forbidden meanwhile. */
  state(id: string, addresses: readonly string[]): Promise<BackupState>;
  /**
   * A PKCS#12 file of the key with its certificates. The octets stay, as the file may not have been saved.
   * @throws SmimeError `keys.backup-password`, `keys.export-forbidden`, `keys.backup-gone`, `keys.not-found`
   */
  make(id: string, password: string): Promise<Bytes>;
  /** The backup is made, or the key is gone: its octets are not kept any longer. */
  forget(id: string): Promise<void>;
}

export interface KeyBackupsParts {
  read: () => Promise<unknown>;
  write: (octets: BackupOctets) => Promise<void>;
  policy: Pick<PolicyService, "current">;
  /** Writes the file; tests give one that is quicker. */
  seal?: typeof writePkcs12;
}

export function keyBackups({ read, write, policy, seal = writePkcs12 }: KeyBackupsParts): KeyBackups {
  let last: Promise<unknown> = Promise.resolve();
  /** Throws `store.damaged` for what is no record: nothing is written in its place. */
  const kept = async (): Promise<BackupOctets> => {
    const value = (await read()) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new SmimeError("store.damaged");
    return value as BackupOctets;
  };
  const change = (work: (octets: BackupOctets) => BackupOctets): Promise<void> => {
    const next = last.then(async () => write(work(await kept())));
    last = next.catch(() => undefined);
    return next;
  };
  /** `AllowKeyExport`, of every account that the certificate names: one that forbids it decides. */
  async function allowed(addresses: readonly string[]): Promise<boolean> {
    const policies = await Promise.all(addresses.length > 0 ? addresses.map((address) => policy.current({ address, from: address })) : [policy.current()]);
    return policies.every(({ values }) => values.AllowKeyExport);
  }
  const forget = (id: string): Promise<void> => change((octets) => Object.fromEntries(Object.entries(octets).filter(([name]) => name !== id)));
  async function state(id: string, addresses: readonly string[]): Promise<BackupState> {
    const here = Object.hasOwn(await kept(), id);
    if (await allowed(addresses)) return here ? "possible" : "gone";
    // They were kept before the organisation forbade it.
    if (here) await forget(id);
    return "forbidden";
  }

  return {
    state,
    async offer(id, addresses, sealed) {
      if (await allowed(addresses)) await change((octets) => ({ ...octets, [id]: sealed }));
    },
    async make(id, password) {
      if (Array.from(password).length < LEAST_BACKUP_PASSWORD) throw new SmimeError("keys.backup-password");
      const identity = (await allIdentities()).find((each) => each.id === id);
      if (!identity) throw new SmimeError("keys.not-found");
      const { addresses, subject } = parseCertificate(identity.certificate);
      const now = await state(id, addresses);
      if (now !== "possible") throw new SmimeError(now === "gone" ? "keys.backup-gone" : "keys.export-forbidden");
      const pkcs8 = await open((await kept())[id] as Sealed);
      try {
        return await seal({ pkcs8, certificate: identity.certificate, chain: identity.chain, name: subject.commonName ?? addresses[0] ?? "" }, password);
      } finally {
        pkcs8.fill(0);
      }
    },
    forget,
  };
}
