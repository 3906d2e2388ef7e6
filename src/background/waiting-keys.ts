import { type Bytes, equal } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { addressToCertify, type RequestedUse } from "../keys/certification-request.ts";
import { generateKey, type KeyMaterial, type NewKeyKind, type Shelter } from "../keys/generate-key.ts";
import { openSealedKey, sealKey } from "../keys/protected-key.ts";
import { open } from "../keys/sealed-key.ts";
import { sameAddress } from "../mime/addresses.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { DigestName } from "../protocol/key-port.ts";
import type { KeyWish, WaitingFacts } from "../protocol/own-keys.ts";
import type { Protection, WantedProtection } from "../protocol/unlock.ts";
import { isEnough, type KeyRules, rulesOf } from "./key-rules.ts";
import { readWaiting, unreadWaiting, type WaitingKey } from "./kept-waiting.ts";
import type { PolicyService } from "./policy-service.ts";
import { unguessable } from "./tickets.ts";
import type { UnderProtection } from "./under-protection.ts";
import { missingUses, waitingFacts } from "./waiting-facts.ts";

/** Keys that wait at the same time; whoever has more has forgotten them. */
export const MOST_WAITING = 40;

export interface WaitingKeys {
  /**
   * Makes the keys of a wish, two where they are to be two, under a protection from their birth or under none. Throws `keys.address`,
   * `keys.algorithm`, `limits.waiting-keys`; `keys.card-only`, `keys.make-unprotected` where the organisation asks for more protection;
   * what `UnderProtection.use` throws.
   */
  make(wish: KeyWish, protection: WantedProtection): Promise<WaitingFacts[]>;
  all(): Promise<WaitingFacts[]>;
  /** Gives a key up: a certificate that comes later fits nothing. */
  remove(id: string): Promise<void>;
  /** The key whose public half a certificate has; null if none waits for it. */
  fitting(certificate: Pick<Certificate, "spki">): Promise<WaitingKey | null>;
  /** Whether a key waits for a certificate of one of these addresses. */
  expects(addresses: readonly string[]): Promise<boolean>;
  /** Lets the key of a certificate go once identities, of one certificate or of several, can do all that it was made for. */
  settle(certificate: Pick<Certificate, "spki">): Promise<void>;
  /** The same, after a key of the certificate was put under a protection: what still waits of it does not lie in the clear beside it. */
  follow(certificate: Pick<Certificate, "spki">, protection: WantedProtection): Promise<void>;
  /**
   * Puts keys that were made together, and were made without protection, under one; `adopt` gets each as it will be kept, first.
   * Throws as `make`, and `keys.not-found` where none has octets that could be sealed.
   */
  protect(group: string, protection: WantedProtection, adopt: (key: WaitingKey) => Promise<void>): Promise<void>;
}

export interface WaitingKeysParts {
  read: () => Promise<unknown>;
  /** Changes what is kept by what it is at the moment of writing: a change of a vault's key writes there, too. */
  change: (change: (before: unknown) => unknown[]) => Promise<void>;
  policy: Pick<PolicyService, "current">;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  protecting: UnderProtection;
  clock: Clock;
}

type Vault = Shelter["vault"];

/** The keys of each suite, by what they are for: one for both where one can do both and is wanted so. */
function partsOf({ suite, shape }: Pick<KeyWish, "suite" | "shape">): { kind: NewKeyKind; use: RequestedUse }[] {
  if (suite === "curve25519") return [{ kind: "ed25519", use: "sign" }, { kind: "x25519", use: "encrypt" }];
  return shape === "one" ? [{ kind: suite, use: "both" }] : [{ kind: suite, use: "sign" }, { kind: suite, use: "encrypt" }];
}

export function waitingKeys({ read, change: write, policy, rules, protecting, clock }: WaitingKeysParts): WaitingKeys {
  // The background alone writes them, and what is done to them is done one after another.
  let last: Promise<unknown> = Promise.resolve();
  const kept = async (): Promise<WaitingKey[]> => readWaiting(await read());
  const put = (next: (keys: WaitingKey[]) => WaitingKey[]): Promise<void> => write((before) => [...next(readWaiting(before)), ...unreadWaiting(before)]);
  function change<T>(work: (keys: WaitingKey[]) => Promise<T>): Promise<T> {
    const next = last.then(async () => work(await kept()));
    last = next.catch(() => undefined);
    return next;
  }
  const fitting = async ({ spki }: Pick<Certificate, "spki">): Promise<WaitingKey | null> => (await kept()).find((key) => samePublicKey(key.spki, spki)) ?? null;
  const policyFor = (address: string) => policy.current({ address, from: address });
  const factsOf = async (key: WaitingKey): Promise<WaitingFacts> => waitingFacts(key, { kindOf: (vault) => protecting.kindOf(vault), required: rulesOf(await policyFor(key.address)).required, missing: await missingUses(key, rules) });

  /** Under a vault nothing is kept but what was sealed there. */
  async function generateAll(wish: KeyWish, digest: DigestName, vault: Vault | null): Promise<WaitingKey[]> {
    const [group, madeAt] = [unguessable(), clock().toISOString()];
    const made: WaitingKey[] = [];
    for (const { kind, use } of partsOf(wish)) {
      const wanted = { kind, use, name: wish.name.trim(), address: wish.address.trim() };
      const id = unguessable();
      made.push({ id, group, madeAt, ...wanted, ...(await generateKey({ ...wanted, digest }, vault && { name: id, vault })) });
    }
    return made;
  }

  const remove = (id: string): Promise<void> =>
    change(async () => {
      await put((keys) => keys.filter((key) => key.id !== id));
      await protecting.dropUnused();
    });

  async function settle(certificate: Pick<Certificate, "spki">): Promise<void> {
    const key = await fitting(certificate);
    if (key && (await missingUses(key, rules)).length === 0) await remove(key.id);
  }

  const protect = (which: (key: WaitingKey) => boolean, protection: WantedProtection, adopt: (key: WaitingKey) => Promise<void>): Promise<void> =>
    change(async (keys) => {
      const chosen = keys.filter((key) => which(key) && key.material.kind === "octets");
      if (chosen.length === 0) throw new SmimeError("keys.not-found");
      for (const { address } of chosen) requireEnough(protection.kind, rulesOf(await policyFor(address)).required);
      if (protection.kind === "none") return;
      const sealing = async (vault: Vault): Promise<void> => {
        const made = new Map<string, WaitingKey>();
        for (const key of chosen) made.set(key.id, { ...key, material: await sealedNow(key, vault) });
        for (const key of made.values()) await adopt(key);
        await put((all) => all.map((key) => made.get(key.id) ?? key));
      };
      await protecting.use(protection, sealing).finally(() => protecting.dropUnused());
    });

  return {
    make: (wish, protection) =>
      change(async (keys) => {
        if (keys.length + partsOf(wish).length > MOST_WAITING) throw new SmimeError("limits.waiting-keys");
        addressToCertify(wish.address);
        const here = await policyFor(wish.address);
        requireEnough(protection.kind, rulesOf(here).required);
        const making = async (vault: Vault | null): Promise<WaitingKey[]> => {
          const made = await generateAll(wish, here.values.DefaultSigningAlgorithm, vault);
          await put((all) => [...all, ...made]);
          return made;
        };
        // A vault that was begun and holds nothing goes.
        const made = protection.kind === "none" ? await making(null) : await protecting.use(protection, making).finally(() => protecting.dropUnused());
        return Promise.all(made.map(factsOf));
      }),
    all: async () => Promise.all((await kept()).map(factsOf)),
    remove,
    fitting,
    expects: async (addresses) => (await kept()).some(({ address }) => addresses.some((each) => sameAddress(each, address))),
    settle,
    async follow(certificate, protection) {
      await settle(certificate);
      const key = await fitting(certificate);
      if (key?.material.kind === "octets" && protection.kind !== "none") await protect(({ id }) => id === key.id, protection, () => Promise.resolve());
    },
    protect: (group, protection, adopt) => protect((key) => key.group === group, protection, adopt),
  };
}

/** A key with less protection than the organisation asks for would open and sign nothing. */
function requireEnough(kind: WantedProtection["kind"], required: Protection): void {
  if (required === "card") throw new SmimeError("keys.card-only");
  if (!isEnough(kind, { required })) throw new SmimeError("keys.make-unprotected");
}

/** The same octets under a vault, once they were seen to open there. Throws `keys.vault-damaged`. */
async function sealedNow({ id, material }: WaitingKey, vault: Vault): Promise<KeyMaterial> {
  if (material.kind !== "octets") return material;
  const pkcs8 = await open(material.sealed);
  try {
    const key = await sealKey(id, pkcs8, vault);
    const again = await openSealedKey(id, key, vault.key);
    const same = equal(again, pkcs8);
    again.fill(0);
    if (!same) throw new SmimeError("keys.vault-damaged");
    return { kind: "protected", key, sealedFor: id };
  } finally {
    pkcs8.fill(0);
  }
}
