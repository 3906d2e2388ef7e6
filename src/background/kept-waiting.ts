import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { RequestedUse } from "../keys/certification-request.ts";
import type { KeyMaterial, NewKeyKind } from "../keys/generate-key.ts";
import type { SealedKey } from "../keys/protected-key.ts";

/** A key that was made here and waits for certificates that allow all that it was made for. */
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

/** Reads what is kept of waiting keys, and leaves out what is none; see `unreadWaiting`. Throws `store.damaged` if something is kept that is no list. */
export const readWaiting = (value: unknown): WaitingKey[] => listOf(value).filter(isWaiting);

/** What `readWaiting` leaves out, of a later version perhaps: it may be somebody's only key, so whoever writes the others writes it back as it is. */
export const unreadWaiting = (value: unknown): unknown[] => listOf(value).filter((each) => !isWaiting(each));

/** Waiting keys that lie in vaults. Throws `store.damaged`. */
export const waitingInVaults = (value: unknown): { id: string; key: SealedKey; sealedFor: string }[] =>
  readWaiting(value).flatMap(({ id, material }) => (material.kind === "protected" ? [{ id, key: material.key, sealedFor: material.sealedFor }] : []));

/** What is kept of waiting keys with other forms of some that lie in vaults, by their names. Throws `store.damaged`. */
export const withForms = (value: unknown, forms: ReadonlyMap<string, SealedKey>): unknown[] =>
  listOf(value).map((each) => {
    const form = isWaiting(each) ? forms.get(each.id) : undefined;
    return isWaiting(each) && each.material.kind === "protected" && form ? { ...each, material: { ...each.material, key: form } } : each;
  });

/** Names of the vaults in which waiting keys lie. Throws `store.damaged`. */
export const vaultsOfWaiting = (value: unknown): string[] => waitingInVaults(value).map(({ key }) => key.vault);

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SmimeError("store.damaged");
  return value as unknown[];
}

function isWaiting(value: unknown): value is WaitingKey {
  if (!isRecord(value)) return false;
  const { id, group, address, spki, request, material } = value;
  const texts = [id, group, address].every((each) => typeof each === "string");
  return texts && spki instanceof Uint8Array && (request === null || request instanceof Uint8Array) && isMaterial(material);
}

function isMaterial(value: unknown): value is KeyMaterial {
  if (!isRecord(value)) return false;
  const { kind, key, sealedFor } = value;
  if (kind === "protected") return typeof sealedFor === "string" && isRecord(key) && typeof key["vault"] === "string" && isRecord(key["dek"]) && isRecord(key["sealed"]);
  return kind === "born" || kind === "octets";
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
