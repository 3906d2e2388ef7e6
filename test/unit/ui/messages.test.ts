import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../../src/base/codes/index.ts";
import { codeKey } from "../../../src/ui/shared/i18n.ts";
import { vi } from "vitest";

vi.mock("webextension-polyfill", () => ({ default: { i18n: { getMessage: () => "" } } }));

interface Message {
  message: string;
  description?: string;
  placeholders?: Record<string, { content: string; example?: string }>;
}

const root = resolve(import.meta.dirname, "../../..");
const read = (locale: string) => JSON.parse(readFileSync(join(root, `extension/_locales/${locale}/messages.json`), "utf8")) as Record<string, Message>;
const english = read("en");
const german = read("de");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
const text = [...sources(join(root, "src/ui")), ...sources(join(root, "src/content")), ...sources(join(root, "src/background")), readFileSync(join(root, "manifest.json"), "utf8")].join("\n");

/** Keys that the source names in full: `t("…")`, `plural("…"` with its forms, and strings that look like keys of ours. */
const called = new Set(Array.from(text.matchAll(/\bt\(\s*"([A-Za-z_]+)"|\? "([a-z_]+)" : "([a-z_]+)"\)|titleKey\("([a-z_]+)"/g), (m) => m.slice(1).filter(Boolean)).flat());
const plurals = new Set(Array.from(text.matchAll(/\bplural\(\s*"([a-z_]+)"/g), (m) => m[1] as string));
const sentences = new Set(Array.from(text.matchAll(/"((?:sentence|draft)_[a-z_]+)"/g), (m) => m[1] as string));

describe("texts", () => {
  it("finds calls in the source", () => {
    expect(called.size).toBeGreaterThan(100);
    expect(plurals.size).toBeGreaterThan(5);
    expect(sentences.size).toBeGreaterThan(20);
  });

  it("has every text that the source asks for", () => {
    expect([...called].filter((key) => !Object.hasOwn(english, key))).toEqual([]);
    expect([...plurals].filter((key) => !Object.hasOwn(english, `${key}_one`) || !Object.hasOwn(english, `${key}_other`))).toEqual([]);
  });

  it("has every sentence, in all its forms", () => {
    const forms = (key: string): string[] => Object.keys(english).filter((each) => each === key || each.startsWith(`${key}_`));
    expect([...sentences].filter((key) => forms(key).length === 0)).toEqual([]);
  });

  it("has a text of its own for every stable code", () => {
    const missing = Object.keys(codes).filter((code) => !Object.hasOwn(english, codeKey(code)));
    expect(missing).toEqual([]);
  });

  it("has no text for a code that is gone", () => {
    const keys = new Set(Object.keys(codes).map(codeKey));
    expect(Object.keys(english).filter((key) => key.startsWith("code_") && !keys.has(key))).toEqual([]);
  });

  it.each(Object.entries(english))("%s is described, and its placeholders are named with examples", (key, { message, description, placeholders = {} }) => {
    expect(key).toMatch(/^[A-Za-z0-9_]+$/);
    expect(description?.length ?? 0).toBeGreaterThan(4);
    const named = [...message.matchAll(/\$([a-z]+)\$/g)].map((m) => m[1]);
    expect(new Set(named)).toEqual(new Set(Object.keys(placeholders)));
    expect(Object.values(placeholders).every(({ content, example }) => /^\$\d$/.test(content) && example)).toBe(true);
  });

  it("uses no words that people do not use", () => {
    const unwanted = Object.entries(english).filter(([key, { message }]) => /\b(blob|envelope|CMS|PKCS|oops)\b|!/i.test(message) && !key.startsWith("details_"));
    expect(unwanted).toEqual([]);
  });

  it("is translated with the same placeholders", () => {
    const wrong = Object.entries(german).filter(([key, { message, placeholders }]) => {
      const original = english[key];
      return !original || message === "" || JSON.stringify(Object.entries(placeholders ?? {}).map(([name, { content }]) => [name, content])) !== JSON.stringify(Object.entries(original.placeholders ?? {}).map(([name, { content }]) => [name, content]));
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });
});
