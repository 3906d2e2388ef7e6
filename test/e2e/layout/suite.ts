import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { signedByOpenssl } from "../people/foreign-mail.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { readShown } from "../people/read.ts";
import { setUp } from "../people/set-up.ts";
import { seen, watch } from "./watch.ts";

/** Loads of each page. */
const LOADS = 3;

/** What is ours never moves what is the webmail's: it is there from the first frame that is drawn, and keeps its size. */
export function layoutSuite(browser: BrowserName): void {
  describe("loading a page of the webmail", () => {
    let lab: Lab;
    let bob: Person;
    let pages: Record<string, string>;

    beforeAll(async () => {
      lab = await startLab({ name: `layout-${browser}` });
      const office: Office = { lab, browser, web: lab.web, skin: "elastic" };
      const uid = await lab.append("bob", "INBOX", await signedByOpenssl(lab, { from: "alice", to: "bob", signer: "alice", text: "Nothing moves." }));
      pages = {
        list: `${lab.web}/?_task=mail&_mbox=INBOX`,
        message: `${lab.web}/?_task=mail&_action=show&_uid=${uid}&_mbox=INBOX`,
        composer: `${lab.web}/?_task=mail&_action=compose`,
        settings: `${lab.web}/?_task=settings`,
      };
      bob = await arrive(office, "bob");
      await setUp(bob, office);
      await bob.page.waitFor("[data-mailseal=compose]");
      await watch(bob.page);
    });
    afterAll(async () => {
      await bob?.driver.close();
      await lab?.stop();
    });

    it("draws no frame of the webmail without our controls, which keep their size", async () => {
      for (const [name, url] of Object.entries(pages)) {
        for (let load = 0; load < LOADS; load++) {
          await bob.page.goto(url);
          const { frames, without, sizes } = await seen(bob.page);
          console.log(`${browser}, ${name}: ${frames} frames, ${without} without our controls; ${JSON.stringify(sizes)}`);
          expect(frames, name).toBeGreaterThan(0);
          expect(Object.keys(sizes), name).toEqual(name === "composer" ? ["[data-mailseal=compose]", "[data-mailseal=sign]"] : ["[data-mailseal=compose]"]);
          expect(without, name).toBe(0);
          for (const [control, drawn] of Object.entries(sizes)) expect(drawn, `${name}: ${control}`).toHaveLength(1);
        }
      }
    });

    it("draws a frame of ours light or dark as the page around it, at once when that changes", async () => {
      await bob.page.goto(pages["message"] as string);
      const { reader } = await readShown(bob);
      for (const wanted of [true, false]) {
        await bob.page.evaluate((on) => document.documentElement.classList.toggle("dark-mode", on), wanted);
        await reader.until((given) => matchMedia("(prefers-color-scheme: dark)").matches === given, { what: wanted ? "the reader is dark" : "the reader is light" }, wanted);
      }
    });

    it("would notice a control that comes late or grows", async () => {
      await bob.page.goto(pages["list"] as string);
      await bob.page.waitFor("[data-mailseal=compose]");
      await bob.page.evaluate(async () => {
        const control = document.querySelector<HTMLElement>("[data-mailseal=compose]");
        const [before, after] = [control?.previousElementSibling, () => new Promise((resolve) => setTimeout(resolve, 200))];
        control?.remove();
        await after();
        before?.after(control as HTMLElement);
        await after();
        if (control) control.style.height = "200px";
        await after();
      });
      const { without, sizes } = await seen(bob.page);
      expect(without).toBeGreaterThan(0);
      expect(sizes["[data-mailseal=compose]"]?.length).toBeGreaterThan(1);
    });
  });
}
