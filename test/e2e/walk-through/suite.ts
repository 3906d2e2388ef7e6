import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { openStage, type OpenStage } from "./stage.ts";
import { runStep, steps } from "./walk-through.ts";

/** The walk-through as tests, one a step, in a lab of its own. */
export function walkThroughSuite(browser: BrowserName): void {
  describe(`walk-through in ${browser}`, () => {
    let lab: Lab;
    let open: OpenStage;
    const missing = new Set<number>();

    beforeAll(async () => {
      lab = await startLab({ name: `e2e-${browser}` });
      open = openStage({ lab, browser, skin: "elastic" });
    });
    afterAll(async () => {
      await open?.close();
      await lab?.stop();
    });

    it.for(steps)("step $number: $title", { timeout: 300_000 }, async (step, { skip }) => {
      const { error, skipped } = await runStep(step, open, [...missing]);
      if (error) missing.add(step.number);
      else missing.delete(step.number);
      if (skipped) {
        console.log(`step ${step.number} skipped: ${skipped}`);
        skip(skipped);
      }
      expect(error).toBeUndefined();
    });
  });
}
