import { encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { samePublicKey } from "../keys/born-key.ts";
import { addressToCertify, type RequestedUse } from "../keys/certification-request.ts";
import { generateKey, type KeyMaterial, type NewKeyKind } from "../keys/generate-key.ts";
import { sameAddress } from "../mime/addresses.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { KeyWish, WaitingFacts } from "../protocol/own-keys.ts";
import { type KeyRules, rulesOf } from "./key-rules.ts";
import type { PolicyService } from "./policy-service.ts";
import { unguessable } from "./tickets.ts";

/** A key that was made here and waits for a certificate that allows all that it was made for. */
export interface WaitingKey {
  id: string;
  /** Keys that were made together. */
  group: string;
  kind: NewKeyKind;
  use: RequestedUse;
  name: string;
  address: string;
  /** ISO 8601. */
  madeAt: string;
  /** SubjectPublicKeyInfo, DER. */
  spki: Bytes;
  /** PKCS#10, DER; null for an X25519 key, which cannot sign one. */
  request: Bytes | null;
  material: KeyMaterial;
}

/** Keys that wait at the same time; whoever has more has forgotten them. */
export const MOST_WAITING = 40;

export interface WaitingKeys {
  /**
   * Makes the keys of a wish, two where they are to be two. Throws `keys.address`, `keys.algorithm`, `limits.waiting-keys`; `keys.card-only`,
   * `keys.make-unprotected` where the organisation asks for a protection.
   */
  make(wish: KeyWish): Promise<WaitingFacts[]>;
  all(): Promise<WaitingFacts[]>;
  /** Gives a key up: a certificate that comes later fits nothing. */
  remove(id: string): Promise<void>;
  /** The key whose public half a certificate has; null if none waits for it. */
  fitting(certificate: Certificate): Promise<WaitingKey | null>;
  /** Whether a key waits for a certificate of one of these addresses. */
  expects(addresses: readonly string[]): Promise<boolean>;
}

export interface WaitingKeysParts {
  read: () => Promise<unknown>;
  write: (keys: WaitingKey[]) => Promise<void>;
  policy: Pick<PolicyService, "current">;
  clock: Clock;
}

/** The keys of each suite, by what they are for: one for both where one can do both and is wanted so. */
function partsOf({ suite, shape }: Pick<KeyWish, "suite" | "shape">): { kind: NewKeyKind; use: RequestedUse }[] {
  if (suite === "curve25519") return [{ kind: "ed25519", use: "sign" }, { kind: "x25519", use: "encrypt" }];
  return shape === "one" ? [{ kind: suite, use: "both" }] : [{ kind: suite, use: "sign" }, { kind: suite, use: "encrypt" }];
}

export function waitingKeys({ read, write, policy, clock }: WaitingKeysParts): WaitingKeys {
  // The background alone writes them, and what is done to them is done one after another.
  let last: Promise<unknown> = Promise.resolve();
  const kept = async (): Promise<WaitingKey[]> => {
    const value = await read();
    return listOf(value).filter(isWaiting);
  };
  /** What cannot be read, of a later version perhaps, is written back untouched: it may be somebody's only key. */
  const put = async (keys: readonly WaitingKey[]): Promise<void> => write([...keys, ...(listOf(await read()).filter((each) => !isWaiting(each)) as WaitingKey[])]);
  function change<T>(work: (keys: WaitingKey[]) => Promise<T>): Promise<T> {
    const next = last.then(async () => work(await kept()));
    last = next.catch(() => undefined);
    return next;
  }

  return {
    make: (wish) =>
      change(async (keys) => {
        const parts = partsOf(wish);
        if (keys.length + parts.length > MOST_WAITING) throw new SmimeError("limits.waiting-keys");
        addressToCertify(wish.address);
        const rules = await policy.current({ address: wish.address, from: wish.address });
        requireNone(rulesOf(rules));
        const [group, madeAt] = [unguessable(), clock().toISOString()];
        const made: WaitingKey[] = [];
        for (const { kind, use } of parts) {
          const wanted = { kind, use, name: wish.name.trim(), address: wish.address.trim() };
          const key = await generateKey({ ...wanted, digest: rules.values.DefaultSigningAlgorithm });
          made.push({ id: unguessable(), group, madeAt, ...wanted, ...key });
        }
        await put([...keys, ...made]);
        return made.map(factsOf);
      }),
    all: async () => (await kept()).map(factsOf),
    remove: (id) => change((keys) => put(keys.filter((key) => key.id !== id))),
    fitting: async ({ spki }) => (await kept()).find((key) => samePublicKey(key.spki, spki)) ?? null,
    expects: async (addresses) => (await kept()).some(({ address }) => addresses.some((each) => sameAddress(each, address))),
  };
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SmimeError("store.damaged");
  return value as unknown[];
}

function isWaiting(value: unknown): value is WaitingKey {
  if (typeof value !== "object" || value === null) return false;
  const { id, group, address, spki, request, material } = value as Record<string, unknown>;
  const kind = typeof material === "object" && material !== null ? (material as { kind?: unknown }).kind : null;
  const texts = [id, group, address].every((each) => typeof each === "string");
  return texts && spki instanceof Uint8Array && (request === null || request instanceof Uint8Array) && (kind === "born" || kind === "octets");
}

/** A made key becomes one without protection, which opens and signs nothing where the organisation asks for one. */
function requireNone({ required }: Pick<KeyRules, "required">): void {
  if (required === "card") throw new SmimeError("keys.card-only");
  if (required !== "none") throw new SmimeError("keys.make-unprotected");
}

function factsOf({ id, group, kind, use, name, address, madeAt, spki, request }: WaitingKey): WaitingFacts {
  const pem = request === null ? pemOf("PUBLIC KEY", spki) : pemOf("CERTIFICATE REQUEST", request);
  return { id, group, kind, use, name, address, madeAt, pem };
}

/** RFC 7468 §7 and §13. */
function pemOf(label: string, der: Bytes): string {
  return [`-----BEGIN ${label}-----`, ...(encodeBase64(der).match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ""].join("\n");
}
