import type { Row } from "./case.ts";

/** A collection with what became of its cases. */
export interface Filled {
  title: string;
  how: string;
  rows: readonly Row[];
}

const HEAD = `# Certification paths against other people's tests

What the path validation of \`src/pki\` says of collections of certificates whose results are known. This file is written by
\`test/interop/conformance/conformance.test.ts\`, which runs every case anew and fails where the result is another one;
\`npx vitest run --project interop test/interop/conformance --update\` writes it again. The collections lie beside the checkout.

- ✔ as expected: accepted (\`ok\`), or refused with the code named.
- ≠ otherwise, on purpose: the case is run, and our answer is another one by a decision, with the reason. The test fails when the answer becomes any other, the expected one too.
- ✘ failed: neither of these.
- – not applicable, with the reason: the case cannot be put to us. It is not run.

How far the table reaches:

- The collections on hand are parts of the published ones. Of NIST PKITS a third of the test numbers is missing, of x509-limbo a quarter (52 of 208 cases; those of BetterTLS are not in it at all), of BoringSSL's test data about a quarter. Nothing is said here of what is missing.
- Most expectations come with the collections, in files. Where they stand only in the source of the collection's own tests, they were typed by hand from there: all of pyca/cryptography's, and BoringSSL's on names, name constraints, the path builder, single signatures and some of its single extensions.
`;

const MARKS = { passed: "✔", otherwise: "≠", failed: "✘", "not applicable": "–" } as const;

/** The results in the order of the columns. */
const RESULTS = ["passed", "otherwise", "failed", "not applicable"] as const;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function count(rows: readonly Row[], result: Row["result"]): number {
  return rows.filter((row) => row.result === result).length;
}

function by(rows: readonly Row[], key: (row: Row) => string): [string, Row[]][] {
  return [...new Set(rows.map(key))].map((name) => [name, rows.filter((row) => key(row) === name)]);
}

function groupsOf(rows: readonly Row[]): [string, Row[]][] {
  return by(rows, ({ group }) => group);
}

function summary(all: readonly Filled[]): string {
  const lines = all.flatMap(({ title, rows }) =>
    ([["all", [...rows]] as [string, Row[]], ...groupsOf(rows)]).map(
      ([group, some]) => `| ${group === "all" ? `**${title}**` : cell(group)} | ${RESULTS.map((result) => count(some, result)).join(" | ")} |`,
    ),
  );
  return ["| | passed | otherwise, on purpose | failed | not applicable |", "|---|---|---|---|---|", ...lines].join("\n");
}

function reasons(rows: readonly Row[], result: "otherwise" | "not applicable", title: string): string {
  const some = rows.filter((row) => row.result === result);
  if (some.length === 0) return "";
  const lines = by(some, ({ said, why = "" }) => (said === "" ? why : `\`${said}\`: ${why}`)).map(([reason, each]) => `- ${reason}: ${each.length}`);
  return `\n${title}:\n\n${lines.join("\n")}\n`;
}

function answer({ said, why }: Row): string {
  return [said === "" ? [] : `\`${cell(said)}\``, why === undefined ? [] : cell(why)].flat().join(": ");
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${cell(row.name)} | ${row.expected} | ${MARKS[row.result]} ${answer(row)} |`);
  return ["| case | expected | |", "|---|---|---|", ...lines].join("\n");
}

/** Writes the table of the documentation. */
export function markdown(all: readonly Filled[]): string {
  const sections = all.map(({ title, how, rows }) => {
    const groups = groupsOf(rows).map(([group, some]) => `### ${group}\n\n${table(some)}\n`);
    return `## ${title}\n\n${how}\n${reasons(rows, "otherwise", "Otherwise, on purpose")}${reasons(rows, "not applicable", "Not applicable")}\n${groups.join("\n")}`;
  });
  return `${HEAD}\n${summary(all)}\n\n${sections.join("\n")}`;
}
