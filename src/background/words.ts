/** The texts of the shown language: `browser.i18n`. */
export interface Texts {
  getMessage(key: string, substitutions?: string[]): string;
}

/**
 * A text for what is no page of ours: a button's title, a note. In a right-to-left language each name or address in it stands between
 * FSI and PDI (UAX #9, 2.5), as on pages, so that it reads as it is and turns nothing around it.
 */
export function words(texts: Texts, key: string, substitutions: readonly string[] = []): string {
  const isolated = texts.getMessage("text_direction") === "rtl" ? substitutions.map((each) => `\u2068${each}\u2069`) : substitutions;
  return texts.getMessage(key, [...isolated]);
}
