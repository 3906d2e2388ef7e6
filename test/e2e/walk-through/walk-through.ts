import { openStage, type OpenStage, type StageOptions } from "./stage.ts";
import type { Step } from "./step.ts";
import { step1 } from "./step-1.ts";
import { step2 } from "./step-2.ts";
import { step3 } from "./step-3.ts";
import { step4 } from "./step-4.ts";
import { step5 } from "./step-5.ts";
import { step6 } from "./step-6.ts";
import { step7 } from "./step-7.ts";
import { step8 } from "./step-8.ts";

/** The steps in their order. */
export const steps: Step[] = [step1, step2, step3, step4, step5, step6, step7, step8];

export interface StepResult {
  number: number;
  title: string;
  evidence: string[];
  screenshots: string[];
  skipped?: string;
  error?: string;
  seconds?: number;
}

/** Runs one step and never throws: what went wrong is in `error`. */
export async function runStep(step: Step, { stage, begin, failed }: OpenStage, missing: number[] = []): Promise<StepResult> {
  const screenshots = begin(step.number);
  const result = { number: step.number, title: step.title, evidence: [], screenshots };
  const lacking = step.needs.filter((number) => missing.includes(number));
  if (lacking.length > 0) return { ...result, error: `step ${lacking.join(", ")} failed before` };
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const answer = await step.run(stage);
    return Array.isArray(answer) ? { ...result, evidence: answer, seconds: seconds() } : { ...result, ...answer, seconds: seconds() };
  } catch (error) {
    // A browser that went away has no pages left to take pictures of.
    const complaints = await failed().catch((): string[] => []);
    return { ...result, error: [error instanceof Error ? error.message : String(error), ...complaints].join("\n    "), seconds: seconds() };
  }
}

/** Walks through all steps, one after the other, telling of each as it begins, and closes the browsers at the end. */
export async function* walkThrough(options: StageOptions, onBegin: (step: Step) => void = () => undefined): AsyncGenerator<StepResult> {
  const open = openStage(options);
  const missing: number[] = [];
  try {
    for (const step of steps) {
      onBegin(step);
      const result = await runStep(step, open, missing);
      if (result.error) missing.push(step.number);
      yield result;
    }
  } finally {
    await open.close();
  }
}
