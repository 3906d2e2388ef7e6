import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Seconds that the long files of this folder take, roughly; every other file takes less. It need not be exact: it keeps a long file
 * from being the last, with nothing to run beside it.
 */
export const SECONDS: Readonly<Record<string, number>> = {
  "gallery.chromium.test.ts": 180,
  "faults.answers.test.ts": 165,
  "attacks.chromium.test.ts": 150,
  "attacks.firefox.test.ts": 150,
  "walk-through.chromium.test.ts": 145,
  "walk-through.firefox.test.ts": 145,
  "faults.chromium.test.ts": 125,
  "settings.chromium.test.ts": 100,
  "settings.firefox.test.ts": 100,
  "deployment.chromium.test.ts": 80,
  "deployment.firefox.test.ts": 80,
  "directories.test.ts": 80,
  "update.chromium.test.ts": 70,
};

/** Files without a number of their own come in the order of their names, so that an order that fails can be had again. */
export function longestFirst(files: readonly string[], seconds: Readonly<Record<string, number>> = SECONDS): string[] {
  return [...files].sort((a, b) => (seconds[b] ?? 0) - (seconds[a] ?? 0) || (a < b ? -1 : 1));
}

const folder = import.meta.dirname;

/** Vitest's own order (project by project, its groups kept), but end to end the longest first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const nameOf = (file: TestSpecification): string => relative(folder, file.moduleId);
    const ours = new Map(sorted.filter(({ project }) => project.name === "e2e").map((file) => [nameOf(file), file]));
    const next = longestFirst([...ours.keys()]).values();
    return sorted.map((file) => (file.project.name === "e2e" ? (ours.get(next.next().value ?? "") ?? file) : file));
  }
}
