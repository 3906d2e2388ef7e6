import type { Page } from "../driver/driver.ts";
import type { Office, Person } from "../people/person.ts";

/** Where a walk-through happens: the lab, its people as they arrive, and a place for screenshots. */
export interface Stage extends Office {
  /** The person with browser and webmail; arrives when first asked for. */
  person(who: string): Promise<Person>;
  /** Saves a picture for the step that runs; answers its path. */
  picture(page: Page, name: string): Promise<void>;
  /** What steps leave for later ones. */
  notes: Map<string, unknown>;
}

export interface Step {
  number: number;
  title: string;
  /** Steps without which this one cannot be. */
  needs: number[];
  /** Does it and answers with its evidence, one line each; throws if something is not as it must be. */
  run(stage: Stage): Promise<string[] | { skipped: string }>;
}

/** Throws with the sentence unless the condition holds; evidence that would only be printed proves nothing. */
export function must(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}

export function mustBe<T>(actual: T, expected: T, what: string): void {
  must(Object.is(actual, expected), `${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}
