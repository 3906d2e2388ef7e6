import { expect, it } from "vitest";
import { poll } from "../driver/wait.ts";
import { type Person, signIn } from "../people/person.ts";
import { addCertificates, setUp } from "../people/set-up.ts";
import { openComposer } from "../people/write.ts";
import { compose, countDeliveries, leave, outbox, test, told } from "./desk.ts";
import { expectTidy, type Faults, hold, keptStates } from "./suite.ts";

/** Several Sends in one browser at the same time. */
export function sideBySide(faults: Faults): void {
  it("two tabs of one account and a second account in another webmail send at once: each its own message, once", async () => {
    const { desk } = faults;
    const { alice, lab } = desk;
    // The same server under another name is another origin, with a session of its own: Carol's.
    const web = lab.web.replace("127.0.0.1", "localhost");
    const carol: Person = { who: "carol", address: lab.address("carol"), driver: alice.driver, page: await alice.driver.open(`${web}/`) };
    if (await carol.page.exists("#rcmloginuser")) await signIn(carol.page, carol.address, lab.password("carol"));
    await setUp(carol, { ...desk, web }, { ...lab.certificates.pkcs12("carol"), trust: [] });
    await addCertificates(carol, [lab.certificates.certificate("alice")]);
    const second: Person = { ...alice, page: await alice.driver.open(`${desk.web}/?_task=mail`) };
    const since = await countDeliveries(desk);

    const people = [alice, second, carol];
    for (const person of people) await person.page.activate().then(() => person.page.waitFor("[data-mailseal=compose]"));
    const held = hold(faults, "bounce");
    const composers = [];
    for (const person of people) {
      await person.page.activate();
      const composer = await compose(desk, { to: [person === carol ? "alice" : "bob"] }, person);
      await composer.click(test("send"));
      if (person === alice) await held.reached();
      composers.push(composer);
    }
    // Alice's first tab waits for its answer while the others begin and end; no tab takes it for left behind.
    const [first, ...others] = composers;
    if (!first) throw new Error("no composer");
    for (const composer of others) expect(await told(composer)).toMatchObject({ state: "sent", code: "" });
    expect(await second.page.exists("[data-mailseal=unfinished]")).toBe(false);
    expect(await keptStates(faults)).toEqual(["sending"]);
    held.release();
    expect(await told(first)).toMatchObject({ state: "sent", code: "" });

    expect(await since()).toEqual({ bob: 2, alice: 1 });
    expect((await outbox(desk)).records.filter(({ account }) => account === carol.address)).toHaveLength(1);
    expect(await keptStates(faults)).toEqual([]);
    await alice.page.activate();
    await leave(desk, first);
    await second.page.close();
    await carol.page.close();
    await alice.page.activate();
    await expectTidy(faults);
  });

  it("another account signed in meanwhile: Alice's composer is empty, nothing of hers is sent, its session is told nothing of it, and her draft waits", async () => {
    const { desk } = faults;
    const { alice, lab } = desk;
    const since = await countDeliveries(desk);
    const composer = await compose(desk);
    const other = await alice.driver.open(`${desk.web}/?_task=mail`);
    await signOut(other);
    await signIn(other, lab.address("bob"), lab.password("bob"));
    await alice.page.activate();
    await composer.waitFor(`${test("emptied")}[data-why="ended"][data-written="kept"]`);
    expect(await composer.exists(test("send"))).toBe(false);
    expect(await since()).toEqual({});
    expect((await lab.storedMessages("bob", "Drafts")).length).toBe(0);
    await alice.page.goto(`${desk.web}/?_task=mail`);
    await alice.page.waitFor("[data-mailseal=compose]");
    await other.reload();
    await other.waitFor("[data-mailseal=compose]");
    await poll(() => other.evaluate(() => document.readyState === "complete"), "the page", 10_000);
    expect(await other.exists("[data-mailseal=unfinished]")).toBe(false);
    await signOut(other);
    await other.close();
    await alice.page.activate();
    await alice.page.goto(`${desk.web}/?_task=mail`);
    await signIn(alice.page, alice.address, lab.password("alice"));
    expect(await keptStates(faults)).toEqual([]);
    const again = await openComposer(alice);
    await again.click(test("draft-discard"));
    await leave(desk, again);
  });
}

async function signOut(page: Person["page"]): Promise<void> {
  const token = await page.evaluate(() => /"request_token":"([^"]+)"/.exec(document.documentElement.innerHTML)?.[1] ?? "");
  const { origin } = new URL(await page.url());
  await page.goto(`${origin}/?_task=logout&_token=${token}`);
  await page.waitFor("#rcmloginuser");
  // The page of the logout has a form of the session that it ended; a fresh one has its own.
  await page.goto(`${origin}/`);
  await page.waitFor("#rcmloginuser");
}
