import { decodeBase64, encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { openOctets, sealOctets } from "../keys/sealed-octets.ts";
import type { SessionTable } from "./session-table.ts";

/** The data key of an unlocked identity, in the browser's session memory. */
export interface UnlockedRow {
  /** Base64, sealed under the key that lies in the database. */
  iv: string;
  ciphertext: string;
  /** Milliseconds since the epoch; null for as long as the browser runs. */
  until: number | null;
  /** Where each message asks anew: the document of the frame for which it was unlocked; null for every one. */
  document: string | null;
}

/** Where the sealing key lies: in the database, not extractable. */
export interface SealingKeyStore {
  get(): Promise<CryptoKey | undefined>;
  put(key: CryptoKey): Promise<void>;
  remove(): Promise<void>;
}

/** How long an unlocked key may be used, and by whom. */
export type Lifetime = Pick<UnlockedRow, "until" | "document">;

/** What is unlocked: half of it in the session memory, half in the database, so that neither alone opens a key. */
export interface UnlockedKeys {
  /** Unlocks identities by their data keys, which the caller overwrites. */
  put(entries: readonly ({ id: string; dek: Bytes } & Lifetime)[]): Promise<void>;
  /** Whether an identity is unlocked now for a frame's document, or for everybody. */
  has(id: string, document?: string): Promise<boolean>;
  /** Its data key, which the caller overwrites; null if it is locked. */
  take(id: string, document?: string): Promise<Bytes | null>;
  /** Those that are unlocked, with the time when that ends. Those for one document alone are not among them. */
  all(): Promise<{ id: string; until: number | null }[]>;
  /** Locks those that `which` names; what has ended goes with them. */
  forget(which: (id: string) => boolean): Promise<void>;
  /** When the next one ends; null if none does. */
  nextEnd(): Promise<number | null>;
}

const placeOf = (id: string) => ["mailseal unlocked 1", id] as const;

export function unlockedKeys(table: SessionTable<UnlockedRow>, sealing: SealingKeyStore, clock: Clock): UnlockedKeys {
  let last: Promise<unknown> = Promise.resolve();
  /** One change after the other: the sealing key goes with the last that was sealed under it, and comes with the first. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  }

  const living = ({ until }: UnlockedRow): boolean => until === null || until > clock().getTime();
  const isFor = (row: UnlockedRow, document: string | undefined): boolean => living(row) && (row.document === null || row.document === document);
  const rowOf = async (id: string, document: string | undefined): Promise<UnlockedRow | null> => {
    const rows = await table.read();
    const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
    return row && isFor(row, document) ? row : null;
  };

  async function sealingKey(): Promise<CryptoKey> {
    const kept = Object.keys(await table.read()).length > 0 ? await sealing.get() : undefined;
    if (kept) return kept;
    // The one of a browser that was closed sealed what is gone.
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await sealing.put(made);
    return made;
  }

  return {
    put: (entries) =>
      inTurn(async () => {
        if (entries.length === 0) return;
        const key = await sealingKey();
        const rows = await Promise.all(
          entries.map(async ({ id, dek, until, document }): Promise<[string, UnlockedRow]> => {
            const { iv, ciphertext } = await sealOctets(key, dek, placeOf(id));
            return [id, { iv: encodeBase64(iv), ciphertext: encodeBase64(ciphertext), until, document }];
          }),
        );
        await table.change((all) => Object.assign(all, Object.fromEntries(rows)));
      }),
    has: async (id, document) => (await rowOf(id, document)) !== null,
    async take(id, document) {
      const row = await rowOf(id, document);
      const key = row && (await sealing.get());
      return row && key ? openOctets(key, { iv: decodeBase64(row.iv), ciphertext: decodeBase64(row.ciphertext) }, placeOf(id)) : null;
    },
    all: async () => Object.entries(await table.read()).flatMap(([id, row]) => (isFor(row, undefined) ? [{ id, until: row.until }] : [])),
    forget: (which) =>
      inTurn(async () => {
        const left = await table.change((rows) => {
          for (const [id, row] of Object.entries(rows)) if (which(id) || !living(row)) delete rows[id];
          return Object.keys(rows).length;
        });
        if (left === 0) await sealing.remove();
      }),
    async nextEnd() {
      const ends = Object.values(await table.read()).flatMap(({ until }) => until ?? []);
      return ends.length === 0 ? null : Math.min(...ends);
    },
  };
}
