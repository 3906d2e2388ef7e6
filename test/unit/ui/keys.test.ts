import { describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import type { BackupFacts, WaitingFacts } from "../../../src/protocol/own-keys.ts";
import type { Ask } from "../../../src/protocol/requests.ts";
import { emptyKeys, groupsOf, type KeysModel, makeKeys, passwordProblem, requestText } from "../../../src/ui/keys/model.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import * as s from "./samples.ts";

const key = (id: string, group: string, kind: WaitingFacts["kind"], madeAt: string): WaitingFacts => ({ id, group, kind, use: "sign", name: "", address: s.alice.address, madeAt, pem: `${kind}\n` });
const old = key("1", "a", "p-256", "2026-05-01T00:00:00Z");
const pair = [key("3", "b", "x25519", "2026-05-02T00:00:00Z"), key("2", "b", "ed25519", "2026-05-02T00:00:00Z")];
const backup: BackupFacts = { id: "i", certificate: s.facts(), both: false, state: "possible" };
const password = "correct horse battery";

function page(answers: Record<string, unknown> = {}) {
  const cell = makeCell<KeysModel>(emptyKeys);
  const asked: [string, unknown][] = [];
  const state = { waiting: [old, ...pair], backups: [backup], known: [s.alice, s.bob], organisation: { enrolment: "", help: "", notice: "" } };
  const ask = ((name: string, input: unknown) => {
    if (name !== "keys.state") asked.push([name, input]);
    const answer = { "keys.state": state, ...answers }[name] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }) as Ask<"page">;
  const save = vi.fn();
  return { cell, asked, save, actions: makeKeys(cell, { ask, save, copy: () => Promise.resolve(true) }), settled: () => vi.waitFor(() => expect([cell.get().busy, cell.get().state]).toEqual([false, state])) };
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
    const { cell, asked, save, actions, settled } = page({ "backup.make": { file: new Uint8Array(3) } });
    actions.backUp(backup);
    actions.typeBackup({ password, again: "other" });
    actions.saveBackup();
    expect(asked).toEqual([]);
    actions.typeBackup({ again: password });
    actions.saveBackup();
    await settled();
    expect([asked.map(([name]) => name), save.mock.calls.length, cell.get().backup?.saved]).toEqual([["backup.make"], 1, true]);
    actions.backupDone();
    await vi.waitFor(() => expect(cell.get().backup).toBeNull());
    expect(asked.at(-1)).toEqual(["backup.done", { id: "i" }]);
  });

  it("gives up all keys that were made together, after the question", async () => {
    const { asked, actions, settled, cell } = page();
    actions.start();
    await settled();
    actions.askGiveUp(pair[0] as WaitingFacts);
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
