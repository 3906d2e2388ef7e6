import { describe, expect, it } from "vitest";
import { countVitest, sentence, total } from "../../../scripts/lib/count.mjs";

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, success: true, testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }] };

describe("counting what npm test came to", () => {
  it("takes vitest's own numbers", () => {
    expect(countVitest(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  it("counts a file that could not be read as a failure", () => {
    const broken = { ...report, success: false, testResults: [...report.testResults, { status: "failed", assertionResults: [] }] };
    expect(countVitest(broken, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it("counts a file with a failed test once", () => {
    const failed = { ...report, numFailedTests: 1, success: false, testResults: [{ status: "failed", assertionResults: [{ status: "failed" }] }] };
    expect(countVitest(failed, 1).failed).toBe(1);
  });

  it("counts an error outside any test, and a missing report", () => {
    expect(countVitest(report, 1).failed).toBe(1);
    expect(countVitest(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("ends with one sentence", () => {
    expect(sentence(total([{ passed: 2, failed: 0, skipped: 0 }, { passed: 1, failed: 1, skipped: 0 }]))).toBe("3 passed, 1 failed");
    expect(sentence({ passed: 1, failed: 0, skipped: 2 })).toBe("1 passed, 0 failed, 2 skipped");
  });
});
