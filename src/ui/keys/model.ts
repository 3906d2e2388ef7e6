import { type Bytes, utf8 } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { TrustOffer } from "../../protocol/certificates.ts";
import { decodeBase64 } from "../../base/base64.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { KeyWish, OwnKeysState, ProtectionOffer, WaitingFacts } from "../../protocol/own-keys.ts";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { SecurityKeyPlace } from "../../protocol/unlock.ts";
import type { SecurityKeyAsker } from "../locks/security-key.ts";
import { forgetSecret } from "../locks/security-key-desk.ts";
import { EMPTY_FORM, type ProtectionForm, registerFirst, vaultFor, wantedBy } from "../setup/protection-form.ts";
import type { Cell } from "../shared/cell.ts";
import { type BackupActions, type BackupStep, makeBackups } from "./backup.ts";

/** How keys are to be protected: new ones, or those of a group that waits. */
export interface ProtectionStep extends ProtectionOffer {
  /** Null for new keys. */
  group: string | null;
  form: ProtectionForm;
}

/** Everything that the page of own keys shows. */
export interface KeysModel {
  state: OwnKeysState | null;
  wish: KeyWish;
  /** Keys that were just made. */
  made: WaitingFacts[];
  /** Asks whether these waiting keys are to be given up. */
  givingUp: WaitingFacts[] | null;
  /** What the text of a request was copied to, by the name of its group. */
  copied: { group: string; done: boolean } | null;
  /** Identities that a certificate file made. */
  taken: IdentityFacts[];
  /** Certificates of keys that can never have the protection that the organisation asks for. */
  unprotectable: CertificateFacts[];
  offers: TrustOffer[];
  comparing: TrustOffer | null;
  protecting: ProtectionStep | null;
  backup: BackupStep | null;
  busy: boolean;
  problem: { code: Code; where: "make" | "protection" | "taken" } | null;
}

export const emptyKeys: KeysModel = {
  state: null,
  wish: { name: "", address: "", suite: "rsa-3072", shape: "one" },
  made: [],
  givingUp: null,
  copied: null,
  taken: [],
  unprotectable: [],
  offers: [],
  comparing: null,
  protecting: null,
  backup: null,
  busy: false,
  problem: null,
};

/** The largest certificate file that is read, in octets. */
const MAX_FILE = 1_000_000;

export interface KeysActions extends BackupActions {
  start: () => void;
  wish: (change: Partial<KeyWish>) => void;
  /** Asks how the new keys are to be protected, and then makes them. */
  make: () => void;
  copy: (group: string) => void;
  save: (group: string) => void;
  /** Null: no, after all. */
  askGiveUp: (keys: WaitingFacts[] | null) => void;
  giveUp: () => void;
  takeIn: (file: Pick<File, "size" | "arrayBuffer">) => void;
  compare: (offer: TrustOffer | null) => void;
  trust: (offer: TrustOffer) => void;
  /** Asks how keys that wait without protection are to be protected. */
  askProtect: (group: string) => void;
  closeProtection: () => void;
  setProtection: (change: Partial<ProtectionForm>) => void;
  /** Registers the first security key, and shows a recovery code. */
  registerKey: () => void;
  /** Called directly in the click handler. */
  allowRelyingParty: () => void;
  /** Makes the keys, or protects those that wait. */
  protect: () => void;
}

export interface KeysAround {
  ask: Ask<"page">;
  save: (name: string, bytes: Bytes) => void;
  copy: (text: string) => Promise<boolean>;
  securityKeys: SecurityKeyAsker;
  requestAccess: (origin: string) => Promise<boolean>;
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

/** The logic of the page of own keys. A password goes with its dialogue. */
export function makeKeys(cell: Cell<KeysModel>, around: KeysAround): KeysActions {
  const { ask, securityKeys } = around;
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

  const place = (): SecurityKeyPlace | null => cell.get().protecting?.locks.securityKeys ?? null;
  const setForm = (change: Partial<ProtectionForm>): void => {
    const { protecting } = cell.get();
    if (protecting) cell.set({ protecting: { ...protecting, form: { ...protecting.form, ...change } }, problem: null });
  };
  async function offer(group: string | null, address: string): Promise<Partial<KeysModel>> {
    const offered = await ask("keys.protection", { address });
    if (offered.required === "card") throw new SmimeError("keys.card-only");
    return { protecting: { ...offered, group, form: { ...EMPTY_FORM, kind: offered.required === "security-key" ? "security-key" : "passphrase" } } };
  }
  /** What is told of identities may have changed. */
  async function again(taken: readonly IdentityFacts[]): Promise<IdentityFacts[]> {
    if (taken.length === 0) return [];
    const { identities } = await ask("state", null);
    return identities.filter(({ id }) => taken.some((each) => each.id === id));
  }
  const backup = makeBackups(
    { get: () => cell.get().backup, set: (step) => cell.set({ backup: step }) },
    // Nothing is opened with a backup's security key but where it was registered, whatever dialogue is open.
    { ask, save: around.save, securityKeys, place: () => cell.get().state?.securityKeys ?? null, done: async () => cell.set({ state: await ask("keys.state", null) }) },
  );

  return {
    ...backup,
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
    make: () => void run("make", () => offer(null, cell.get().wish.address)),
    askProtect: (group) => void run("make", () => offer(group, groupOf(group)[0]?.address ?? "")),
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
        for (const { id } of givingUp) await ask("keys.give-up", { id });
        return { made: [] };
      });
    },
    takeIn: (file) =>
      void run("taken", async () => {
        cell.set({ taken: [], unprotectable: [], offers: [] });
        if (file.size > MAX_FILE) throw new SmimeError("pki.malformed");
        const { identities, offers, unprotectable } = await ask("keys.issued", { file: new Uint8Array(await file.arrayBuffer()) });
        const { waiting } = await ask("keys.state", null);
        // Its certificate is here, and what the organisation asks for can be had at once.
        const bare = waiting.find(({ code, address }) => code === "keys.protect-first" && identities.some(({ protectionCode, certificate }) => protectionCode !== "ok" && certificate.addresses.some((each) => each.toLowerCase() === address.toLowerCase())));
        return { taken: identities, offers, unprotectable, made: [], ...(bare && (await offer(bare.group, bare.address))) };
      }),
    compare: (comparing) => cell.set({ comparing }),
    trust: ({ certificate: { sha256 }, der }) => {
      cell.set({ comparing: null, offers: cell.get().offers.filter(({ certificate }) => certificate.sha256 !== sha256) });
      void run("taken", async () => {
        await ask("anchor.add", { certificate: decodeBase64(der), confirmedSha256: sha256 });
        // What the new certificates are worth may have changed with it.
        return { taken: await again(cell.get().taken) };
      });
    },
    closeProtection: () => cell.set({ protecting: null, problem: null }),
    setProtection: (change) => setForm(change),
    registerKey: () =>
      void run("protection", async () => {
        const { protecting } = cell.get();
        if (protecting) setForm(await registerFirst(protecting.form, place(), ask, securityKeys));
        return {};
      }),
    allowRelyingParty: () => {
      const domain = place()?.relyingParty ?? null;
      if (domain === null) return;
      const answer = around.requestAccess(`https://${domain}`);
      void run("protection", async () => {
        const { protecting } = cell.get();
        return protecting && (await answer) ? { protecting: { ...protecting, locks: await ask("locks.state", null) } } : {};
      });
    },
    protect: () =>
      void run("protection", async () => {
        const { protecting, wish } = cell.get();
        if (!protecting) return {};
        const { group, form, locks } = protecting;
        const protection = await wantedBy(form, vaultFor(form, locks.vaults), locks.securityKeys, ask, securityKeys);
        const made = group === null ? (await ask("keys.make", { wish, protection })).made : [];
        if (group !== null) await ask("keys.protect", { group, protection });
        forgetSecret(protection);
        return { made, copied: null, protecting: null, taken: await again(cell.get().taken) };
      }),
  };
}
