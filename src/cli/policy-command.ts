import { managedReport } from "../policy/managed-report.ts";
import { leftOutByChromium } from "../policy/schema-fit.ts";
import { readInput } from "./files.ts";
import { InputError } from "./input-error.ts";
import { readOptions } from "./options.ts";
import { harmless, paintFor } from "./paint.ts";
import { meaning } from "./report.ts";
import { UsageError } from "./usage-error.ts";

/** `mailseal policy FILE`: what the settings of a policy file come to, before ten thousand browsers read it. Ends with 1 where something does less than it says. */
export function policyCommand(args: string[]): number {
  const { values, positionals } = readOptions(args, { json: { type: "boolean", default: false } });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("policy takes one file");
  const found = settingsIn(parsed(file));
  if (found.length === 0) throw new InputError(`"${harmless(file)}" holds no settings of an extension`);
  const all = found.map((settings) => ({ facts: managedReport(settings), leftOutByChromium: leftOutByChromium(settings) }));
  const wrong = all.some(({ facts, leftOutByChromium: left }) => left.length > 0 || facts.some(({ problems }) => problems.length > 0));
  process.stdout.write(values.json ? `${JSON.stringify(all, null, 2)}\n` : all.map(said).join("\n"));
  return wrong ? 1 : 0;
}

function said({ facts, leftOutByChromium: left }: { facts: ReturnType<typeof managedReport>; leftOutByChromium: string[] }): string {
  const paint = paintFor(process.stdout, process.env);
  const lines = facts.flatMap(({ name, domains, value, problems }) => [
    `${paint.head(harmless(name))}${domains ? paint.dim(` for ${harmless(domains.join(", "))}`) : ""}${value === "" ? "" : `: ${harmless(value)}`}`,
    ...problems.map(({ code, detail }) => `  ${paint.careful(code)}: ${meaning(code)}${detail === name ? "" : ` (${harmless(detail)})`}`),
  ]);
  const chromium = left.map((name) => paint.bad(`Chrome, Edge and Chromium leave ${harmless(name)} out, as if it were not set: it does not fit the schema.`));
  return `${[...lines, ...chromium].join("\n")}\n`;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(readInput(file)));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`"${harmless(file)}" is not JSON`);
  }
}

const record = (value: unknown): Record<string, unknown> => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});

/** The settings of a file for Chromium or Firefox, or a file that holds nothing but settings. */
function settingsIn(file: unknown): Record<string, unknown>[] {
  const top = record(file);
  const places = [record(record(top["3rdparty"])["extensions"]), record(record(record(top["policies"])["3rdparty"])["Extensions"])];
  const named = places.flatMap((place) => Object.values(place)).map(record);
  return named.length > 0 || "3rdparty" in top || "policies" in top || Object.keys(top).length === 0 ? named : [top];
}
