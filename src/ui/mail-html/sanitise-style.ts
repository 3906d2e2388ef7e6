/**
 * Anything in a style that could fetch, or run in some engine. The browser's own parser has resolved escapes before this
 * looks (`u\72l(` arrives as `url(`), which is why values are read back from it and never taken from the text.
 */
const fetching = /(?:url|image|image-set|cross-fade|src|element|paint|env|attr)\s*\(|expression|javascript:/i;

/** Properties that an engine may run, or that write text which is not in the mail. */
const keptNames = /^(?!behavior|-moz-binding|content$|cursor$)/;

/** Removes every declaration that could fetch; tells whether it removed one. */
export function cleanDeclarations(style: CSSStyleDeclaration): boolean {
  let removed = false;
  for (const name of Array.from(style)) {
    if (!keptNames.test(name) || fetching.test(style.getPropertyValue(name))) {
      style.removeProperty(name);
      removed = true;
    }
  }
  return removed;
}

/**
 * Rewrites a style sheet with the browser's parser: rules with selectors and media rules are kept with clean declarations,
 * everything else (`@import`, `@font-face`, `@namespace`, …) is dropped. Returns the text and whether something was removed.
 */
export function cleanSheet(text: string): { text: string; removed: boolean } {
  const sheet = new CSSStyleSheet();
  // A constructed sheet ignores @import by itself (CSSOM §6.1.1), so nothing is fetched while it is parsed.
  sheet.replaceSync(text);
  let removed = /@import|@font-face/i.test(text);
  const write = (rules: CSSRuleList): string =>
    Array.from(rules, (rule) => {
      if (rule instanceof CSSStyleRule) {
        removed = cleanDeclarations(rule.style) || removed;
        return `${rule.selectorText}{${rule.style.cssText}}`;
      }
      if (rule instanceof CSSMediaRule) return `@media ${rule.conditionText}{${write(rule.cssRules)}}`;
      return "";
    }).join("\n");
  // A sheet that could end its own element would be text of the document again.
  return { text: write(sheet.cssRules).replace(/<\//g, "<\\/"), removed };
}
