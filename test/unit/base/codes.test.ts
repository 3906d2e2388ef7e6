import { describe, expect, it } from "vitest";
import { codes } from "../../../src/base/codes/index.ts";

function page(): string {
  const rows = Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    "# Codes",
    "",
    "Every error and every reason of a verdict has a stable code. It stands in reports for support, in `mailseal inspect --json` and in the program; the words that people see are translations of it. This page is made from `src/base/codes` (`npx vitest run test/unit/base/codes.test.ts -u`).",
    "",
    "| code | meaning |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

describe("stable codes", () => {
  it("are documented as they are", async () => {
    await expect(page()).toMatchFileSnapshot("../../../docs/codes.md");
  });

  it("have the form area.reason", () => {
    for (const code of Object.keys(codes)) expect(code).toMatch(/^(ok|[a-z]+\.[a-z0-9-]+)$/);
  });
});
