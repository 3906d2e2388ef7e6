import { expect, it } from "vitest";
import { comeBack, compose, countDeliveries, leave, nothingLeft, openUnfinished, sendAndHear, test, told } from "./desk.ts";
import { asked, expectTidy, fault, type Faults, keptStates } from "./suite.ts";

/** The proxy drops exactly the answer, or cuts the line before the server sees anything. */
export function answersLost(faults: Faults): void {
  it("the answer to Resend is lost after the server accepted: Sent proves it, and it is sent once", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const from = desk.lab.proxy.requests.length;
    const dropped = fault(faults, "bounce", "drop-answer");
    expect(await sendAndHear(composer)).toMatchObject({ state: "sent", code: "" });
    expect(dropped.hits).toHaveLength(1);
    expect(asked(faults, "bounce", from)).toBe(1);
    expect(await since()).toEqual({ bob: 1 });
    expect(await keptStates(faults)).toEqual([]);
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("that answer is lost and Sent cannot be read either: unknown, never again by itself, and found by looking later", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const dropped = fault(faults, "bounce", "drop-answer");
    // Every search but the first, which finds the message in Drafts, fails.
    let searches = 0;
    const cut = desk.lab.proxy.fault({ match: ({ method, url }) => method === "GET" && /_action=search\b/.test(url) && ++searches > 1, action: "refuse" });
    faults.removers.push(cut.remove);
    expect(await sendAndHear(composer)).toMatchObject({ state: "unknown" });
    expect(dropped.hits).toHaveLength(1);
    expect(await composer.exists(test("send-again"))).toBe(false);
    expect(await keptStates(faults)).toEqual(["unknown"]);
    await desk.alice.page.activate();
    cut.remove();
    const from = desk.lab.proxy.requests.length;
    await composer.click(test("look-in-sent"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(asked(faults, "bounce", from)).toBe(0);
    expect(await since()).toEqual({ bob: 1 });
    expect(await keptStates(faults)).toEqual([]);
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("the line is cut before Resend reaches the server: unknown, told in the page until somebody gives it up", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const cut = fault(faults, "bounce", "refuse", 99);
    expect(await sendAndHear(composer)).toMatchObject({ state: "unknown" });
    cut.remove();
    await composer.click(test("look-in-sent"));
    expect(await told(composer, { looked: true })).toMatchObject({ state: "unknown" });
    await leave(desk, composer);
    await comeBack(desk);
    const list = await openUnfinished(desk.alice);
    expect(await list.text(test("unfinished-unknown"))).toContain("bob@lab.test");
    expect(await list.exists(test("send-again"))).toBe(false);
    await list.click(test("unfinished-discard"));
    await nothingLeft(desk, list);
    expect(await since()).toEqual({});
    expect(await keptStates(faults)).toEqual([]);
    await expectTidy(faults);
  });

  it("the answer to the import is lost: the stored message is found and sent once", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    fault(faults, "import", "drop-answer");
    expect(await sendAndHear(composer)).toMatchObject({ state: "sent", code: "" });
    expect(await since()).toEqual({ bob: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("the answer to the import is lost and the network stays away: failed, and trying again stores no second copy", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    // A browser may repeat a request by itself whose connection broke; what it stored twice is taken away twice.
    fault(faults, "import", "drop-answer");
    const cut = fault(faults, "search", "refuse", 99);
    expect(await sendAndHear(composer)).toMatchObject({ state: "failed", code: "webmail.unreachable" });
    cut.remove();
    const from = desk.lab.proxy.requests.length;
    await composer.click(test("send-again"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(asked(faults, "import", from)).toBe(0);
    expect(await since()).toEqual({ bob: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("the network is cut at the import: failed, and sent by trying again", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const cut = fault(faults, "import", "refuse", 99);
    expect(await sendAndHear(composer)).toMatchObject({ state: "failed", code: "webmail.unreachable" });
    cut.remove();
    expect(await keptStates(faults)).toEqual(["failed"]);
    await desk.alice.page.activate();
    await composer.click(test("send-again"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(await since()).toEqual({ bob: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
  });
}
