import { type Bytes, hex, utf8 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { Certificate } from "../pki/certificate.ts";
import { checkOnline, type OnlineVerdict, refresh, type Shelf } from "../pki/revocation/check-online.ts";
import { notAsked } from "../pki/revocation/check-revocation.ts";
import type { Crl } from "../pki/revocation/crl.ts";
import type { Evidence } from "../pki/revocation/evidence.ts";
import { datesOf, type Question, readSaid } from "../pki/revocation/questions.ts";
import type { RevocationRequest } from "../pki/revocation/request.ts";
import { crlsOf } from "../pki/revocation/revocation-file.ts";
import type { KeptRevocation } from "../store/revocation.ts";
import { AnswerMemory } from "./answer-memory.ts";
import type { Account } from "../policy/scopes.ts";
import type { PolicyService } from "./policy-service.ts";
import type { Check, RetrievalService } from "./retrieval-service.ts";

/** The store of revocation lists and answers, as `src/store/revocation.ts` has it. */
export interface RevocationStore {
  keptRevocation(key: string): Promise<KeptRevocation | undefined>;
  importedRevocation(): Promise<KeptRevocation[]>;
  putRevocation(kept: KeptRevocation): Promise<void>;
  sweepRevocation(before: string): Promise<void>;
}

export interface RevocationServiceParts {
  policy: PolicyService;
  retrievals: RetrievalService;
  store: RevocationStore;
  clock: Clock;
}

export interface RevocationService {
  /**
   * Answers for a validated path: from lists at hand, from what is kept, and by asking.
   * @param others certificates among which signers are looked for, trusted for nothing
   * @param enclosed what a message brought along; it is weighed last (RV-02)
   * @param patience `kept` asks nobody
   */
  check(path: readonly Certificate[], others: readonly Certificate[], enclosed: Evidence | null, patience: "asking" | "kept", account?: Account): Promise<OnlineVerdict>;
  /** Imported lists were added or removed. */
  importsChanged(): void;
  /** The store was emptied: what was read of it counts no longer either. */
  forget(): void;
}

/** An answer of whose time less than this part is left is worth replacing while it still counts. */
const AGEING = 1 / 5;

/** A newer answer is not asked for again sooner than this part of its life after the last. */
const PAUSE = 1 / 20;

/** An answer that does not say until when it counts can be had anew at any time (RFC 6960 §4.2.2.1); in milliseconds. */
const UNSAID_LIFE = 3_600_000;

/** What expired is kept for a while: a list that names a certificate still says that it was revoked. */
const AFTERLIFE = 30 * 24 * 3_600_000;

/**
 * Whether certificates were revoked. Answers are kept in the store until they expire, for all messages, and read once in the
 * background's life; one that will expire soon is replaced while it is in use, and nobody waits for that.
 */
export function revocationService({ policy, retrievals, store, clock }: RevocationServiceParts): RevocationService {
  let memory = new AnswerMemory();
  let imported: Promise<Crl[]> | null = null;
  let managed: { pems: string[]; crls: Crl[] } = { pems: [], crls: [] };
  let swept = false;

  const shelf: Shelf = {
    async known({ key, kind }) {
      const found = memory.get(key) ?? (await fromStore(key, kind));
      return found ? { said: found.said, ageing: isAgeing(found) } : null;
    },
    async keep({ key, kind, place }, octets, said) {
      const dates = datesOf(said);
      if (dates === null) return;
      memory.set(key, { said, size: octets.length, fetchedAt: clock() });
      try {
        await store.putRevocation({ key, kind, octets, fetchedAt: clock().toISOString(), nextUpdate: dates.nextUpdate?.toISOString() ?? null, url: place });
        if (!swept) await sweep();
      } catch {
        // Without a store, as in a private window, or with a full disk it is fetched again later.
      }
    },
  };

  async function fromStore(key: string, kind: Question["kind"]) {
    try {
      const kept = await store.keptRevocation(key);
      if (!kept) return null;
      const found = { said: readSaid(kind, kept.octets), size: kept.octets.length, fetchedAt: new Date(kept.fetchedAt) };
      memory.set(key, found);
      return found;
    } catch {
      // What is not to be had, or an older version kept and this one cannot read, is fetched anew.
      return null;
    }
  }

  function isAgeing({ said, fetchedAt }: { said: Parameters<typeof datesOf>[0]; fetchedAt: Date }): boolean {
    const dates = datesOf(said);
    if (dates === null) return false;
    const now = clock().getTime();
    if (dates.nextUpdate === null) return now - fetchedAt.getTime() > UNSAID_LIFE;
    const life = dates.nextUpdate.getTime() - dates.thisUpdate.getTime();
    return dates.nextUpdate.getTime() - now < life * AGEING && now - fetchedAt.getTime() > life * PAUSE;
  }

  async function sweep(): Promise<void> {
    swept = true;
    await store.sweepRevocation(new Date(clock().getTime() - AFTERLIFE).toISOString());
  }

  /** Lists that the organisation or the user gave; one that cannot be read speaks for nobody. */
  async function atHand(pems: readonly string[]): Promise<Crl[]> {
    if (pems.length !== managed.pems.length || pems.some((pem, i) => pem !== managed.pems[i])) {
      managed = { pems: [...pems], crls: pems.flatMap((pem) => readable(utf8(pem))) };
    }
    imported ??= store.importedRevocation().then((files) => files.flatMap(({ octets }) => readable(octets)), () => []);
    return [...managed.crls, ...(await imported)];
  }

  /** Asks for newer answers while the old ones count; the background may die meanwhile, and then the next message does it. */
  function refreshAhead(request: RevocationRequest, { ageing }: OnlineVerdict, fetcher: Check["fetcher"]): void {
    for (const { index, question } of ageing) {
      refresh(request, index, question, { fetcher, shelf }).catch(() => undefined);
    }
  }

  return {
    async check(path, certificates, enclosed, patience, account) {
      const { values } = await policy.current(account);
      if (values.DisableCRLCheck) return { ...notAsked(path), attempts: [], ageing: [] };
      const crls = await atHand(values.RevocationLists);
      const request: RevocationRequest = { path, certificates, crls, ocsp: [], at: clock(), demand: "named" };
      const { fetcher, ldap } = patience === "asking" ? await retrievals.check(account) : { fetcher: nobody, ldap: false };
      const verdict = await checkOnline(request, { fetcher, shelf, ldap, enclosed });
      if (patience === "asking") refreshAhead(request, verdict, fetcher);
      return verdict;
    },
    importsChanged() {
      imported = null;
    },
    forget() {
      memory = new AnswerMemory();
    },
  };
}

/** For who asks nobody. */
function nobody(): Promise<never> {
  return Promise.reject(new SmimeError("revocation.no-answer"));
}

function readable(file: Bytes): Crl[] {
  try {
    return crlsOf(file);
  } catch {
    return [];
  }
}

/** The name of an imported list in the store. */
export async function fileKey(der: Bytes): Promise<string> {
  return `file ${hex(new Uint8Array(await crypto.subtle.digest("SHA-256", der)))}`;
}
