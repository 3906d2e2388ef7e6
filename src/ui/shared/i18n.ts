import browser from "webextension-polyfill";

/** The text of a message key in the person's language; `$1`… are replaced in order, each as {@link isolated}. */
export function t(key: string, ...substitutions: string[]): string {
  return browser.i18n.getMessage(key, substitutions.map(isolated));
}

/**
 * A name, address or number as it stands in a sentence: in a right-to-left one between FSI and PDI (UAX #9, 2.5), so that it
 * reads as it is and turns nothing around it. Elements of their own use `bdi`.
 */
export function isolated(value: string): string {
  return isRightToLeft() ? `\u2068${value}\u2069` : value;
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

/**
 * Language of the shown texts, as a language tag. The texts say it themselves: a browser in a language that we do not have
 * shows the default's texts, and calls itself by its own. Its own tag counts where it is the finer one (`en-GB`).
 */
export function language(): string {
  const shown = browser.i18n.getMessage("language_tag") || "en";
  const own = browser.i18n.getMessage("@@ui_locale").replace("_", "-");
  return own.startsWith(`${shown}-`) ? own : shown;
}

/** Whether the shown texts run from right to left; as with the language, the texts say it and not the browser. */
function isRightToLeft(): boolean {
  return browser.i18n.getMessage("text_direction") === "rtl";
}

/** Gives the document its language, direction and title; called once by each page before it draws. */
export function localiseDocument(titleKey: string): void {
  document.documentElement.lang = language();
  document.documentElement.dir = isRightToLeft() ? "rtl" : "ltr";
  document.title = t(titleKey);
}
