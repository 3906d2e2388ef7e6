/** What the program said of one case: a code, and what else differed from the expectation. */
export interface Said {
  code: string;
  difference?: string;
}

/** An answer of ours that is another one than the collection's, by a decision. */
export interface Decision {
  /** What we say instead. */
  code: string;
  why: string;
}

/** One case of somebody else's collection. */
export interface Case {
  group: string;
  name: string;
  expected: "valid" | "invalid";
  run: () => Promise<Said> | Said;
  /** Why the case cannot be put to us; it is not run then. */
  notApplicable?: string | undefined;
  /** What we answer on purpose where that is not what is expected; the case is run and held to it. */
  otherwise?: Decision | undefined;
}

export interface Row {
  group: string;
  name: string;
  expected: "valid" | "invalid";
  result: "passed" | "otherwise" | "failed" | "not applicable";
  /** The code; nothing where the case is not run. */
  said: string;
  /** Why the case is not run, or why the answer is another one. */
  why?: string;
}

/** Runs a case. One that answers as expected although another answer was decided fails too: the decision is told of in vain. */
export async function rowOf(one: Case): Promise<Row> {
  const { group, name, expected, otherwise } = one;
  if (one.notApplicable !== undefined) return { group, name, expected, result: "not applicable", said: "", why: one.notApplicable };
  const { code, difference } = await one.run();
  const asExpected = (code === "ok") === (expected === "valid") && difference === undefined;
  const said = difference === undefined ? code : `${code}, ${difference}`;
  if (otherwise === undefined) return { group, name, expected, result: asExpected ? "passed" : "failed", said };
  if (code === otherwise.code && !asExpected) return { group, name, expected, result: "otherwise", said, why: otherwise.why };
  return { group, name, expected, result: "failed", said: `${said}, where the decision was ${otherwise.code}` };
}

/** Decisions for the cases of a list whose names a pattern fits: the answer, and why. */
export type Decisions = readonly (readonly [names: RegExp, code: string, why: string])[];

/** The decision for a case, by its name. */
export function decided(decisions: Decisions, name: string): Decision | undefined {
  const found = decisions.find(([names]) => names.test(name));
  return found && { code: found[1], why: found[2] };
}
