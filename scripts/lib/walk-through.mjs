import { loadTest } from "./load-test.mjs";

/** Compiles the walk-through, which the tests use too, for this Node. Packages must have been installed. */
export const loadWalkThrough = () => loadTest("test/e2e/walk-through/walk-through.ts");
