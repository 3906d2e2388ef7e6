import { afterEach, describe, expect, it, vi } from "vitest";
import { formatList } from "../../../src/ui/shared/format.ts";
import { language, localiseDocument, t } from "../../../src/ui/shared/i18n.ts";

let texts: Record<string, string> = {};
vi.mock("webextension-polyfill", () => ({
  default: { i18n: { getMessage: (key: string, values: string[] = []) => (texts[key] ?? "").replace(/\$(\d)/g, (_, index: string) => values[Number(index) - 1] ?? "") } },
}));

const shown = { en: { language_tag: "en", text_direction: "ltr" }, he: { language_tag: "he", text_direction: "rtl" } };

describe("language and direction of a page (WCAG 3.1.1)", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["en", "en_GB", "en-GB", "ltr"],
    ["en", "en", "en", "ltr"],
    // No Arabic texts: the default's are shown, and they run from left to right whatever the browser says of itself.
    ["en", "ar", "en", "ltr"],
    ["en", "enm", "en", "ltr"],
    ["he", "he", "he", "rtl"],
  ] as const)("follow the texts: %s in a browser that is %s", (of, browser, lang, dir) => {
    texts = { ...shown[of], "@@ui_locale": browser, "@@bidi_dir": browser === "ar" ? "rtl" : "ltr", title: "Mailseal" };
    const document = { documentElement: { lang: "", dir: "" }, title: "" };
    vi.stubGlobal("document", document);
    localiseDocument("title");
    expect(language()).toBe(lang);
    expect(document).toEqual({ documentElement: { lang, dir }, title: "Mailseal" });
  });

  it("isolates what is filled in, where texts run from right to left (UAX #9)", () => {
    texts = { ...shown.he, signed: "חתומה על ידי $1" };
    expect(t("signed", "Alice (1)")).toBe("חתומה על ידי \u2068Alice (1)\u2069");
    expect(formatList(["a", "b"])).toContain("\u2068a\u2069");
    texts = { ...shown.en, signed: "signed by $1" };
    expect(t("signed", "Alice (1)")).toBe("signed by Alice (1)");
    expect(formatList(["a", "b"])).toBe("a and b");
  });
});
