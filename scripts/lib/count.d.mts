export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  success: boolean;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}
export function countVitest(report: VitestReport | null, exitCode: number): Count;
export function total(counts: Count[]): Count;
export function sentence(count: Count): string;
