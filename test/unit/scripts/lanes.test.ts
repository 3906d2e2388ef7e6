import { describe, expect, it } from "vitest";
import { planFor, runLanes, type Stage, type StageResult } from "../../../scripts/lib/lanes.mjs";

const passed: StageResult = { passed: 1, failed: 0, skipped: 0, seconds: 0 };

describe("stages of npm test in lanes", () => {
  it("run side by side, and one after another in a lane", async () => {
    const events: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const stage = (name: string, run: () => Promise<unknown> = () => Promise.resolve()): Stage => ({ name, run: async () => {
      events.push(`${name} begins`);
      await run();
      return passed;
    } });
    const ended: string[] = [];
    // The first of one lane ends only when the second of the other has begun.
    await runLanes([[stage("a", () => gate), stage("b")], [stage("c"), stage("d", () => Promise.resolve(open()))]], (name) => ended.push(name));
    expect(events).toEqual(["a begins", "c begins", "d begins", "b begins"]);
    expect(ended.toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  it("count one that crashes as failed, and go on", async () => {
    const told: string[] = [];
    const crash: Stage = { name: "crash", run: () => Promise.reject(new Error("no memory")) };
    const results = await runLanes([[crash, { name: "next", run: () => Promise.resolve(passed) }]], (name, { output }) => told.push(`${name} ${output?.split("\n")[0] ?? ""}`));
    expect(results.get("crash")).toMatchObject({ passed: 0, failed: 1 });
    expect(results.get("next")).toBe(passed);
    expect(told).toEqual(["crash crash crashed: Error: no memory", "next "]);
  });

  it("leave out what nobody wants, and lanes and rounds with nothing in them", () => {
    const plan = [[["build"]], [["unit", "fuzz"], ["types"]], [["e2e"]]];
    expect(planFor(plan, () => true)).toEqual(plan);
    expect(planFor(plan, (name) => ["fuzz", "e2e"].includes(name))).toEqual([[["fuzz"]], [["e2e"]]]);
  });
});
