/**
 * Estimates how many lines a body takes on paper. A frame with an opaque origin cannot be measured from outside, and a frame
 * that is printed shows only what fits into it; so the estimate is generous, and white paper at the end is its price.
 */
export function estimateLines(body: { text?: string; html?: string }): number {
  const html = body.html;
  const text = html === undefined ? (body.text ?? "") : html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<\/?(p|div|br|li|tr|h\d|blockquote|hr)\b[^>]*>/gi, "\n").replace(/<[^>]*>/g, "");
  const pictures = html === undefined ? 0 : (html.match(/<img\b/gi) ?? []).length;
  const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 70)), 0);
  return Math.min(5000, lines + pictures * 20 + 2);
}
