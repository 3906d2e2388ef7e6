/** Colours for a terminal; each leaves the text as it is where none are wanted. */
export type Paint = Record<"good" | "bad" | "careful" | "dim" | "head", (text: string) => string>;

const plain = (text: string): string => text;
const sgr =
  (parameter: string) =>
  (text: string): string =>
    `\u001B[${parameter}m${text}\u001B[0m`;

/** Colours if the output is a terminal and nobody asked for none (NO_COLOR, https://no-color.org). */
export function paintFor(stream: { isTTY?: boolean }, environment: Record<string, string | undefined>): Paint {
  const colours = stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  if (!colours) return { good: plain, bad: plain, careful: plain, dim: plain, head: plain };
  return { good: sgr("32"), bad: sgr("31"), careful: sgr("33"), dim: sgr("2"), head: sgr("1") };
}

/**
 * Text of a mail for a terminal: what a terminal would obey, or what turns the direction of a line, is written as `\u{…}`.
 * Line ends and tabs stay in a text of several lines.
 */
export function harmless(text: string, lines: "one" | "many" = "one"): string {
  return text.replace(/\r\n/g, "\n").replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    if (lines === "many" && (character === "\n" || character === "\t")) return character;
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}
