/** How a mark is drawn: filled is true of this message, outline wanted or possible, struck not; none is not drawn. */
export type MarkState = "filled" | "outline" | "struck" | "none";

/**
 * How a sentence is set. `careful` is amber with a strong border and belongs to From mismatches and to giving protection up;
 * `quiet` is grey. A tone repeats what the sentence says and never carries it alone.
 */
export type Tone = "verified" | "plain" | "quiet" | "careful";

/** The one sentence that tells the state, as a message key with what stands in it, and the two marks that repeat it. */
export interface Sentence {
  key: string;
  substitutions: string[];
  seal: MarkState;
  lock: MarkState;
  tone: Tone;
}
