/** What the program said of one case: a code, and what else differed from the expectation. */
export interface Said {
  code: string;
  difference?: string;
}

/** One case of somebody else's collection. */
export interface Case {
  group: string;
  name: string;
  expected: "valid" | "invalid";
  run: () => Promise<Said> | Said;
  /** Why the case asks something that a mail program does not do; it is not run then. */
  notApplicable?: string | undefined;
}

export interface Row {
  group: string;
  name: string;
  expected: "valid" | "invalid";
  result: "passed" | "failed" | "not applicable";
  /** The code, or the reason. */
  said: string;
}

/** Runs a case. */
export async function rowOf(one: Case): Promise<Row> {
  const { group, name, expected } = one;
  if (one.notApplicable !== undefined) return { group, name, expected, result: "not applicable", said: one.notApplicable };
  const { code, difference } = await one.run();
  const passed = (code === "ok") === (expected === "valid") && difference === undefined;
  return { group, name, expected, result: passed ? "passed" : "failed", said: difference === undefined ? code : `${code}, ${difference}` };
}
