/** RFC 4518 §2.2: characters that are nothing to a comparison: joiners, soft hyphens, variation selectors, controls that are no white space. */
const NOTHING = /[\p{Default_Ignorable_Code_Point}\p{Cf}\ufffc]|(?![\t\n\v\f\r\u0085])\p{Cc}/gu;

/**
 * Prepares a name's text for comparison (RFC 5280 §7.1, RFC 4518 §2): mapped, case folded, normalised, white space squeezed.
 * Two texts are the same name if what comes out is equal.
 */
export function comparableText(text: string): string {
  const mapped = text.replaceAll(NOTHING, "").replaceAll("\u0085", " ");
  // Lower, upper and lower again folds what RFC 3454 B.2 folds: "ß" with "SS", and all three sigmas.
  const folded = mapped.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded.normalize("NFKC").replaceAll(/\s+/gu, " ").trim();
}
