import { describe, expect, it } from "vitest";
import { interrupt, isOver, takeStep } from "../../../src/background/outbox-steps.ts";
import { nextStates, type OutboxRecord, type SendState } from "../../../src/protocol/outbox.ts";

const states = Object.keys(nextStates) as SendState[];

const record = (...all: SendState[]): OutboxRecord => ({
  id: "s",
  account: "alice@lab.test",
  origin: "https://mail.example.org",
  createdAt: "2026-01-01T00:00:00.000Z",
  recipients: [],
  protection: { signed: true, encrypted: true },
  identity: "1",
  draft: "d",
  envelopes: all.map((state, index) => ({ id: String(index), recipients: [], visible: index === 0, state, code: null, message: null })),
});

const step = (envelope: string, state: SendState) => ({ envelope, state, message: null, code: null });

describe("outbox: steps of an envelope", () => {
  it.each(states.flatMap((from) => states.map((to) => [from, to] as const)))("from %s to %s", (from, to) => {
    const take = () => takeStep(record(from), step("0", to)).envelopes[0]?.state;
    if (nextStates[from].includes(to)) expect(take()).toBe(to);
    else expect(take).toThrow("protocol.forbidden");
  });

  it("never lets what was sent, or may have been sent, be sent again", () => {
    for (const from of ["sent", "filed", "sending", "unknown"] as const) {
      for (const to of ["prepared", "stored", "sending"] as const) expect(() => takeStep(record(from), step("0", to))).toThrow();
    }
  });

  it("keeps each envelope's state, and knows no other envelopes", () => {
    const after = takeStep(record("sending", "prepared"), step("0", "sent"));
    expect(after.envelopes.map(({ state }) => state)).toEqual(["sent", "prepared"]);
    expect(() => takeStep(record("prepared"), step("9", "stored"))).toThrow("store.not-found");
  });

  it("makes unknown what was being sent when the page went, and failed what was not asked for yet", () => {
    const after = interrupt(record("prepared", "stored", "sending", "sent", "filed", "failed", "unknown"));
    expect(after.envelopes.map(({ state }) => state)).toEqual(["failed", "failed", "unknown", "sent", "filed", "failed", "unknown"]);
    expect(interrupt(after)).toEqual(after);
  });

  it("is over when everybody was sent to", () => {
    expect(isOver(record("filed", "filed"))).toBe(true);
    expect(isOver(record("filed", "sent", "sending"))).toBe(false);
  });
});
