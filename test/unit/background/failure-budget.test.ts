import { describe, expect, it } from "vitest";
import { failureBudget, FAILURES_PER_HOUR } from "../../../src/background/failure-budget.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { memoryArea } from "./memory-area.ts";

const origin = "https://mail.example.org";

function setup() {
  let now = 1_000_000;
  const area = memoryArea();
  return { make: () => failureBudget(sessionTable(area, "budget"), () => new Date(now)), pass: (ms: number) => (now += ms) };
}

describe("failure budget", () => {
  it("counts every message that was not reported as opened, also over the worker's death", async () => {
    const { make } = setup();
    for (let i = 0; i < FAILURES_PER_HOUR; i++) await make().charge(origin, `frame ${i}`);
    await expect(make().charge(origin, "one more")).rejects.toMatchObject({ code: "keys.failure-budget" });
    await expect(make().charge("https://other.example.org", "one more")).resolves.toBeUndefined();
  });

  it("charges one message once, however many operations it needs", async () => {
    const { make } = setup();
    for (let i = 0; i < 10; i++) await make().charge(origin, "same");
    for (let i = 1; i < FAILURES_PER_HOUR; i++) await make().charge(origin, `frame ${i}`);
    await expect(make().charge(origin, "one more")).rejects.toMatchObject({ code: "keys.failure-budget" });
  });

  it("gives back what opened", async () => {
    const { make } = setup();
    for (let i = 0; i < 100; i++) {
      await make().charge(origin, `frame ${i}`);
      await make().refund(origin, `frame ${i}`);
    }
    await expect(make().charge(origin, "one more")).resolves.toBeUndefined();
  });

  it("recovers after an hour or by a click in a window of ours", async () => {
    const { make, pass } = setup();
    for (let i = 0; i < FAILURES_PER_HOUR; i++) await make().charge(origin, `frame ${i}`);
    pass(3_600_001);
    for (let i = 0; i < FAILURES_PER_HOUR; i++) await make().charge(origin, `later ${i}`);
    await expect(make().charge(origin, "one more")).rejects.toBeDefined();
    await make().reset(origin);
    await expect(make().charge(origin, "one more")).resolves.toBeUndefined();
  });
});
