/** @typedef {{passed: number, failed: number, skipped: number}} Count */

/**
 * Counts what a vitest run came to. A file that could not even be read, and an error outside any test, count as one
 * failure each: neither stands among the tests.
 * @param {{numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number, success: boolean, testResults: {status: string, assertionResults: {status: string}[]}[]} | null} report vitest's JSON; null if there is none
 * @param {number} exitCode
 * @returns {Count}
 */
export function countVitest(report, exitCode) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.every((each) => each.status !== "failed")).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Adds counts. @param {Count[]} counts @returns {Count} */
export function total(counts) {
  const sum = (key) => counts.reduce((all, count) => all + count[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The line that ends `npm test`. @param {Count} count */
export function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
