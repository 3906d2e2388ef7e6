import browser from "webextension-polyfill";

/** The text of a message key in the person's language; `$1`… are replaced in order. */
export function t(key: string, ...substitutions: string[]): string {
  return browser.i18n.getMessage(key, substitutions);
}

/** The text of `<key>_<plural category>`; `count` is the first substitution, written as numbers are in the language. */
export function plural(key: string, count: number, ...substitutions: string[]): string {
  const category = new Intl.PluralRules(language()).select(count);
  const written = new Intl.NumberFormat(language()).format(count);
  return t(`${key}_${category}`, written, ...substitutions) || t(`${key}_other`, written, ...substitutions);
}

/** The message key that explains a stable code to a person. */
export function codeKey(code: string): string {
  return `code_${code.replace(/[.-]/g, "_")}`;
}

/** What a stable code means, for a person. */
export function codeText(code: string): string {
  return t(codeKey(code));
}

/** Language of the shown texts, as a language tag. */
export function language(): string {
  return (browser.i18n.getMessage("@@ui_locale") || "en").replace("_", "-");
}

/** Gives the document its language, direction and title; called once by each page before it draws. */
export function localiseDocument(titleKey: string): void {
  document.documentElement.lang = language();
  document.documentElement.dir = browser.i18n.getMessage("@@bidi_dir") === "rtl" ? "rtl" : "ltr";
  document.title = t(titleKey);
}
