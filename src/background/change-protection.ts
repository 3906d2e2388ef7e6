import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { samePublicKey } from "../keys/born-key.ts";
import type { KeptKey } from "../keys/kept-key.ts";
import { isProtected, openSealedKey } from "../keys/protected-key.ts";
import { open, type Sealed, seal } from "../keys/sealed-key.ts";
import { sealingKey } from "../keys/sealed-octets.ts";
import type { UnlockSecret } from "../keys/vault.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { IdentityFacts } from "../protocol/identities.ts";
import type { Protection, UnlockAnswer, WantedProtection } from "../protocol/unlock.ts";
import { allIdentities, type KeptIdentity, replaceKeys } from "../store/identities.ts";
import { readable } from "./certificate-reader.ts";
import { IN_VAULT, moved } from "./key-backups.ts";
import type { KeyAtHand, KeyForms } from "./key-forms.ts";
import type { KeyLocks } from "./key-locks.ts";
import { USUAL_MINUTES } from "./key-rules.ts";
import type { KeyVaults } from "./key-vaults.ts";
import type { UnderProtection } from "./under-protection.ts";
import { told } from "./unlock-service.ts";
import type { WaitingKeys } from "./waiting-keys.ts";

export interface ProtectionChange {
  /** Names of the identities; all others of the same private keys go with them. */
  ids: readonly string[];
  /** Opens the vault in which they lie; null if they have no protection. */
  secret: UnlockSecret | null;
  protection: WantedProtection;
}

export interface ChangeProtectionParts {
  forms: KeyForms;
  locks: Pick<KeyLocks, "protectionOf" | "lock" | "unlock">;
  vaults: Pick<KeyVaults, "withKey">;
  protecting: Pick<UnderProtection, "dropUnused">;
  waiting: Pick<WaitingKeys, "follow">;
}

type Kept = Readonly<KeptIdentity>;

/** What is known of the octets of one private key: who has them, if anybody has. */
interface OnePrivateKey {
  identities: Kept[];
  /** The identity whose form they can be read from. */
  source: Kept | null;
}

/**
 * Changes how keys are protected that are here, without their files. Throws what `KeyForms.make` does; `keys.not-found`, `keys.needs-file`
 * for a key whose octets nobody has, `keys.locked` for one that lies in another vault than the first, or where no secret is given.
 */
export function changeProtection({ forms, locks, vaults, protecting, waiting }: ChangeProtectionParts): (change: ProtectionChange) => Promise<UnlockAnswer> {
  /** Reads the private keys; what was read is overwritten if one of them fails. */
  async function read(keys: readonly OnePrivateKey[], vault: CryptoKey | null): Promise<KeyAtHand[]> {
    const found: KeyAtHand[] = [];
    try {
      for (const { identities, source } of keys) {
        if (source === null) throw new SmimeError("keys.needs-file");
        const pkcs8 = await octetsOf(source, vault);
        for (const { id, certificate } of identities) found.push({ id, certificate, pkcs8 });
      }
      return found;
    } catch (error) {
      for (const { pkcs8 } of found) pkcs8.fill(0);
      throw error;
    }
  }

  /** @param copies sealed octets of keys that have no protection any more, for their backup */
  async function put(made: { of: KeyAtHand; key: KeptKey }[], copies: ReadonlyMap<string, Sealed>): Promise<string[]> {
    const ids = made.map(({ of }) => of.id);
    const all = await allIdentities();
    // A certificate of the same key that came meanwhile would leave it in another form.
    const alike = privateKeysOf(all.filter(({ id }) => ids.includes(id)), all).flatMap(({ identities }) => identities);
    if (alike.some(({ id }) => !ids.includes(id))) throw new SmimeError("keys.changed-meanwhile");
    await locks.lock(ids);
    // In the same write: a copy that waits for a backup would make a vault worth nothing.
    const sources = new Map(ids.map((id) => [id, copies.get(id) ?? IN_VAULT]));
    await replaceKeys(new Map(made.map(({ of, key }) => [of.id, key])), { "key-backups": (before) => moved(before, sources) });
    return ids;
  }

  async function finish(ids: readonly string[], protection: WantedProtection): Promise<void> {
    const changed = (await allIdentities()).filter(({ id }) => ids.includes(id));
    await protecting.dropUnused();
    const vault = changed.map(({ key }) => key).find(isProtected)?.vault;
    // Whoever just gave the secret need not give it again at the first message.
    if (vault !== undefined && protection.kind !== "none") await locks.unlock(vault, protection, { minutes: USUAL_MINUTES });
  }

  return async ({ ids, secret, protection }) => {
    const all = await allIdentities();
    const named = all.filter(({ id }) => ids.includes(id));
    if (named.length === 0) throw new SmimeError("keys.not-found");
    const before = new Map<Kept, Protection>();
    for (const kept of all) before.set(kept, await locks.protectionOf(kept));
    const keys = privateKeysOf(named, all).filter(({ identities }) => identities.some((kept) => before.get(kept) !== protection.kind));
    const vault = vaultOf(keys);
    let atHand: KeyAtHand[];
    if (vault === null) {
      atHand = await read(keys, null);
    } else {
      if (secret === null) throw new SmimeError("keys.locked");
      const attempt = await vaults.withKey(vault, secret, async (key) => read(keys, await sealingKey(key)));
      if (attempt.state !== "opened") return told(attempt);
      atHand = attempt.value;
    }
    const copies = new Map<string, Sealed>();
    try {
      if (protection.kind === "none") for (const { id, pkcs8 } of atHand) copies.set(id, await seal(pkcs8));
      // What still waits goes first: then it never lies in the clear beside a key that is protected.
      else for (const { certificate } of atHand) await waiting.follow(parseCertificate(certificate), protection);
      const changed = await forms.make(atHand, protection, atHand.map(({ id }) => id), (made) => put(made, copies));
      await finish(changed, protection);
      return { state: "opened" };
    } finally {
      for (const { pkcs8 } of atHand) pkcs8.fill(0);
    }
  };
}

/** Whether the octets of an identity's key are here, so that its protection can be changed, or only in the file that it came from. */
export function octetsAre(kept: Kept, all: readonly Kept[]): IdentityFacts["octets"] {
  return privateKeysOf([kept], all).some(({ source }) => source !== null) ? "here" : "file";
}

const hasOctets = ({ key }: Kept): boolean => isProtected(key) || sealedOf(key as KeptKey) !== null;

/** The sealed PKCS#8 of a key without protection: an RSA key that decrypts has it (`stored-key.ts`). */
function sealedOf(key: KeptKey) {
  return key.kind === "rsa" ? (key.decryption?.sealed ?? null) : null;
}

/** The private keys of identities, each with all identities that it has under one certificate or another: one in the clear would make the protection of the others worth nothing. */
function privateKeysOf(named: readonly Kept[], all: readonly Kept[]): OnePrivateKey[] {
  const found: OnePrivateKey[] = [];
  const spkiOf = ({ certificate }: Kept): Bytes | null => readable([certificate])[0]?.spki ?? null;
  for (const kept of named) {
    if (found.some(({ identities }) => identities.includes(kept))) continue;
    const own = spkiOf(kept);
    const identities = all.filter((other) => other === kept || (own !== null && sameKey(own, spkiOf(other))));
    // One without protection needs no secret.
    const source = identities.find((each) => !isProtected(each.key) && hasOctets(each)) ?? identities.find(hasOctets) ?? null;
    found.push({ identities, source });
  }
  return found;
}

const sameKey = (one: Bytes, other: Bytes | null): boolean => other !== null && samePublicKey(one, other);

/** The vault that has to be opened for keys; null for none. Throws `keys.locked` if one secret cannot open all. */
function vaultOf(keys: readonly OnePrivateKey[]): string | null {
  const vaults = new Set(keys.flatMap(({ source }) => (isProtected(source?.key) ? [source.key.vault] : [])));
  if (vaults.size > 1) throw new SmimeError("keys.locked");
  return [...vaults][0] ?? null;
}

/** PrivateKeyInfo, which the caller overwrites. */
async function octetsOf({ id, key }: Kept, vault: CryptoKey | null): Promise<Bytes> {
  if (!isProtected(key)) return open(sealedOf(key as KeptKey) as NonNullable<ReturnType<typeof sealedOf>>);
  if (vault === null) throw new SmimeError("keys.locked");
  return openSealedKey(key.sealedFor ?? id, key, vault);
}
