import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { filesOf, readLeaf, readUsableCertificates } from "../../../src/cli/files.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import { InputError } from "../../../src/cli/input-error.ts";
import { pathInputs } from "../../../src/cli/path-options.ts";
import { revocationCheck } from "../../../src/cli/revocation.ts";
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
    expect(() => readLeaf(inside)).toThrow(InputError);
    expect(() => readLeaf(join(folder, "nowhere"))).toThrow(InputError);
  });
});

/** What is written to standard error meanwhile. */
function complaints(act: () => unknown): string {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    act();
  } finally {
    spy.mockRestore();
  }
  return written.join("");
}

describe("files and folders on the command line", () => {
  it("a link that leads nowhere is passed over in a folder and refused where it is named", () => {
    const inside = join(folder, "links");
    mkdirSync(inside);
    saved("links/a.pem", good);
    const link = join(inside, "b.pem");
    symlinkSync(join(folder, "nowhere"), link);
    let found: string[] = [];
    expect(complaints(() => (found = filesOf([inside])))).toBe(`mailseal: ${link}: passed over, no file\n`);
    expect(found).toEqual([join(inside, "a.pem")]);
    expect(() => filesOf([link])).toThrow(InputError);
  });

  it("what is named itself is read though it is no ordinary file", () => {
    expect(filesOf(["/dev/null"])).toEqual(["/dev/null"]);
  });

  it("names do nothing to a terminal", () => {
    const path = saved("red\u001B[31m.pem", "nothing");
    const said = `mailseal: ${join(folder, "red\\u{1b}[31m.pem")}: `;
    expect(complaints(() => readUsableCertificates([path]))).toBe(`${said}pki.malformed\n`);
    expect(complaints(() => revocationCheck({ "crl": [path], "ocsp": [], "online": false, "allow-host": [] }, new Date()))).toBe(`${said}revocation.malformed\n`);
  });

  it("a purpose is one of those that are listed", () => {
    const wishes = { "policy": [], "require-explicit-policy": false, "inhibit-policy-mapping": false, "inhibit-any-policy": false, "permitted-subtree": [], "excluded-subtree": [], "strict": false };
    expect(pathInputs({ ...wishes, purpose: "any" }, new Date()).purpose).toBe("any");
    for (const purpose of ["constructor", "toString", "mail"]) expect(() => pathInputs({ ...wishes, purpose }, new Date())).toThrow(UsageError);
  });
});
