import { decodeBase64 } from "../../base/base64.ts";
import { type Bytes, utf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { CertificateDetails, CertificateLists, CertificateRow, TrustOffer } from "../../protocol/certificates.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { RevocationListFacts } from "../../protocol/page-requests.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { RevocationFacts } from "../../protocol/trust-port.ts";
import type { Cell } from "../shared/cell.ts";
import { importFile } from "./import-file.ts";
import { pemOf } from "./pem.ts";

export type Kind = "people" | "mine" | "authorities" | "decisions" | "revocation";

/** How long what was done can be undone on the page, in milliseconds. */
export const UNDO = 10_000;

/** How many rows are asked about at a time: as many as one request takes. */
const PORTION = 50;

/** What was just done and can still be taken back. */
export interface Done {
  what: "removed" | "trusted" | "distrusted";
  kind: Exclude<Kind, "mine">;
  name: string;
  /** It was an authority that nobody trusts: it only completed paths. */
  completing?: true;
  undo: string;
}

/** Everything that the Certificates page shows. */
export interface CertificatesModel {
  lists: CertificateLists | null;
  problem: Code | null;
  added: CertificateFacts[] | null;
  /** Authorities of a file that were kept to complete paths. */
  completing: CertificateFacts[];
  /** Certificates of a file that belong to own keys, and those for an address that a key waits for, of another key. */
  mine: CertificateFacts[];
  unfitting: CertificateFacts[];
  unprotectable: CertificateFacts[];
  /** Authorities of a file that could be trusted. */
  offers: TrustOffer[];
  /** What is being compared at the moment. */
  comparing: TrustOffer | null;
  done: Done | null;
  /** Certificates that were looked at, by SHA-256. */
  details: Record<string, CertificateDetails>;
  /** Whether people's and own certificates were revoked by what is kept here, by SHA-256; absent while it is looked up. */
  revocation: Record<string, RevocationFacts>;
  /** Revocation lists from files. */
  revocationLists: RevocationListFacts[];
  /** Those that a file brought just now. */
  addedLists: RevocationListFacts[] | null;
}

export const emptyCertificates: CertificatesModel = { lists: null, problem: null, added: null, completing: [], mine: [], unfitting: [], unprotectable: [], offers: [], comparing: null, done: null, details: {}, revocation: {}, revocationLists: [], addedLists: null };

export interface CertificatesActions {
  /** Reads the lists, and what a reader offered. */
  refresh: () => void;
  /** Certificates or revocation lists, by what the file holds. */
  addFile: (file: Pick<File, "name" | "size" | "arrayBuffer">) => void;
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
  /** Saves a vCard for the address book of whatever program. */
  exportContact: (details: CertificateDetails) => void;
  exportPerson: (row: CertificateRow) => void;
}

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
      const [lists, revocationLists] = await Promise.all([ask("certificates.lists", null), ask("revocation.lists", null)]);
      cell.set({ problem: null, lists, revocationLists, details: {} });
      void lookUpRevocation();
      if (!done || done.undo === null) return;
      clearTimeout(timer);
      cell.set({ done: { ...done, undo: done.undo } });
      timer = setTimeout(forget, UNDO);
    } catch (error) {
      cell.set({ problem: codeOf(error) });
    }
  };
  let latest = 0;
  /** Fills the rows in once they are there; what cannot be had stays away. */
  const lookUpRevocation = async (): Promise<void> => {
    const mine = ++latest;
    const { people = [], mine: own = [] } = cell.get().lists ?? {};
    const all = [...people.map(({ sha256 }) => sha256), ...own.map(({ id }) => id)];
    for (let i = 0; i < all.length && mine === latest; i += PORTION) {
      const found = await ask("certificates.revocation", { sha256: all.slice(i, i + PORTION) }).catch(() => ({}));
      if (mine === latest) cell.set({ revocation: { ...cell.get().revocation, ...found } });
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
      cell.set({ added: null, completing: [], mine: [], unfitting: [], unprotectable: [], addedLists: null, offers: [] });
      void run(async () => {
        const { lists, kept, intermediates, offers, mine, unfitting, unprotectable } = await importFile(file, ask);
        cell.set({ added: kept, completing: intermediates, addedLists: lists, offers, mine, unfitting, unprotectable });
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
      cell.set({ added: null, completing: [], addedLists: null });
      const completing = kind === "authorities" && cell.get().lists?.authorities.some(({ sha256, by }) => sha256 === key && by === "nobody");
      void run(async () => {
        if (kind === "revocation") return { what: "removed", kind, name, undo: (await ask("revocation.remove", { key })).undo };
        if (kind === "mine") return ask("identity.remove", { id: key });
        return { what: "removed", kind, name, ...(completing && { completing }), undo: (await ask(REMOVE[kind], { sha256: key })).undo };
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
    exportContact: ({ facts: { sha256, name } }) => {
      ask("certificates.card", { sha256 }).then(
        (card) => save(`${name}.vcf`, card),
        (error: unknown) => cell.set({ problem: codeOf(error) }),
      );
    },
    exportPerson: (row) => {
      const others = cell.get().lists?.people.filter(({ addresses }) => addresses.some((address) => row.addresses.includes(address))) ?? [];
      Promise.all(others.map(({ sha256 }) => ask("certificates.details", { sha256 }))).then(
        (all) => save(`${row.name}.pem`, utf8(all.map(({ der }) => pemOf(der)).join(""))),
        (error: unknown) => cell.set({ problem: codeOf(error) }),
      );
    },
  };
}
