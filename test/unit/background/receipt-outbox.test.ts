import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Binding } from "../../../src/background/bindings.ts";
import { outboxService } from "../../../src/background/outbox-service.ts";
import { receiptMemory } from "../../../src/background/receipt-memory.ts";
import { type SendPermission, sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { OutboxRecord, SendState } from "../../../src/protocol/outbox.ts";
import { memoryArea } from "./memory-area.ts";
import { memoryStore } from "./receipt-desk.ts";

const records = vi.hoisted(() => new Map<string, unknown>());
vi.mock("../../../src/store/outbox.ts", () => ({
  allSends: () => Promise.resolve([...records.values()]),
  sendRecord: (id: string) => Promise.resolve(records.get(id)),
  removeSend: (id: string) => Promise.resolve(void records.delete(id)),
  updateSend: (id: string, change: (record: unknown) => unknown) => {
    records.set(id, change(records.get(id)));
    return Promise.resolve(records.get(id));
  },
}));

const now = () => new Date("2026-09-02T00:00:00Z");
const frame = { tab: 7, frame: 3, document: "F" };
const page = { tab: 7, frame: 0, document: "D" };
const bound = (kind: "reader" | "composer") => ({ purpose: { kind, tab: 7, opener: "D", openerFrame: 0, origin: "o", account: "bob@lab.test" } }) as Binding;
const permission = (receipt: string | null): Omit<SendPermission, "begun" | "expires"> => ({
  document: "F", tab: 7, origin: "o", account: "bob@lab.test", from: "bob@lab.test", signer: null, signatures: 0, envelopes: [["alice@lab.test"]],
  protection: { signed: true, encrypted: true }, form: { pss: false, useKeyIdentifier: false }, inclusion: { path: true, root: null, encryption: true }, asks: null, receipt,
});
const record = (id: string, change: Partial<OutboxRecord> = {}): OutboxRecord => ({
  id, account: "", origin: "", createdAt: "2026-09-02T00:00:00Z", recipients: ["alice@lab.test"], protection: { signed: false, encrypted: false }, identity: "1", draft: "d",
  envelopes: [{ id: "e", recipients: ["alice@lab.test"], visible: true, state: "prepared", code: null, message: null }], ...change,
});

/** Documents of composers' own windows that are open. */
const writing = new Set<string>();

function setup({ isAlive = () => Promise.resolve(true) }: { isAlive?: () => Promise<boolean> } = {}) {
  const area = memoryArea();
  const tickets = sendTickets(sessionTable(area, "send"), now);
  const receipts = receiptMemory(memoryStore(), now);
  const outbox = outboxService({ owners: sessionTable(area, "owners"), sendTickets: tickets, clock: now, isAlive, isBound: ({ document }) => Promise.resolve(writing.has(document)), receipts });
  const step = (send: string, state: SendState) => outbox.progress(send, { envelope: "e", state, message: null, code: null }, page);
  return { tickets, receipts, outbox, step };
}

describe("a receipt on its way (ES-03)", () => {
  beforeEach(() => records.clear());

  it("counts as sent before the server is asked, and not any more once the server surely refused it", async () => {
    const { tickets, receipts, outbox, step } = setup();
    records.set("s", record("s"));
    await outbox.begin("s", await tickets.issue(permission("message")), frame, bound("reader"));
    await step("s", "stored");
    expect(await receipts.sentAt("message")).toBeNull();
    await step("s", "sending");
    expect(await receipts.sentAt("message")).not.toBeNull();
    await step("s", "failed");
    expect(await receipts.sentAt("message")).toBeNull();
  });

  it("of unknown fate stays sent, and a second one for the same message is not begun", async () => {
    const { tickets, receipts, outbox, step } = setup();
    records.set("s", record("s"));
    const [first, second] = [await tickets.issue(permission("message")), await tickets.issue(permission("message"))];
    await outbox.begin("s", first, frame, bound("reader"));
    for (const state of ["stored", "sending", "unknown"] as const) await step("s", state);
    expect(await receipts.sending("message")).toMatchObject({ taken: false });
    records.set("t", record("t"));
    await expect(outbox.begin("t", second, frame, bound("reader"))).rejects.toMatchObject({ code: "send.receipt-sent" });
  });

  it("is known to be taken once the server said so", async () => {
    const { tickets, receipts, outbox, step } = setup();
    records.set("s", record("s"));
    await outbox.begin("s", await tickets.issue(permission("message")), frame, bound("reader"));
    for (const state of ["stored", "sending", "sent"] as const) await step("s", state);
    expect(await receipts.sending("message")).toMatchObject({ taken: true });
  });

  it("that two Sends were begun for goes out by one of them, and the other one's failure does not forget it", async () => {
    const { tickets, receipts, outbox, step } = setup();
    for (const send of ["s", "t"]) {
      records.set(send, record(send));
      await outbox.begin(send, await tickets.issue(permission("message")), frame, bound("reader"));
      await step(send, "stored");
      // As if both had been begun at once: neither finds the other one.
      records.set(send, { ...(records.get(send) as OutboxRecord), draft: send });
    }
    const both = await Promise.allSettled([step("s", "sending"), step("t", "sending")]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(both[1]).toMatchObject({ reason: { code: "send.receipt-sent" } });
    await step("t", "failed");
    expect(await receipts.sentAt("message")).not.toBeNull();
    await step("s", "failed");
    expect(await receipts.sentAt("message")).toBeNull();
  });

  it("that failed is replaced by the next try", async () => {
    const { tickets, outbox, step } = setup();
    records.set("s", record("s"));
    await outbox.begin("s", await tickets.issue(permission("message")), frame, bound("reader"));
    await step("s", "failed");
    records.set("t", record("t"));
    await outbox.begin("t", await tickets.issue(permission("message")), frame, bound("reader"));
    expect([...records.keys()]).toEqual(["t"]);
  });

  it("is all that a reader sends, and nothing that a composer sends", async () => {
    const { tickets, outbox } = setup();
    records.set("s", record("s", { receipt: "claimed" }));
    await expect(outbox.begin("s", await tickets.issue(permission(null)), frame, bound("reader"))).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(outbox.begin("s", await tickets.issue(permission("message")), frame, bound("composer"))).rejects.toMatchObject({ code: "protocol.forbidden" });
    await outbox.begin("s", await tickets.issue(permission(null)), frame, bound("composer"));
    expect(records.get("s")).not.toHaveProperty("receipt");
  });
});

describe("a Send of a composer's own window", () => {
  beforeEach(() => {
    records.clear();
    writing.clear();
  });

  it("is no other window's and no page's to take over while that one is there, and anybody's of the page afterwards", async () => {
    const { tickets, outbox, step } = setup();
    const account = { origin: "o", account: "bob@lab.test" };
    const inWindow = { ...bound("composer"), purpose: { ...bound("composer").purpose, window: { draft: null } } } as Binding;
    const [own, other] = [{ tab: 40, frame: 0, document: "W1" }, { tab: 41, frame: 0, document: "W2" }];
    records.set("s", record("s"));
    await outbox.begin("s", await tickets.issue({ ...permission(null), document: "W1", tab: 40 }), own, inWindow);
    writing.add("W1");
    await step("s", "stored");
    expect(await outbox.unfinished(account, page)).toEqual([]);
    expect(await outbox.unfinished(account, page, other)).toEqual([]);
    await expect(outbox.adopt("s", inWindow, other)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(outbox.discard("s", inWindow, other)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(outbox.adopt("s", inWindow, own)).resolves.toBeDefined();
    writing.clear();
    expect((await outbox.unfinished(account, page, other)).map(({ id }) => id)).toEqual(["s"]);
    await expect(outbox.adopt("s", inWindow, other)).resolves.toBeDefined();
  });
});

describe("a Send whose page was left without a word", () => {
  it("is taken over by another page of the account once nobody is there any more, and not before", async () => {
    let there = true;
    const { tickets, outbox, step } = setup({ isAlive: () => Promise.resolve(there) });
    const purpose = { ...bound("composer").purpose, tab: 9, opener: "E" };
    const other = [{ ...bound("composer"), purpose }, { tab: 9, frame: 2, document: "F2" }] as const;
    records.clear();
    records.set("s", record("s"));
    await outbox.begin("s", await tickets.issue(permission(null)), frame, bound("composer"));
    await step("s", "stored");
    await step("s", "sending");
    await expect(outbox.adopt("s", ...other)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(outbox.discard("s", ...other)).rejects.toMatchObject({ code: "protocol.forbidden" });
    there = false;
    // What the server was asked for may have gone: it is not sent again by itself.
    expect((await outbox.adopt("s", ...other)).envelopes.map(({ state }) => state)).toEqual(["unknown"]);
    await expect(step("s", "sent")).rejects.toMatchObject({ code: "protocol.forbidden" });
    // Whoever has taken it over has it.
    there = true;
    await expect(outbox.adopt("s", bound("composer"), frame)).rejects.toMatchObject({ code: "protocol.forbidden" });
    records.set("t", record("t", { draft: "t" }));
    await outbox.begin("t", await tickets.issue(permission(null)), frame, bound("composer"));
    there = false;
    expect((await outbox.adopt("t", ...other)).envelopes.map(({ state, code }) => [state, code])).toEqual([["failed", "send.interrupted"]]);
  });
});
