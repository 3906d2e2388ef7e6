import type { Cell, Filled } from "./fill.ts";

const HEAD = `# Who reads whom

Every format and algorithm that we read or write, tried with other programs in Debian 12's versions: \`openssl cms\`, GnuPG's
\`gpgsm\`, NSS's \`cmsutil\` and Bouncy Castle. This file is written by \`test/interop/table.test.ts\`, which makes every message anew and
fails where the result is another one; \`npx vitest run --project interop test/interop/table.test.ts --update\` writes it again.

- ✔ read, with the right verdict or text.
- \`quoted words\`: not supported by that program, in its own words. Some of them err on messages that follow the standard.
- "no command": its command line cannot ask for such a thing. "–": we only read it.

Programs without MIME get the CMS objects out of a message. "two recipients" and "two keys" are read by each of the holders.
No program of Debian 12 knows X25519 or ChaCha20-Poly1305 in CMS: those two are tested against the primitives of Node.
A row that says "signed" or "message" without more is RSA with 2048 bits and SHA-256, RSAES-PKCS1-v1_5 and AES-256-CBC; NSS encrypts to
strangers with Triple DES alone.

What a whole mail program, Thunderbird, shows of our messages is in [interop-thunderbird.md](interop-thunderbird.md).
`;

function text(cell: Cell | undefined): string {
  switch (cell?.state) {
    case "passed":
      return "✔";
    case "no command":
      return "no command";
    case "not written by us":
      return "–";
    case "not supported":
      return `\`${cell.message.replaceAll("|", "/").replaceAll("`", "'")}\``;
    case "failed":
      return `**failed**: ${cell.message}`;
    case undefined:
      return "";
  }
}

function table(title: string, rows: readonly Filled[], programs: readonly string[], side: "readThere" | "readHere"): string {
  const lines = [`| ${title} | ${programs.join(" | ")} |`, `|---|${programs.map(() => "---|").join("")}`];
  for (const filled of rows) lines.push(`| ${filled.row.title} | ${programs.map((name) => text(filled[side].get(name))).join(" | ")} |`);
  return lines.join("\n");
}

/** Writes the table of the documentation. */
export function markdown(filled: readonly Filled[], programs: readonly string[]): string {
  const sections = [...new Set(filled.map(({ row }) => row.section))];
  const parts = (side: "readThere" | "readHere"): string =>
    sections
      .map((section) => table(section, filled.filter(({ row }) => row.section === section && (side === "readHere" || row.here)), programs, side))
      .join("\n\n");
  return `${HEAD}\n## Written by us, read by\n\n${parts("readThere")}\n\n## Read by us, written by\n\n${parts("readHere")}\n`;
}
