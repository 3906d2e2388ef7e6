import { SUBJECT } from "./messages.ts";
import type { Row } from "./rows.ts";
import type { Mark, Shown } from "./show.ts";
import { textSeen } from "./text-seen.ts";
import type { Inspected, WrittenRow } from "./written-rows.ts";

export interface Line {
  row: Row;
  shown: Shown;
}

export interface WrittenLine {
  row: WrittenRow;
  inspected: Inspected;
}

const HEAD = `# Thunderbird

What Debian 12's Thunderbird (153 ESR) shows of our messages, and what we say of its own. This file is written by
\`test/interop/thunderbird/thunderbird.test.ts\`, which makes every message anew, asks Thunderbird through Marionette, and fails where the
answer is another one; \`npx vitest run --project interop test/interop/thunderbird --update\` writes it again.

## Written by us, shown by Thunderbird

Made by \`mailseal seal\`, or by the engine as the composer calls it, and opened in a window of Thunderbird's that trusts the authority and
has the keys of the recipients.

- ✔ the icon for a good signature, or for encryption, in the message's header.
- \`quoted words\`: no such icon; what the panel says that the header's "S/MIME" button opens. "nothing": there is no such button.
- Subject is the one above the message. "[...]" is the outer one: Thunderbird does not show the protected subject of S/MIME. It shows
  our Legacy Display Element, which begins the text with it.

It takes a signature as not valid when its signing time and Date are more than an hour apart. The composer makes both when Send is
pressed; \`mailseal seal\` takes Date from its input.
`;

function cell({ icon, label }: Mark): string {
  if (icon === "ok") return "✔";
  return label === null ? "nothing" : `\`${label}\``;
}

function line({ row, shown }: Line): string {
  const seen = textSeen(shown);
  const text = seen === "a page of its own" ? `\`${shown.refusal}\`` : seen === "alone" ? "✔" : seen;
  return `| ${row.title} | ${cell(shown.signature)} | ${cell(shown.encryption)} | ${shown.subject === SUBJECT ? "✔" : `"${shown.subject}"`} | ${text} |`;
}

function table(title: string, lines: readonly Line[]): string {
  return [`| ${title} | Signature | Encryption | Subject | Text |`, "|---|---|---|---|---|", ...lines.map(line)].join("\n");
}

function writtenLine({ row, inspected: { summary, layers, headers } }: WrittenLine): string {
  const methods = layers.flatMap(({ cipher, keyTransport }) => (cipher === undefined ? [] : [`${cipher}, ${keyTransport ?? "?"}`])).join("; ");
  return `| ${row.title} | ${summary.signed} | ${summary.encrypted} | ${methods || "–"} | ${headers.protected ? "protected" : "not protected"} |`;
}

const WRITTEN = `## Written by Thunderbird, read by us

Written by the parts of Thunderbird that its composer calls, from an account with Bob's certificate; what \`mailseal inspect\` says. Each
text and subject is the one that was given.

| Written by Thunderbird | Signature | Encryption | Methods | Header |
|---|---|---|---|---|`;

/** Writes the page of the documentation. */
export function page(good: readonly Line[], bad: readonly Line[], written: readonly WrittenLine[]): string {
  const ours = `${table("Written by us", good)}\n\n${table("Not to be shown as good", bad)}`;
  return `${HEAD}\n${ours}\n\n${WRITTEN}\n${written.map(writtenLine).join("\n")}\n`;
}
