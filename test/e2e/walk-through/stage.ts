import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { arrive, type Person } from "../people/person.ts";
import type { Stage } from "./step.ts";

export interface StageOptions {
  lab: Lab;
  browser: BrowserName;
  skin: "elastic" | "larry";
}

/** What `openStage` gives besides the stage itself. */
export interface OpenStage {
  stage: Stage;
  /** Names the step whose pictures come next; answers the list that their paths go to. */
  begin: (step: number) => string[];
  /** A picture of everybody's page and what their browsers complained of, for a step that failed. */
  failed: () => Promise<string[]>;
  close: () => Promise<void>;
}

/** Opens the stage in a lab that is up; browsers start as their people are needed. */
export function openStage({ lab, browser, skin }: StageOptions): OpenStage {
  const web = skin === "larry" ? lab.larryProxy?.origin : lab.web;
  if (!web) throw new Error("the lab was started without Larry");
  const people = new Map<string, Promise<Person>>();
  let pictures: string[] = [];
  let current = 0;
  const office = { lab, browser, web, skin };
  const folder = join(lab.root, ".lab/screenshots", skin === "larry" ? `${browser}-larry` : browser);
  const stage: Stage = {
    ...office,
    notes: new Map<string, unknown>(),
    person: (who) => {
      const known = people.get(who) ?? arrive(office, who);
      people.set(who, known);
      return known;
    },
    picture: async (page, name) => {
      const path = join(folder, `${String(current).padStart(2, "0")}-${name}.png`);
      await page.screenshot(path);
      pictures.push(path);
    },
  };
  return {
    stage,
    begin: (step) => {
      current = step;
      pictures = [];
      return pictures;
    },
    failed: async () => {
      const lines: string[] = [];
      for (const [who, coming] of people) {
        const person = await coming.catch(() => null);
        if (!person) continue;
        for (const [index, page] of (await person.driver.pages()).entries()) {
          if ((await page.url().catch(() => "")) !== "about:blank") await stage.picture(page, `failed-${who}-${index}`).catch(() => undefined);
        }
        lines.push(...person.driver.messages.slice(-10).map((message) => `${who}'s browser: ${message}`));
      }
      return lines;
    },
    close: async () => {
      await Promise.all([...people.values()].map(async (coming) => (await coming.catch(() => null))?.driver.close()));
    },
  };
}
