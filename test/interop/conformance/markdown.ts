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
- ✘ otherwise.
- – not applicable, with the reason: the case asks something that a mail program does not do, or contradicts another collection.
`;

const MARKS = { passed: "✔", failed: "✘", "not applicable": "–" } as const;

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
      ([group, some]) => `| ${group === "all" ? `**${title}**` : cell(group)} | ${count(some, "passed")} | ${count(some, "failed")} | ${count(some, "not applicable")} |`,
    ),
  );
  return ["| | passed | failed | not applicable |", "|---|---|---|---|", ...lines].join("\n");
}

function reasons(rows: readonly Row[]): string {
  const skipped = rows.filter(({ result }) => result === "not applicable");
  if (skipped.length === 0) return "";
  const lines = by(skipped, ({ said }) => said).map(([said, some]) => `- ${said}: ${some.length}`);
  return `\nNot applicable:\n\n${lines.join("\n")}\n`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, expected, result, said }) => `| ${cell(name)} | ${expected} | ${MARKS[result]} ${result === "not applicable" ? cell(said) : `\`${cell(said)}\``} |`);
  return ["| case | expected | |", "|---|---|---|", ...lines].join("\n");
}

/** Writes the table of the documentation. */
export function markdown(all: readonly Filled[]): string {
  const sections = all.map(({ title, how, rows }) => {
    const groups = groupsOf(rows).map(([group, some]) => `### ${group}\n\n${table(some)}\n`);
    return `## ${title}\n\n${how}\n${reasons(rows)}\n${groups.join("\n")}`;
  });
  return `${HEAD}\n${summary(all)}\n\n${sections.join("\n")}`;
}
