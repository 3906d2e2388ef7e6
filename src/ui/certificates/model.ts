import { decodeBase64 } from "../../base/base64.ts";
import { type Bytes, utf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { CertificateDetails, CertificateLists, CertificateRow, TrustOffer } from "../../protocol/certificates.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { Cell } from "../shared/cell.ts";
import { pemOf } from "./pem.ts";

export type Kind = "people" | "mine" | "authorities" | "decisions";

/** How long what was done can be undone on the page, in milliseconds. */
export const UNDO = 10_000;

/** What was just done and can still be taken back. */
export interface Done {
  what: "removed" | "trusted" | "distrusted";
  kind: Exclude<Kind, "mine">;
  name: string;
  undo: string;
}

/** Everything that the Certificates page shows. */
export interface CertificatesModel {
  lists: CertificateLists | null;
  problem: Code | null;
  added: CertificateFacts[] | null;
  /** Authorities of a file that could be trusted. */
  offers: TrustOffer[];
  /** What is being compared at the moment. */
  comparing: TrustOffer | null;
  done: Done | null;
  /** Certificates that were looked at, by SHA-256. */
  details: Record<string, CertificateDetails>;
}

export const emptyCertificates: CertificatesModel = { lists: null, problem: null, added: null, offers: [], comparing: null, done: null, details: {} };

export interface CertificatesActions {
  /** Reads the lists, and what a reader offered. */
  refresh: () => void;
  addFile: (file: Pick<File, "size" | "arrayBuffer">) => void;
  look: (sha256: string) => void;
  remove: (kind: Kind, key: string, name: string) => void;
  /** Takes the last thing back. */
  undo: () => void;
  /** Asks what could be trusted so that a kept certificate would be, and compares it. */
  offerKept: (sha256: string) => void;
  compare: (offer: TrustOffer | null) => void;
  /** Called once the fingerprint was compared. */
  trust: (offer: TrustOffer) => void;
  distrust: (details: CertificateDetails) => void;
  exportOne: (details: CertificateDetails, form: "cer" | "pem") => void;
  exportPerson: (row: CertificateRow) => void;
}

/** The largest certificate file that is read, in octets. */
const MAX_FILE = 1_000_000;

/** The logic of the Certificates page. What fails becomes `problem`; whatever was done, the lists are read again. */
export function makeCertificates(cell: Cell<CertificatesModel>, around: { ask: Ask<"page">; save: (name: string, bytes: Bytes) => void }): CertificatesActions {
  const { ask, save } = around;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = (): void => {
    clearTimeout(timer);
    cell.set({ done: null });
  };
  /** @param work answers what was done, and by which name it can be undone */
  const run = async (work: () => Promise<(Omit<Done, "undo"> & { undo: string | null }) | null>): Promise<void> => {
    try {
      const done = await work();
      // What a certificate is worth may have changed with it. The lists and what was done are shown at once.
      const lists = await ask("certificates.lists", null);
      cell.set({ problem: null, lists, details: {} });
      if (!done || done.undo === null) return;
      clearTimeout(timer);
      cell.set({ done: { ...done, undo: done.undo } });
      timer = setTimeout(forget, UNDO);
    } catch (error) {
      cell.set({ problem: codeOf(error) });
    }
  };
  const REMOVE = { people: "certificates.remove", authorities: "anchor.remove", decisions: "trust.forget" } as const;

  return {
    refresh: () =>
      void run(async () => {
        const offered = await ask("trust.offered", null);
        if (offered) cell.set({ comparing: offered });
        return null;
      }),
    addFile: (file) => {
      forget();
      cell.set({ added: null, offers: [] });
      void run(async () => {
        if (file.size > MAX_FILE) throw new SmimeError("pki.malformed");
        const { kept, offers } = await ask("certificates.import", { file: new Uint8Array(await file.arrayBuffer()) });
        cell.set({ added: kept, offers });
        return null;
      });
    },
    look: (sha256) => {
      if (cell.get().details[sha256]) return;
      ask("certificates.details", { sha256 }).then(
        (details) => cell.set({ details: { ...cell.get().details, [sha256]: details } }),
        (error: unknown) => cell.set({ problem: codeOf(error) }),
      );
    },
    remove: (kind, key, name) => {
      forget();
      cell.set({ added: null });
      void run(async () => {
        if (kind === "mine") return ask("identity.remove", { id: key });
        return { what: "removed", kind, name, undo: (await ask(REMOVE[kind], { sha256: key })).undo };
      });
    },
    undo: () => {
      const { done } = cell.get();
      if (!done) return;
      forget();
      void run(() => ask("removal.undo", { undo: done.undo }));
    },
    offerKept: (sha256) => void ask("trust.offer-kept", { sha256 }).then((comparing) => cell.set({ comparing, problem: null }), (error: unknown) => cell.set({ problem: codeOf(error) })),
    compare: (comparing) => cell.set({ comparing }),
    trust: ({ certificate: { sha256, name }, der, kind }) => {
      forget();
      cell.set({ comparing: null, offers: cell.get().offers.filter((offer) => offer.certificate.sha256 !== sha256) });
      const chosen = { certificate: decodeBase64(der), confirmedSha256: sha256 };
      void run(async () => {
        const { undo } = await (kind === "authority" ? ask("anchor.add", chosen) : ask("trust.decide", { ...chosen, decision: "trusted" }));
        return { what: "trusted", kind: kind === "authority" ? "authorities" : "decisions", name, undo };
      });
    },
    distrust: ({ facts: { sha256, name }, der }) => {
      forget();
      void run(async () => {
        const { undo } = await ask("trust.decide", { certificate: decodeBase64(der), confirmedSha256: sha256, decision: "distrusted" });
        return { what: "distrusted", kind: "decisions", name, undo };
      });
    },
    exportOne: ({ facts, der }, form) => save(`${facts.name}.${form}`, form === "cer" ? decodeBase64(der) : utf8(pemOf(der))),
    exportPerson: (row) => {
      const others = cell.get().lists?.people.filter(({ addresses }) => addresses.some((address) => row.addresses.includes(address))) ?? [];
      Promise.all(others.map(({ sha256 }) => ask("certificates.details", { sha256 }))).then(
        (all) => save(`${row.name}.pem`, utf8(all.map(({ der }) => pemOf(der)).join(""))),
        (error: unknown) => cell.set({ problem: codeOf(error) }),
      );
    },
  };
}
