import { expect, it } from "vitest";
import { compose, countDeliveries, leave, sendAndHear, test, told } from "./desk.ts";
import { asked, expectTidy, type Faults, hold, keptStates, largeFile } from "./suite.ts";

/** The mail server or Roundcube's configuration says no. */
export function serverRefuses(faults: Faults): void {
  it("the mail server refuses the recipient: failed with its words; a new Send of the text takes the old one's place", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const accept = desk.lab.refuse("bob@lab.test", "550 5.1.1 nobody of that name");
    faults.removers.push(accept);
    const composer = await compose(desk);
    const heard = await sendAndHear(composer);
    expect(heard).toMatchObject({ state: "failed", code: "send.refused" });
    expect(heard.text).toContain("550");
    accept();
    await composer.click(test("edit-again"));
    expect(await composer.evaluate(() => document.querySelector<HTMLElement>('[data-test="editor"]')?.innerText)).toContain("Text faultsecret");
    expect(await keptStates(faults)).toEqual(["failed"]);
    await desk.alice.page.activate();
    expect(await sendAndHear(composer)).toMatchObject({ state: "sent", code: "" });
    expect(await since()).toEqual({ bob: 1 });
    expect(await keptStates(faults)).toEqual([]);
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("of two Bcc copies the second is refused: the first stays sent, the second is named, and only it is tried again", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const accept = desk.lab.refuse("carol@lab.test", "550 5.1.1 nobody of that name");
    faults.removers.push(accept);
    const composer = await compose(desk, { to: ["alice"], bcc: ["bob", "carol"] });
    const heard = await sendAndHear(composer);
    expect(heard).toMatchObject({ state: "partly", code: "send.refused" });
    expect(heard.text).toMatch(/Not sent to .*carol@lab\.test/);
    expect(heard.text).not.toMatch(/Not sent to .*bob@lab\.test/);
    expect(await since()).toEqual({ alice: 1, bob: 1 });
    accept();
    await composer.click(test("send-again"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(await since()).toEqual({ alice: 1, bob: 1, carol: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
    // The Bcc copies in Sent, which name their recipients, are gone; the visible one stays.
    const sent = (await desk.lab.storedMessages("alice", "Sent")).map(({ raw }) => raw.toString("latin1"));
    expect(sent.filter((raw) => /^Resent-Bcc:/im.test(raw))).toEqual([]);
  });

  it("sendmail_delay=10: waits as the server asks, and sends each copy once", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    await desk.lab.roundcube.configure({ sendmail_delay: 10 });
    try {
      const composer = await compose(desk, { to: ["carol"], bcc: ["bob"] });
      expect(await sendAndHear(composer)).toMatchObject({ state: "sent", code: "" });
      expect(await since()).toEqual({ bob: 1, carol: 1 });
      await leave(desk, composer);
    } finally {
      await desk.lab.roundcube.configure({});
    }
    await expectTidy(faults);
  });

  it.each(["import", "bounce"] as const)("mail.%s is disabled: said with its code, and sent once it is allowed again", async (action) => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    await desk.lab.roundcube.configure({ disabled_actions: [`mail.${action}`] });
    const composer = await compose(desk);
    try {
      expect(await sendAndHear(composer)).toMatchObject({ state: "failed", code: `webmail.${action}-disabled` });
    } finally {
      await desk.lab.roundcube.configure({});
    }
    expect(await since()).toEqual({});
    await composer.click(test("send-again"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(await since()).toEqual({ bob: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
  });

  it("a message over the server's limit is known before anything leaves", async () => {
    const { desk } = faults;
    const composer = await compose(desk, { attach: largeFile(faults) });
    const from = desk.lab.proxy.requests.length;
    expect(await sendAndHear(composer)).toMatchObject({ state: "problem", code: "send.too-large" });
    expect(asked(faults, "import", from)).toBe(0);
    expect(await keptStates(faults)).toEqual([]);
    await desk.alice.page.activate();
    await leave(desk, composer);
  });

  it("the stored message is deleted before it is resent: not sent, and sent by trying again", async () => {
    const { desk } = faults;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const bounce = hold(faults, "bounce");
    await composer.click(test("send"));
    await bounce.reached();
    for (const { uid } of await desk.lab.storedMessages("alice", "Drafts")) await desk.lab.remove("alice", "Drafts", uid);
    bounce.release();
    expect(await told(composer)).toMatchObject({ state: "failed" });
    expect(await since()).toEqual({});
    await composer.click(test("send-again"));
    await composer.waitFor(`${test("result")}[data-state="sent"]`);
    expect(await since()).toEqual({ bob: 1 });
    await leave(desk, composer);
    await expectTidy(faults);
  });
}
