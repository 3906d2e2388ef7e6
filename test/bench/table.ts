import type { Row } from "./row.ts";

/** Writes rows as a table in columns, and under a row what it consists of, if that is more than both sides' times. */
export function table(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [row.name, row.where, amount(row.value, row.unit), spread(row), against(row), `median of ${row.of}`, verdict(row)]);
  const widths = (cells[0] ?? []).map((_cell, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.flatMap((line, index) => {
    const aligned = line.map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ").trimEnd();
    const details = Object.entries(rows[index]?.details ?? {}).map(([what, value]) => `${what} ${short(value)}`);
    return details.length > 0 ? [aligned, `    ${details.join(", ")}`] : [aligned];
  });
}

function amount(value: number, unit: Row["unit"]): string {
  switch (unit) {
    case "ms":
      return `${Math.round(value)} ms`;
    case "times":
      return `${value.toFixed(2)} ×`;
    case "MB/s":
      return `${Math.round(value)} MB/s`;
  }
}

function spread({ spread, unit }: Row): string {
  if (!spread) return "";
  const [low, high] = spread.map((value) => amount(value, unit).replace(/ \D+$/, ""));
  return `(${low}–${high})`;
}

function against({ against, beside, value, unit }: Row): string {
  if (against !== undefined) return against;
  if (!beside) return "";
  const other = `${beside.name}: ${amount(beside.value, unit)}`;
  return unit === "MB/s" ? other : `${other}; on top: ${amount(value - beside.value, unit)}`;
}

/** A missed aim is to be found at a glance. */
function verdict({ aim }: Row): string {
  return aim ? `aim: at most ${aim.value} ${aim.what}, ${aim.met ? "met" : "MISSED"}` : "";
}

/** Three digits say all that there is to say. */
function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
