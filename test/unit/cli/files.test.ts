import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readLeaf } from "../../../src/cli/files.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import { issue } from "../pki/support/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "mailseal-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
function saved(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const good = pem(issue({ name: "Alice" }).certificate.der);
const bad = pem(Uint8Array.of(0x30, 3, 2, 1, 1));
const names = (path: string): string[] => readLeaf(path).map(({ subject }) => subject.rfc4514);

describe("the certificate that a command is asked about (CE-04)", () => {
  it("is the first of its file, and no other where that one cannot be read", () => {
    expect(names(saved("good.pem", good))).toEqual(["CN=Alice"]);
    expect(names(saved("good-bad.pem", good + bad + good))).toEqual(["CN=Alice", "CN=Alice"]);
    const path = saved("bad-good.pem", bad + good);
    expect(() => readLeaf(path)).toThrow("pki.malformed");
  });

  it("is in a file and not in a folder", () => {
    const inside = join(folder, "inside");
    mkdirSync(inside);
    saved("inside/good.pem", good);
    expect(() => readLeaf(inside)).toThrow(UsageError);
    expect(() => readLeaf(join(folder, "nowhere"))).toThrow(UsageError);
  });
});
