import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { parseCrl } from "../pki/revocation/crl.ts";
import { crlFiles } from "../pki/revocation/revocation-file.ts";
import type { RevocationListFacts } from "../protocol/page-requests.ts";
import type { KeptRevocation } from "../store/revocation.ts";
import { fileKey, type RevocationService } from "./revocation-service.ts";

/** The part of `src/store/revocation.ts` that holds what people imported. */
export interface FileStore {
  keptRevocation(key: string): Promise<KeptRevocation | undefined>;
  importedRevocation(): Promise<KeptRevocation[]>;
  putRevocation(kept: KeptRevocation): Promise<void>;
  removeRevocation(key: string): Promise<void>;
}

/** Revocation lists that the user gave as files, where a place cannot be reached; only our own pages may ask for it. */
export interface RevocationFiles {
  /** Keeps the lists of a file, each of which replaces nothing. Throws `revocation.malformed`, `limits.revocation`. */
  importFile(file: Bytes): Promise<RevocationListFacts[]>;
  all(): Promise<RevocationListFacts[]>;
  /** Removes one and answers it; undefined if there was none. */
  remove(key: string): Promise<KeptRevocation | undefined>;
  restore(kept: KeptRevocation): Promise<void>;
}

export function revocationFiles(store: FileStore, revocation: Pick<RevocationService, "importsChanged">, clock: Clock): RevocationFiles {
  async function keep(kept: KeptRevocation): Promise<void> {
    await store.putRevocation(kept);
    revocation.importsChanged();
  }

  return {
    async importFile(file) {
      const lists: KeptRevocation[] = [];
      for (const octets of crlFiles(file)) {
        const nextUpdate = parseCrl(octets).nextUpdate?.toISOString() ?? null;
        lists.push({ key: await fileKey(octets), kind: "crl", octets, fetchedAt: clock().toISOString(), nextUpdate, url: null });
      }
      for (const list of lists) await keep(list);
      return lists.flatMap(factsOf);
    },
    all: async () => (await store.importedRevocation()).flatMap(factsOf),
    async remove(key) {
      const removed = key.startsWith("file ") ? await store.keptRevocation(key) : undefined;
      if (removed) await store.removeRevocation(key);
      revocation.importsChanged();
      return removed;
    },
    restore: keep,
  };
}

function factsOf({ key, octets, fetchedAt }: KeptRevocation): RevocationListFacts[] {
  try {
    const { issuer, thisUpdate, nextUpdate, entries } = parseCrl(octets);
    return [{ key, issuer: issuer.rfc4514, thisUpdate: thisUpdate.toISOString(), nextUpdate: nextUpdate?.toISOString() ?? null, entries: entries.count, addedAt: fetchedAt }];
  } catch {
    return [];
  }
}
