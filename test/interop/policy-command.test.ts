import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./support/programs.ts";

const program = resolve(import.meta.dirname, "../../dist/cli/mailseal.mjs");
const folder = mkdtempSync(join(tmpdir(), "mailseal-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const mailseal = (...args: string[]) => {
  const { status, out } = run(process.execPath, [program, ...args]);
  return { status, out: String(out) };
};

function policy(content: unknown, ...options: string[]) {
  const file = join(folder, "policy.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return mailseal("policy", file, ...options);
}

describe("mailseal policy", () => {
  it("is content with the files that the documents give to browsers", () => {
    for (const name of ["linux/mailseal.json", "firefox/policies.json"]) {
      const { status, out } = mailseal("policy", resolve(import.meta.dirname, "../../docs/administrator/files", name));
      expect(status, out).toBe(0);
      expect(out).toContain("WebmailOrigins: https://");
    }
  });

  it("says what is misspelt, unreadable, too weak, or passed over by Chromium", () => {
    const settings = { AlwaysEncypt: true, AlwaysSign: "yes", RecipientLimit: 0, EncryptionAlgorithms: "6603;6610", ClearSign: false };
    const { status, out } = policy({ "3rdparty": { extensions: { abc: settings } } });
    expect(status).toBe(1);
    for (const line of ["AlwaysSign: true", "policy.unreadable", "policy.weak-algorithm", "policy.unknown-setting", "ClearSign: false", "leave AlwaysEncypt out", "leave AlwaysSign out"]) expect(out).toContain(line);
    expect(out).not.toContain("leave RecipientLimit out");
    expect(policy({ ClearSign: true }, "--json")).toMatchObject({ status: 0 });
  });

  it("ends with 1 for a file without settings, with 2 for wrong usage", () => {
    for (const content of ["{", "[]", {}, { policies: {} }]) expect(policy(content).status, JSON.stringify(content)).toBe(1);
    expect(mailseal("policy").status).toBe(2);
  });
});
