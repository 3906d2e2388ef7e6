/** The middle value; the mean of the two middle ones for an even number. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error("no values");
  return (lower + upper) / 2;
}

/** Half of the values lie between these two. */
export function quartiles(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length + 1) >> 1;
  return [median(sorted.slice(0, half)), median(sorted.slice(-half))];
}
