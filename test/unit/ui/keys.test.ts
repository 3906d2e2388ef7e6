import { describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import type { BackupFacts, WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { Ask } from "../../../src/protocol/requests.ts";
import { passwordProblem } from "../../../src/ui/keys/backup.ts";
import { emptyKeys, groupsOf, type KeysModel, makeKeys, requestText } from "../../../src/ui/keys/model.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import * as s from "./samples.ts";

const key = (id: string, group: string, kind: WaitingFacts["kind"], madeAt: string): WaitingFacts => ({ id, group, kind, use: "sign", name: "", address: s.alice.address, madeAt, pem: `${kind}\n`, missing: ["sign"], protection: "none", code: "ok" });
const old = key("1", "a", "p-256", "2026-05-01T00:00:00Z");
const pair = [key("3", "b", "x25519", "2026-05-02T00:00:00Z"), key("2", "b", "ed25519", "2026-05-02T00:00:00Z")];
const backup: BackupFacts = { id: "i", certificate: s.facts(), both: false, state: "possible", fromFile: false, lock: null };
const password = "correct horse battery";
const place = { relyingParty: null, code: "ok" } as const;
const answered = { credential: Uint8Array.of(1), output: new Uint8Array(32).fill(7) };
const securityKeys = { register: (_place: string | null, label: string) => Promise.resolve({ ...answered, salt: new Uint8Array(32), transports: [], label }), ask: () => Promise.resolve(answered) };

function page(answers: Record<string, unknown> = {}) {
  const cell = makeCell<KeysModel>(emptyKeys);
  const asked: [string, unknown][] = [];
  const state = { waiting: [old, ...pair], backups: [backup], known: [s.alice, s.bob], organisation: { enrolment: "", help: "", notice: "" }, securityKeys: place };
  const ask = ((name: string, input: unknown) => {
    if (name !== "keys.state") asked.push([name, input]);
    const answer = { "keys.state": state, ...answers }[name] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }) as Ask<"page">;
  const save = vi.fn();
  return { cell, asked, save, actions: makeKeys(cell, { ask, save, copy: () => Promise.resolve(true), securityKeys, requestAccess: () => Promise.resolve(true) }), settled: () => vi.waitFor(() => expect([cell.get().busy, cell.get().state]).toEqual([false, state])) };
}

describe("the page of own keys", () => {
  it("shows those made together together, newest first, and the key that can sign no request behind the one that can", () => {
    expect(groupsOf([old, ...pair]).map((group) => group.map(({ id }) => id))).toEqual([["3", "2"], ["1"]]);
    expect(requestText(pair)).toBe("ed25519\nx25519\n");
  });

  it("begins with an own identity, and knows the name of another address", async () => {
    const { cell, actions, settled } = page();
    actions.start();
    await settled();
    expect(cell.get().wish).toMatchObject({ name: s.alice.name, address: s.alice.address });
    actions.wish({ address: s.bob.address });
    expect(cell.get().wish.name).toBe(s.bob.name);
  });

  it("saves a backup with a password that was typed twice, and lets the key go only when the person has the file", async () => {
    expect([passwordProblem({ password: "eleven char", again: "eleven char" }), passwordProblem({ password, again: "other" }), passwordProblem({ password, again: password })]).toEqual(["short", "differ", null]);
    const { cell, asked, save, actions } = page({ "backup.make": { file: new Uint8Array(3) } });
    actions.backUp(backup);
    actions.typeBackup({ password, again: "other" });
    actions.saveBackup();
    expect(asked).toEqual([]);
    actions.typeBackup({ again: password });
    actions.saveBackup();
    await vi.waitFor(() => expect(cell.get().backup?.saved).toBe(true));
    expect([asked, save.mock.calls.length, cell.get().backup?.making]).toEqual([[["backup.make", { id: "i", password, secret: null }]], 1, null]);
    actions.backupDone();
    await vi.waitFor(() => expect(cell.get().backup).toBeNull());
    expect(asked.at(-1)).toEqual(["backup.done", { id: "i" }]);
  });

  it("asks for what opens the vault of a key before it is saved, unlocked or not", async () => {
    const { asked, actions, cell, settled } = page({ "backup.make": { file: new Uint8Array(3) }, "locks.authenticators": [], "backup.progress": { done: 0.5 } });
    actions.start();
    await settled();
    const saved = async (lock: BackupFacts["lock"], typed: object): Promise<unknown> => {
      actions.backUp({ ...backup, lock });
      actions.typeBackup({ password, again: password });
      if (lock?.kind === "passphrase") actions.saveBackup();
      expect(cell.get().backup?.making).toBeNull();
      actions.typeBackup(typed);
      actions.saveBackup();
      await vi.waitFor(() => expect(cell.get().backup?.saved).toBe(true));
      return (asked.findLast(([name]) => name === "backup.make")?.[1] as { secret: unknown }).secret;
    };
    expect(await saved({ vault: "v", kind: "passphrase" }, { passphrase: "four words that open" })).toEqual({ kind: "passphrase", passphrase: "four words that open" });
    expect(await saved({ vault: "v", kind: "security-key" }, {})).toEqual({ kind: "security-key", ...answered });
    expect(await saved({ vault: "v", kind: "security-key" }, { code: "the code" })).toEqual({ kind: "recovery-code", code: "the code" });
  });

  it("lets what is kept for an imported key go when its owner has the file", async () => {
    const { asked, actions } = page();
    actions.haveFile({ ...backup, fromFile: true });
    await vi.waitFor(() => expect(asked).toEqual([["backup.done", { id: "i" }]]));
  });

  const offered = (required: string, vaults: object[] = []) => ({ "keys.protection": { required, locks: { vaults, securityKeys: place } } });

  it("asks how a new key is to be protected before it makes it, as set-up asks for a file", async () => {
    const { asked, actions, cell, settled } = page({ ...offered("none"), "keys.make": { made: [old] } });
    actions.wish({ address: s.alice.address });
    actions.make();
    await settled();
    expect(asked.splice(0)).toEqual([["keys.protection", { address: s.alice.address }]]);
    actions.setProtection({ passphrase: "four words that open", again: "four words that opened" });
    actions.protect();
    await vi.waitFor(() => expect(cell.get().problem).toEqual({ code: "keys.passphrase-short", where: "protection" }));
    actions.setProtection({ again: "four words that open" });
    actions.protect();
    await settled();
    expect(asked).toEqual([["keys.make", { wish: cell.get().wish, protection: { kind: "passphrase", vault: null, passphrase: "four words that open" } }]]);
    expect(cell.get()).toMatchObject({ protecting: null, made: [old] });
  });

  it("begins with the way that the organisation asks for, and asks nothing where it allows cards alone", async () => {
    const keyed = page({ ...offered("security-key"), "locks.recovery-code": { code: "the code" }, "keys.make": { made: [] } });
    keyed.actions.make();
    await keyed.settled();
    expect(keyed.cell.get().protecting?.form.kind).toBe("security-key");
    keyed.actions.setProtection({ label: "Blue key" });
    keyed.actions.registerKey();
    await vi.waitFor(() => expect(keyed.cell.get().protecting?.form.first?.code).toBe("the code"));
    keyed.actions.setProtection({ kept: true });
    keyed.actions.protect();
    await keyed.settled();
    expect(keyed.asked.at(-1)).toMatchObject(["keys.make", { protection: { kind: "security-key", ...answered, first: { code: "the code" } } }]);
    const card = page(offered("card"));
    card.actions.make();
    await vi.waitFor(() => expect(card.cell.get().problem).toEqual({ code: "keys.card-only", where: "make" }));
    expect(card.cell.get().protecting).toBeNull();
  });

  it("asks for the passphrase of a vault in which only waiting keys lie, and makes no second one", async () => {
    const { actions, cell, asked, settled } = page({ ...offered("none", [{ id: "v", kind: "passphrase", identities: [], waiting: 1 }]), "keys.make": { made: [] } });
    actions.make();
    await settled();
    actions.setProtection({ passphrase: "short" });
    actions.protect();
    await settled();
    expect(asked.at(-1)?.[1]).toMatchObject({ protection: { vault: "v", passphrase: "short" } });
    expect(cell.get().protecting).toBeNull();
  });

  it("offers to protect a waiting key as soon as its certificate is here, where the organisation asks for that", async () => {
    const bare = { ...old, code: "keys.protect-first" };
    const taken = { id: "t", protectionCode: "keys.protection-required", certificate: s.facts({ addresses: [s.alice.address.toUpperCase()] }) };
    const state = { waiting: [bare], backups: [], known: [], organisation: { enrolment: "", help: "", notice: "" }, securityKeys: place };
    const { actions, cell, asked } = page({ "keys.state": state, ...offered("passphrase"), "keys.issued": { identities: [taken], offers: [], unprotectable: [] }, state: { identities: [{ ...taken, protectionCode: "ok" }] } });
    actions.takeIn({ size: 3, arrayBuffer: () => Promise.resolve(new ArrayBuffer(3)) });
    await vi.waitFor(() => expect([cell.get().busy, cell.get().protecting?.group]).toEqual([false, "a"]));
    actions.setProtection({ passphrase: "four words that open", again: "four words that open" });
    actions.protect();
    await vi.waitFor(() => expect(cell.get().protecting).toBeNull());
    expect(asked.find(([name]) => name === "keys.protect")?.[1]).toEqual({ group: "a", protection: { kind: "passphrase", vault: null, passphrase: "four words that open" } });
    expect(cell.get().taken).toMatchObject([{ id: "t", protectionCode: "ok" }]);
  });

  it("gives up all keys that were made together, after the question", async () => {
    const { asked, actions, settled, cell } = page();
    actions.start();
    await settled();
    actions.askGiveUp(pair);
    expect(asked).toEqual([]);
    actions.giveUp();
    await vi.waitFor(() => expect(asked.map(([, input]) => input)).toEqual([{ id: "3" }, { id: "2" }]));
    expect(cell.get().givingUp).toBeNull();
  });

  it("says that a certificate fits no key", async () => {
    const { cell, actions } = page({ "keys.issued": new SmimeError("keys.certificate-without-key") });
    actions.takeIn({ size: 3, arrayBuffer: () => Promise.resolve(new ArrayBuffer(3)) });
    await vi.waitFor(() => expect(cell.get().problem).toEqual({ code: "keys.certificate-without-key", where: "taken" }));
  });
});
