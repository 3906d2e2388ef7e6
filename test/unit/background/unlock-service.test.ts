import { describe, expect, it, vi } from "vitest";
import { bindings } from "../../../src/background/bindings.ts";
import { failureBudget } from "../../../src/background/failure-budget.ts";
import { keyService } from "../../../src/background/key-service.ts";
import type { KeyRules } from "../../../src/background/key-rules.ts";
import type { OwnKey } from "../../../src/background/own-keys.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { FramePurpose } from "../../../src/background/tickets.ts";
import { unlockService } from "../../../src/background/unlock-service.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { UnwrapRequest } from "../../../src/protocol/key-port.ts";
import { disk, here, locksOver, PASSPHRASE, there } from "./lock-desk.ts";

vi.mock("../../../src/keys/passphrase.ts", async (original) => ({ ...(await original<object>()), passphraseKey: (await import("./cheap-passphrase.ts")).passphraseKey }));

const purpose: FramePurpose = { kind: "reader", tab: 7, opener: "D", openerFrame: 0, origin: here, account: "alice@lab.test", message: { account: "alice@lab.test", folder: "INBOX", id: "1" }, mode: null };
const frame = { tab: 7, frame: 3, document: "F1" };
const request: UnwrapRequest = { kind: "key-agreement", certificateId: "one", algorithm: new Uint8Array(1), originatorKey: new Uint8Array(1), originatorAlgorithm: null, ukm: null, encryptedKey: new Uint8Array(1), keyLength: 16 };
const read = { use: "read", message: { from: "bob@lab.test", date: null }, visible: true } as const;
const secret = (passphrase: string) => ({ kind: "passphrase", passphrase }) as const;

async function setup({ rules, origin = here }: { rules?: KeyRules; origin?: string } = {}) {
  const kept = await disk();
  const around = locksOver({ kept, ...(rules && { rules }) });
  const all = bindings(sessionTable(around.area, "bindings"));
  const clock = () => new Date(1_000_000);
  const budget = failureBudget(sessionTable(around.area, "budget"), clock);
  const ownKeys = (asked: string, document?: string) =>
    Promise.resolve(kept.identities.filter(({ origins }) => origins.includes(asked)).map((each): OwnKey => ({ id: each.id, key: around.locks.open(each, document), chain: [], kept: each, notAfter: new Date(2e12) })));
  const keys = keyService({ bindings: all, budget, sendTickets: sendTickets(sessionTable(around.area, "send"), clock), ownKeys, isShown: () => Promise.resolve(true), receipts: { asked: () => Promise.resolve() }, drafts: () => Promise.resolve([]), signed: () => undefined, clock });
  const windows: string[] = [];
  let minutes: unknown = undefined;
  let shown = true;
  const service = unlockService({ cards: { identities: () => Promise.resolve([]), login: (_place, _pin, wish) => Promise.reject(new Error(`no card for ${wish}`)) },
    bindings: all,
    locks: around.locks,
    vaults: around.vaults,
    authenticators: around.authenticators,
    rules: () => Promise.resolve(rules ?? { required: "none", longest: null }),
    identities: () => Promise.resolve(kept.identities),
    waitingIn: () => Promise.resolve([]),
    ownKeys,
    policy: { current: () => Promise.resolve(effectivePolicy({}, defaultUserSettings)) },
    minutes: { read: () => Promise.resolve(minutes), write: (value) => Promise.resolve(void (minutes = value)) },
    isShown: () => Promise.resolve(shown),
    open: (id) => Promise.resolve(windows.push(id)),
    clock,
  });
  await all.bind(frame, { ...purpose, origin }, "s");
  const opened = async (): Promise<string> => {
    for (let i = 0; windows.length === 0 && i < 50; i++) await new Promise((later) => setTimeout(later, 5));
    return windows.at(-1) ?? "";
  };
  return { ...around, all, budget, keys, service, opened, hide: () => (shown = false) };
}

describe("a message that waits for a locked key", () => {
  it("is charged and counted for nothing, however often it is tried (architecture §2, §5)", async () => {
    const { keys, budget, all } = await setup();
    for (let time = 0; time < 8; time++) await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "keys.locked" });
    expect(await budget.usedUp()).toEqual([]);
    expect(await all.of(frame)).toMatchObject({ unwraps: 0, waitsFor: "one" });
    expect(await all.waiting(["one"])).toEqual([{ tab: 7, frame: 3 }]);
    expect(await all.waiting(["both"])).toEqual([]);
  });

  it("is opened with the key that can be used soonest where it names several, and with whichever is unlocked first", async () => {
    const { keys, all, budget, locks } = await setup({ origin: here });
    expect(await keys.choose(frame, ["both", "one", "nobody's"])).toBe("one");
    await expect(keys.choose(frame, ["nobody's"])).rejects.toMatchObject({ code: "keys.not-found" });
    await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "keys.locked" });
    expect(await all.waiting(["both"])).toEqual([{ tab: 7, frame: 3 }]);
    await locks.unlock("v", secret(PASSPHRASE), { minutes: null });
    await locks.lock(["one"]);
    expect(await keys.choose(frame, ["both", "one"])).toBe("both");
    expect(await all.of(frame)).toMatchObject({ unwraps: 0 });
    expect(await budget.usedUp()).toEqual([]);
  });

  it("has a window say which key, which webmail and which message, and opens by the passphrase", async () => {
    const { keys, service, opened, sign } = await setup();
    await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "keys.locked" });
    const asked = service.ask(frame, read);
    const id = await opened();
    expect(await service.details(id)).toMatchObject({ kind: "passphrase", keys: 2, origin: here, use: "read", message: read.message, choices: [15, 60, 240, 480, null], preselected: 480, wait: 0 });
    expect(await service.answer(id, secret("not this one, no"), 60)).toEqual({ state: "wrong", wait: 0 });
    expect(await service.answer(id, secret(PASSPHRASE), 60)).toEqual({ state: "opened" });
    expect(await asked).toBe(true);
    await expect(sign("one")).resolves.toBeDefined();
    // Nobody waits any more, and what was chosen is chosen next time.
    expect(await service.details(id)).toBeNull();
    await expect(service.answer(id, secret(PASSPHRASE), 60)).rejects.toMatchObject({ code: "store.not-found" });
    expect(await service.facts()).toMatchObject({ minutes: 60, vaults: [{ id: "v", unlocked: ["one", "both"], until: new Date(1_000_000 + 3_600_000).toISOString() }] });
  });

  it("opens no window for a frame that cannot be seen, that waits for nothing, or whose key needs no unlocking", async () => {
    const { keys, service, hide } = await setup();
    await expect(service.ask(frame, read)).rejects.toMatchObject({ code: "keys.not-found" });
    await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "keys.locked" });
    await expect(service.ask(frame, { ...read, visible: false })).rejects.toMatchObject({ code: "keys.not-allowed-here" });
    await expect(service.ask({ ...frame, document: "F9" }, read)).rejects.toMatchObject({ code: "protocol.ticket" });
    hide();
    await expect(service.ask(frame, read)).rejects.toMatchObject({ code: "keys.not-allowed-here" });
  });

  it("unlocks in its webmail what is bound there, and nothing by a window that is closed", async () => {
    const { keys, service, opened, sign } = await setup({ origin: there });
    await expect(keys.unwrap(frame, { ...request, certificateId: "both" }, true)).rejects.toMatchObject({ code: "keys.locked" });
    const first = service.ask(frame, read);
    service.cancel(await opened());
    expect(await first).toBe(false);
    const second = service.ask(frame, read);
    await new Promise((later) => setTimeout(later, 20));
    expect(await service.answer(await opened(), secret(PASSPHRASE), null)).toEqual({ state: "opened" });
    expect(await second).toBe(true);
    await expect(sign("both")).resolves.toBeDefined();
    await expect(sign("one")).rejects.toMatchObject({ code: "keys.locked" });
  });

  it("under KeyUnlockMinutes 0 is opened alone, in its own frame", async () => {
    const { keys, service, opened, sign } = await setup({ rules: { required: "none", longest: 0 } });
    await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "keys.locked" });
    const asked = service.ask(frame, read);
    const id = await opened();
    expect(await service.details(id)).toMatchObject({ choices: [], preselected: null });
    await service.answer(id, secret(PASSPHRASE), null);
    expect(await asked).toBe(true);
    await expect(keys.unwrap(frame, request, true)).rejects.toMatchObject({ code: "cms.decrypt-failed" });
    await expect(sign("one", "F2")).rejects.toMatchObject({ code: "keys.locked" });
  });
});

describe("a card's PIN in the options", () => {
  it("is for as long as the person chose last, and for the usual time where nobody chose", async () => {
    const { service } = await setup();
    const login = () => service.loginFromPage({ module: "/m.so", slot: "00000000", serial: "1", label: "Card" }, "1234");
    await expect(login()).rejects.toThrow("no card for 480");
    for (const minutes of [15, null]) {
      await service.setMinutes(minutes);
      await expect(login()).rejects.toThrow(`no card for ${minutes}`);
    }
  });
});
