import { expect, it } from "vitest";
import { comeBack, compose, countDeliveries, endSessions, leave, newTab, nothingLeft, openUnfinished, test, told } from "./desk.ts";
import { asked, expectTidy, type Faults, hold, keptStates } from "./suite.ts";

const steps = ["import", "bounce"] as const;

/** The background, the page or the session ends between two steps. */
export function interrupted(faults: Faults): void {
  it.each(steps)("the background is stopped while the %s is under way: sent once", async (step) => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = hold(faults, step);
    await composer.click(test("send"));
    await held.reached();
    await desk.alice.driver.stopBackground();
    held.release();
    expect(await told(composer)).toMatchObject({ state: "sent", code: "" });
    expect(await since()).toEqual({ bob: 1 });
    expect(await keptStates(faults)).toEqual([]);
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("the tab is closed before the message is stored: told at the next visit, and sent from the kept ciphertext", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = hold(faults, "import");
    await composer.click(test("send"));
    await held.reached();
    await desk.alice.page.close();
    held.release();
    await newTab(desk);
    const list = await openUnfinished(desk.alice);
    expect(await list.text(test("unfinished-unsent"))).toContain("bob@lab.test");
    const from = desk.lab.proxy.requests.length;
    await list.click(test("send-again"));
    await nothingLeft(desk, list);
    expect(await since()).toEqual({ bob: 1 });
    // The import that was under way had happened: its message was found and used.
    expect(asked(faults, "import", from)).toBeLessThanOrEqual(1);
    await expectTidy(faults);
  });

  it("the tab is closed while the server sends: unknown at the next visit, found in Sent, never sent again", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = hold(faults, "bounce");
    await composer.click(test("send"));
    await held.reached();
    await desk.alice.page.close();
    held.release();
    await newTab(desk);
    expect(await keptStates(faults)).toEqual(["unknown"]);
    await desk.alice.page.activate();
    const list = await openUnfinished(desk.alice);
    expect(await list.exists(test("send-again"))).toBe(false);
    const from = desk.lab.proxy.requests.length;
    await list.click(test("look-in-sent"));
    await nothingLeft(desk, list);
    expect(asked(faults, "bounce", from)).toBe(0);
    expect(await since()).toEqual({ bob: 1 });
    await expectTidy(faults);
  });

  it.each(steps)("the session ends before the %s: said, and sent after signing in again", async (step) => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const held = hold(faults, step);
    await composer.click(test("send"));
    await held.reached();
    await endSessions(desk);
    held.release();
    expect(await told(composer)).toMatchObject({ code: "webmail.signed-out" });
    // The composer shows nothing of the message any more, and the draft is kept.
    await composer.waitFor(`${test("emptied")}[data-why="ended"][data-written="kept"]`);
    expect(await since()).toEqual({});
    await comeBack(desk);
    const list = await openUnfinished(desk.alice);
    await list.click(test("send-again"));
    await nothingLeft(desk, list);
    expect(await since()).toEqual({ bob: 1 });
    await expectTidy(faults);
  });
}
