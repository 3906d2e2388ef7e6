import { decodeBase64, encodeBase64 } from "../../base/base64.ts";
import { type Bytes, concat, utf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import { exportLimits, readExport, writeExport } from "../../protocol/export-file.ts";
import type { TrustOffer } from "../../protocol/certificates.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import { type RepairState, savedStores } from "../../protocol/repair.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { KeptDraft } from "../../store/drafts.ts";
import type { Cell } from "../shared/cell.ts";
import { pemOf } from "../certificates/pem.ts";

/** Something of a file that only the person can take over, each by an act of his own. */
export type RestoreOffer =
  | { kind: "authority" | "person"; offer: TrustOffer }
  | { kind: "distrust"; certificate: CertificateFacts; der: Bytes }
  | { kind: "webmail"; origin: string }
  | { kind: "directory"; url: string; startTls: boolean; loginName: string }
  | { kind: "defaults"; sign: boolean; encrypt: boolean };

/** What a file brought. */
export interface Restored {
  people: number;
  authorities: number;
  lists: number;
  drafts: number;
  /** Certificates, lists and drafts that could not be taken. */
  refused: number;
  /** Messages in the file that waited to be sent; they stay in it. */
  waiting: number;
  /** Own keys that were there when it was saved, by subject and serial number. */
  keys: { subject: string; serial: string; notAfter: string }[];
}

export interface RepairModel {
  state: RepairState | null;
  problem: Code | null;
  busy: boolean;
  /** A file was saved by this page. */
  saved: boolean;
  restored: Restored | null;
  offers: RestoreOffer[];
  comparing: TrustOffer | null;
  /** The question whether to start anew is open. */
  asking: boolean;
}

export const emptyRepair: RepairModel = { state: null, problem: null, busy: false, saved: false, restored: null, offers: [], comparing: null, asking: false };

export interface RepairActions {
  refresh: () => void;
  save: () => void;
  restore: (file: Pick<File, "size" | "arrayBuffer">) => void;
  compare: (offer: TrustOffer | null) => void;
  trust: (offer: TrustOffer) => void;
  /** Called directly in the click handler. */
  take: (offer: RestoreOffer) => void;
  acknowledge: () => void;
  ask: (open: boolean) => void;
  startAnew: () => void;
}

export interface RepairAround {
  ask: Ask<"page">;
  save: (name: string, bytes: Bytes) => void;
  /** What this page reads itself: nothing of it can be read without this computer's key, or may not leave. */
  store: { drafts(): Promise<unknown[]>; waiting(most: number): Promise<unknown[]>; restoreDraft(draft: KeptDraft): Promise<boolean> };
  requestAccess: (origin: string) => Promise<boolean>;
  now: () => Date;
}

/** The logic of "Repair": saving what is left, bringing it back, going on, starting anew. */
export function makeRepair(cell: Cell<RepairModel>, { ask, save, store, requestAccess, now }: RepairAround): RepairActions {
  const run = async (work: () => Promise<void>): Promise<void> => {
    cell.set({ busy: true, problem: null });
    try {
      await work();
    } catch (error) {
      cell.set({ problem: codeOf(error) });
    }
    cell.set({ busy: false });
  };
  const read = async (): Promise<void> => cell.set({ state: await ask("repair.state", null) });
  const done = (offer: RestoreOffer): void => cell.set({ offers: cell.get().offers.filter((each) => each !== offer) });

  async function content(): Promise<Record<string, unknown>> {
    const { keys, damage, counts } = await ask("repair.state", null);
    const saved: Record<string, unknown> = {
      madeAt: now().toISOString(), damage, counts,
      keys: keys.map(({ subject, issuer, serial, notAfter }) => ({ subject, issuer, serial, notAfter })),
    };
    for (const name of savedStores) {
      const records: unknown[] = [];
      // A store that does not answer takes nothing from the file that another one has.
      for (let from: number | null = 0; from !== null; ) {
        const part: { records: unknown[]; next: number | null } = await ask("repair.read", { store: name, from }).catch(() => ({ records: [], next: null }));
        records.push(...part.records);
        from = part.next;
      }
      saved[name] = records;
    }
    return { ...saved, drafts: await store.drafts().catch(() => []), outbox: await store.waiting(exportLimits.messages).catch(() => []) };
  }

  /** Whatever a file holds goes the way of any other import; what needs a decision becomes an offer. */
  async function restore(bytes: Bytes): Promise<void> {
    const file = readExport(bytes);
    const restored: Restored = { people: 0, authorities: 0, lists: 0, drafts: 0, refused: 0, waiting: file.outbox.length, keys: file.keys };
    const offers: RestoreOffer[] = [];
    const each = async (work: () => Promise<void>): Promise<void> => work().catch(() => void restored.refused++);
    for (const { certificate, others } of file.people) {
      await each(async () => {
        const { kept } = await ask("certificates.import", { file: bundle([certificate, ...others]) });
        restored.people += kept.length;
      });
    }
    for (const { certificate } of file.intermediates) {
      await each(async () => {
        restored.authorities += (await ask("certificates.import", { file: bundle([certificate]) })).intermediates.length;
      });
    }
    for (const { octets } of file.revocation) await each(async () => void (restored.lists += (await ask("revocation.import", { file: octets })).lists.length));
    for (const draft of file.drafts) await each(async () => void ((await store.restoreDraft(draft)) ? restored.drafts++ : restored.refused++));
    const told = async (certificate: Bytes, make: (facts: CertificateFacts) => RestoreOffer): Promise<void> =>
      each(async () => {
        const [facts] = (await ask("certificates.preview", { file: bundle([certificate]) })).certificates;
        if (facts) offers.push(make(facts));
      });
    for (const { certificate } of file.anchors) await told(certificate, (facts) => ({ kind: "authority", offer: offerOf("authority", facts, certificate) }));
    for (const { certificate, decision } of file["trust-decisions"]) {
      await told(certificate, (facts) => (decision === "trusted" ? { kind: "person", offer: offerOf("person", facts, certificate) } : { kind: "distrust", certificate: facts, der: certificate }));
    }
    offers.push(...file.webmails.filter(({ origin }) => /^https?:/.test(origin) && URL.canParse(origin)).map(({ origin }) => ({ kind: "webmail", origin: new URL(origin).origin }) as const), ...file.settings.flatMap(offersOfSetting));
    cell.set({ restored, offers });
  }

  async function take(offer: RestoreOffer): Promise<void> {
    if (offer.kind === "distrust") await ask("trust.decide", { certificate: offer.der, confirmedSha256: offer.certificate.sha256, decision: "distrusted" });
    if (offer.kind === "directory") await ask("directory.add", { url: offer.url, startTls: offer.startTls, loginName: "", password: "" });
    if (offer.kind === "defaults") await ask("settings.set", { signByDefault: offer.sign, encryptByDefault: offer.encrypt, composeInOwnWindow: null });
    if (offer.kind === "webmail") await ask("webmail.granted", { origin: offer.origin });
    // Trust comes by comparing alone.
    if (offer.kind !== "authority" && offer.kind !== "person") done(offer);
  }

  return {
    refresh: () => void run(read),
    save: () =>
      void run(async () => {
        save(`mailseal-export-${now().toISOString().slice(0, 10)}.json`, writeExport(await content()));
        cell.set({ saved: true });
      }),
    restore: (file) => {
      cell.set({ restored: null, offers: [] });
      void run(async () => {
        if (file.size > exportLimits.octets) throw new SmimeError("limits.export");
        await restore(new Uint8Array(await file.arrayBuffer()));
        await read();
      });
    },
    compare: (comparing) => cell.set({ comparing }),
    trust: (offer) => {
      const chosen = cell.get().offers.find((each) => (each.kind === "authority" || each.kind === "person") && each.offer === offer);
      cell.set({ comparing: null });
      if (!chosen) return;
      void run(async () => {
        const { sha256 } = offer.certificate;
        const certificate = decodeBase64(offer.der);
        if (offer.kind === "authority") await ask("anchor.add", { certificate, confirmedSha256: sha256 });
        else await ask("trust.decide", { certificate, confirmedSha256: sha256, decision: "trusted" });
        done(chosen);
      });
    },
    take: (offer) => {
      // The browser shows its prompt only for a click: it is asked before anything is awaited.
      const allowed = offer.kind === "webmail" ? requestAccess(offer.origin) : Promise.resolve(true);
      void run(async () => {
        if (await allowed) await take(offer);
      });
    },
    acknowledge: () =>
      void run(async () => {
        await ask("repair.acknowledge", null);
        await read();
      }),
    ask: (asking) => cell.set({ asking }),
    startAnew: () => {
      cell.set({ asking: false });
      void run(async () => {
        await ask("repair.start-anew", null);
        await read();
      });
    },
  };
}

const bundle = (certificates: readonly Bytes[]): Bytes => concat(...certificates.map((der) => utf8(pemOf(encodeBase64(der)))));

const offerOf = (kind: TrustOffer["kind"], certificate: CertificateFacts, der: Bytes): TrustOffer => ({ certificate, der: encodeBase64(der), kind, leaf: null, code: "ok" });

/** Settings that change what is protected or who is asked are the person's to decide; the others are of no weight and stay in the file. */
function offersOfSetting({ name, value }: { name: string; value: unknown }): RestoreOffer[] {
  if (name === "user-settings" && typeof value === "object" && value !== null) {
    const { signByDefault, encryptByDefault } = value as Record<string, unknown>;
    return [{ kind: "defaults", sign: signByDefault === true, encrypt: encryptByDefault === true }];
  }
  if (name !== "user-directories" || !Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((each: unknown) => {
    const { url, startTls, loginName } = (typeof each === "object" && each !== null ? each : {}) as Record<string, unknown>;
    return typeof url === "string" && url.length <= 2000 ? [{ kind: "directory", url, startTls: startTls === true, loginName: typeof loginName === "string" ? loginName.slice(0, 1000) : "" } as const] : [];
  });
}
