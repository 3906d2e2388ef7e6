import { expect, it } from "vitest";
import type { Frame } from "../driver/driver.ts";
import { poll } from "../driver/wait.ts";
import { compose, countDeliveries, nothingLeft, openUnfinished, outbox, startAgain, test } from "./desk.ts";
import { asked, expectTidy, type Faults, hold, keptStates } from "./suite.ts";

/** The whole browser dies (CO-06, CO-09): what it had asked the server for is known from its profile alone. */
export function browserKilled(faults: Faults): void {
  it("the browser is killed before the message is stored: told at the next visit, and sent once from the kept ciphertext", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = await sendInto(faults, composer, "import");
    await desk.alice.driver.kill();
    held.release();
    await startAgain(desk);
    expect(await keptStates(faults)).toEqual(["failed"]);
    expect((await outbox(desk)).messages.length).toBeGreaterThan(0);
    await expectOnlyCiphertext(faults);
    const list = await openUnfinished(desk.alice);
    expect(await list.text(test("unfinished-unsent"))).toContain("bob@lab.test");
    expect(await since()).toEqual({});
    const from = desk.lab.proxy.requests.length;
    await list.click(test("send-again"));
    await nothingLeft(desk, list);
    expect(asked(faults, "bounce", from)).toBe(1);
    expect(await since()).toEqual({ bob: 1 });
    await expectTidy(faults);
  });

  it("the browser is killed while the server sends: unknown at the next visit, found in Sent, never sent again", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = await sendInto(faults, composer, "bounce");
    await desk.alice.driver.kill();
    held.release();
    await startAgain(desk);
    expect(await keptStates(faults)).toEqual(["unknown"]);
    await expectOnlyCiphertext(faults);
    const list = await openUnfinished(desk.alice);
    expect(await list.text(test("unfinished-unknown"))).toContain("bob@lab.test");
    expect(await list.exists(test("send-again"))).toBe(false);
    const from = desk.lab.proxy.requests.length;
    await list.click(test("look-in-sent"));
    await nothingLeft(desk, list);
    expect(asked(faults, "bounce", from)).toBe(0);
    expect(await since()).toEqual({ bob: 1 });
    await expectTidy(faults);
  });
}

/** Clicks Send and waits until the server is asked for the step, which is held; a browser that was just installed asks for some patience first. */
async function sendInto(faults: Faults, composer: Frame, step: "import" | "bounce"): Promise<{ release: () => void }> {
  const held = hold(faults, step);
  await composer.click(test("send"));
  await poll(async () => {
    if (await composer.exists(`${test("problem")}[data-code="send.policy-unknown"]`)) {
      await composer.click(test("problem-dismiss"));
      await composer.click(test("send"));
    }
    return held.isReached();
  }, `${step} is asked for`, 30_000);
  return held;
}

/** No word of what was written lies anywhere: not on the server, and not in the profile that the dead browser left. */
async function expectOnlyCiphertext({ desk }: Faults): Promise<void> {
  expect(await desk.lab.searchEverywhere(desk.secrets, [desk.alice.driver.profile])).toEqual([]);
}
