import { type Bytes, utf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { TrustOffer } from "../../protocol/certificates.ts";
import { decodeBase64 } from "../../base/base64.ts";
import { type BackupFacts, type KeyWish, LEAST_BACKUP_PASSWORD, type OwnKeysState, type WaitingFacts } from "../../protocol/own-keys.ts";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { Cell } from "../shared/cell.ts";

/** A backup on its way: its password is typed, the file is made, and then it is saved or not. */
export interface BackupStep {
  key: BackupFacts;
  password: string;
  again: string;
  /** The file was given to the browser to save. */
  saved: boolean;
}

/** Everything that the page of own keys shows. */
export interface KeysModel {
  state: OwnKeysState | null;
  wish: KeyWish;
  /** Keys that were just made. */
  made: WaitingFacts[];
  /** Asks whether this waiting key is to be given up. */
  givingUp: WaitingFacts | null;
  /** What the text of a request was copied to, by the name of its group. */
  copied: { group: string; done: boolean } | null;
  /** Identities that a certificate file made. */
  taken: IdentityFacts[];
  offers: TrustOffer[];
  comparing: TrustOffer | null;
  backup: BackupStep | null;
  busy: boolean;
  problem: { code: Code; where: "make" | "taken" | "backup" } | null;
}

export const emptyKeys: KeysModel = {
  state: null,
  wish: { name: "", address: "", suite: "rsa-3072", shape: "one" },
  made: [],
  givingUp: null,
  copied: null,
  taken: [],
  offers: [],
  comparing: null,
  backup: null,
  busy: false,
  problem: null,
};

/** The largest certificate file that is read, in octets. */
const MAX_FILE = 1_000_000;

export interface KeysActions {
  start: () => void;
  wish: (change: Partial<KeyWish>) => void;
  make: () => void;
  copy: (group: string) => void;
  save: (group: string) => void;
  /** Null: no, after all. */
  askGiveUp: (key: WaitingFacts | null) => void;
  giveUp: () => void;
  takeIn: (file: Pick<File, "size" | "arrayBuffer">) => void;
  compare: (offer: TrustOffer | null) => void;
  trust: (offer: TrustOffer) => void;
  /** Null closes it; what was not saved can still be. */
  backUp: (key: BackupFacts | null) => void;
  typeBackup: (change: Partial<Pick<BackupStep, "password" | "again">>) => void;
  saveBackup: () => void;
  /** The person has the file: our copy goes. */
  backupDone: () => void;
}

/** The keys that were made together, each group once, newest first. */
export function groupsOf(waiting: readonly WaitingFacts[]): WaitingFacts[][] {
  const groups = [...new Set(waiting.map(({ group }) => group))].map((name) => waiting.filter(({ group }) => group === name));
  return groups.toSorted((a, b) => ((a[0]?.madeAt ?? "") < (b[0]?.madeAt ?? "") ? 1 : -1));
}

/** What an authority gets of one group: its requests, and behind them the public key of one that can sign none. */
export function requestText(group: readonly WaitingFacts[]): string {
  return group.toSorted((a, b) => Number(a.kind === "x25519") - Number(b.kind === "x25519")).map(({ pem }) => pem).join("");
}

/** Why a backup's password does not do; null if it does. */
export function passwordProblem({ password, again }: Pick<BackupStep, "password" | "again">): "short" | "differ" | null {
  if (Array.from(password).length < LEAST_BACKUP_PASSWORD) return "short";
  return password === again ? null : "differ";
}

/** The logic of the page of own keys. A password goes with its dialogue. */
export function makeKeys(cell: Cell<KeysModel>, around: { ask: Ask<"page">; save: (name: string, bytes: Bytes) => void; copy: (text: string) => Promise<boolean> }): KeysActions {
  const { ask } = around;
  const run = async (where: NonNullable<KeysModel["problem"]>["where"], work: () => Promise<Partial<KeysModel>>): Promise<void> => {
    cell.set({ busy: true, problem: null });
    try {
      const change = await work();
      cell.set({ ...change, state: await ask("keys.state", null) });
    } catch (error) {
      cell.set({ problem: { code: codeOf(error), where } });
    }
    cell.set({ busy: false });
  };
  const groupOf = (name: string): WaitingFacts[] => (cell.get().state?.waiting ?? []).filter(({ group }) => group === name);

  return {
    start: () =>
      void run("make", async () => {
        const { known } = await ask("keys.state", null);
        const { wish } = cell.get();
        return wish.address === "" && known[0] ? { wish: { ...wish, ...known[0] } } : {};
      }),
    wish: (change) => {
      const { wish, state } = cell.get();
      // Whose address is chosen, his name is known.
      const known = change.address === undefined ? undefined : state?.known.find(({ address }) => address === change.address);
      cell.set({ wish: { ...wish, ...known, ...change }, problem: null });
    },
    make: () =>
      void run("make", async () => {
        const { made } = await ask("keys.make", cell.get().wish);
        return { made, copied: null };
      }),
    copy: (group) => void around.copy(requestText(groupOf(group))).then((done) => cell.set({ copied: { group, done } })),
    save: (group) => {
      const keys = groupOf(group);
      around.save(`${keys[0]?.address ?? "request"}.csr.pem`, utf8(requestText(keys)));
    },
    askGiveUp: (givingUp) => cell.set({ givingUp }),
    giveUp: () => {
      const { givingUp } = cell.get();
      if (!givingUp) return;
      cell.set({ givingUp: null });
      void run("make", async () => {
        for (const { id } of groupOf(givingUp.group)) await ask("keys.give-up", { id });
        return { made: [] };
      });
    },
    takeIn: (file) =>
      void run("taken", async () => {
        cell.set({ taken: [], offers: [] });
        if (file.size > MAX_FILE) throw new SmimeError("pki.malformed");
        const { identities, offers } = await ask("keys.issued", { file: new Uint8Array(await file.arrayBuffer()) });
        return { taken: identities, offers, made: [] };
      }),
    compare: (comparing) => cell.set({ comparing }),
    trust: ({ certificate: { sha256 }, der }) => {
      cell.set({ comparing: null, offers: cell.get().offers.filter(({ certificate }) => certificate.sha256 !== sha256) });
      void run("taken", async () => {
        await ask("anchor.add", { certificate: decodeBase64(der), confirmedSha256: sha256 });
        // What the new certificates are worth may have changed with it.
        const { identities } = await ask("state", null);
        return { taken: identities.filter(({ id }) => cell.get().taken.some((each) => each.id === id)) };
      });
    },
    backUp: (key) => cell.set({ backup: key && { key, password: "", again: "", saved: false }, problem: null }),
    typeBackup: (change) => {
      const { backup } = cell.get();
      if (backup) cell.set({ backup: { ...backup, ...change }, problem: null });
    },
    saveBackup: () => {
      const { backup } = cell.get();
      if (!backup || passwordProblem(backup) !== null) return;
      void run("backup", async () => {
        const { file } = await ask("backup.make", { id: backup.key.id, password: backup.password });
        around.save(`${backup.key.certificate.addresses[0] ?? backup.key.certificate.name}.p12`, file);
        return { backup: { ...backup, saved: true } };
      });
    },
    backupDone: () => {
      const { backup } = cell.get();
      if (!backup) return;
      void run("backup", async () => {
        await ask("backup.done", { id: backup.key.id });
        return { backup: null };
      });
    },
  };
}
