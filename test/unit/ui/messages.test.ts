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
const translations = readdirSync(join(root, "extension/_locales")).filter((locale) => locale !== "en").map((locale) => [locale, read(locale)] as const);

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

  it("has translations", () => expect(translations.map(([locale]) => locale)).toEqual(["de", "fr", "he"]));
});

const used = ({ message }: Message): string[] => [...message.matchAll(/\$([a-z]+)\$/g)].map((m) => m[1] as string).sort();
const contents = ({ placeholders = {} }: Message): [string, string][] => Object.entries(placeholders).map(([name, { content }]) => [name, content]);
/** A form that English has not, of a plural that it has: Hebrew's two, French's many. */
const isOwnForm = (key: string): boolean => /_(zero|two|few|many)$/.test(key) && Object.hasOwn(english, key.replace(/_[a-z]+$/, "_other"));

/** Complete means: every key of English and no other (but forms of plurals), none empty, each with English's placeholders. */
describe.each(translations)("texts in %s", (locale, messages) => {
  const both = Object.entries(messages).flatMap(([key, message]) => (english[key] ? [[key, message, english[key]] as const] : []));

  it("are complete, with no key that English has not", () => {
    expect(Object.keys(english).filter((key) => !Object.hasOwn(messages, key))).toEqual([]);
    expect(Object.keys(messages).filter((key) => !Object.hasOwn(english, key) && !isOwnForm(key))).toEqual([]);
  });

  it("are none of them empty", () => {
    expect(both.filter(([, { message }]) => message.trim() === "").map(([key]) => key)).toEqual([]);
  });

  it("have the same placeholders, and use them; only the form for one may say it in a word", () => {
    const wrong = both.filter(([key, message, original]) => {
      const left = used(original).filter((name) => !used(message).includes(name));
      const surplus = used(message).filter((name) => !used(original).includes(name));
      return JSON.stringify(contents(message)) !== JSON.stringify(contents(original)) || surplus.length > 0 || left.some((name) => !(name === "count" && key.endsWith("_one")));
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it("have as many paragraphs as English, and the same names of settings, files and commands", () => {
    const names = (text: string): string[] => (text.match(/`[^`]+`|\.p12|\b[A-Z][a-z]+[A-Z]\w+|\b(?:RSA|RFC|MD5|SHA-\d+|PKCS)\b/g) ?? []).sort();
    const wrong = both.filter(([, { message }, original]) => message.split("\n").length !== original.message.split("\n").length || JSON.stringify(names(message)) !== JSON.stringify(names(original.message)));
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it.each([
    ["remove", "remove_named"],
    ["attachment_open", "attachment_open_named"],
    ["attachment_save", "attachment_save_named"],
    ["paused_allow", "paused_allow_named"],
    ["keys_backup", "keys_backup_named"],
    ["setup_webmail_allow", "webmail_allow_named"],
  ])("say the word that %s shows in the name that is spoken, %s (WCAG 2.5.3)", (short, long) => {
    expect(messages[long]?.message.toLowerCase()).toContain(messages[short]?.message.toLowerCase());
  });

  it("name their own language and direction (WCAG 3.1.1)", () => {
    expect(messages["language_tag"]?.message).toBe(locale.replace("_", "-"));
    expect(messages["text_direction"]?.message).toBe(["ar", "fa", "he"].includes(locale) ? "rtl" : "ltr");
  });

  it.runIf(locale === "fr")("do not break a line before a French colon, mark or quotation mark", () => {
    expect(both.filter(([, { message }]) => / [:;?!»]|« |[^ \u00a0]»|\w[;?!](?:\s|$)/.test(message)).map(([key]) => key)).toEqual([]);
  });
});
