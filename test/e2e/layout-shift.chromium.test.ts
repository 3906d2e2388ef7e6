import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import type { Page } from "./driver/driver.ts";
import { signedByOpenssl } from "./people/foreign-mail.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { setUp } from "./people/set-up.ts";

/** Loads of each page; the calmest one counts, as Roundcube's own fonts come sooner or later: what we shift, we shift at every load. */
const LOADS = 4;

/** Sum of what moved in the tab's document by itself since it began to load (Layout Instability: `layout-shift`), 1 being the whole window. */
function shifted(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) sum += entry.value;
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    observer.disconnect();
    return sum;
  });
}

async function calmest(page: Page, url: string): Promise<number> {
  const sums: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    await page.goto(url);
    sums.push(await shifted(page));
  }
  return Math.min(...sums);
}

describe("loading a page of the webmail", () => {
  let lab: Lab;
  let office: Office;
  let bob: Person;
  let pages: Record<string, string>;

  beforeAll(async () => {
    lab = await startLab({ name: "layout-shift" });
    office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    const uid = await lab.append("bob", "INBOX", await signedByOpenssl(lab, { from: "alice", to: "bob", signer: "alice", text: "Nothing moves." }));
    pages = {
      list: `${lab.web}/?_task=mail&_mbox=INBOX`,
      message: `${lab.web}/?_task=mail&_action=show&_uid=${uid}&_mbox=INBOX`,
      composer: `${lab.web}/?_task=mail&_action=compose`,
      settings: `${lab.web}/?_task=settings`,
    };
    bob = await arrive(office, "bob");
  });
  afterAll(async () => {
    await bob?.driver.close();
    await lab?.stop();
  });

  it("shifts nothing visible that would not shift without us", async () => {
    const without: Record<string, number> = {};
    // Before the webmail was allowed, nothing of ours runs in it.
    for (const [name, url] of Object.entries(pages)) without[name] = await calmest(bob.page, url);
    await bob.page.goto(pages["list"] as string);
    await setUp(bob, office);
    await bob.page.waitFor("[data-mailseal=compose]");
    const withUs: Record<string, number> = {};
    for (const [name, url] of Object.entries(pages)) withUs[name] = await calmest(bob.page, url);
    console.log(`layout shift without us ${JSON.stringify(without)}, with us ${JSON.stringify(withUs)}`);
    // What Roundcube shifts itself differs a little from load to load.
    for (const name of Object.keys(pages)) expect(withUs[name], name).toBeLessThanOrEqual((without[name] as number) * 1.02 + 0.001);
  });

  it("would notice a shift", async () => {
    await bob.page.goto(pages["list"] as string);
    await bob.page.evaluate(() => {
      const bar = document.createElement("div");
      bar.style.height = "80px";
      document.querySelector("#layout-menu, body")?.prepend(bar);
    });
    expect(await shifted(bob.page)).toBeGreaterThan(0.001);
  });
});
