/** Clocks of authorities and readers differ by as much. */
const SKEW = 5 * 60_000;

/** How long an answer counts that does not say until when: as long as public authorities may let one count (SBR 4.9.7, 4.9.10). */
const UNSAID_LIFETIME = 10 * 24 * 3_600_000;

/**
 * Tells whether a list or an answer counts at a time.
 * @param maxAge most that it may be old, in ms; null for no limit but its own
 */
export function isCurrent({ thisUpdate, nextUpdate }: { thisUpdate: Date; nextUpdate: Date | null }, at: Date, maxAge: number | null): boolean {
  if (!hasBegun(thisUpdate, at)) return false;
  const until = nextUpdate?.getTime() ?? thisUpdate.getTime() + UNSAID_LIFETIME;
  return at.getTime() <= until && (maxAge === null || at.getTime() - thisUpdate.getTime() <= maxAge);
}

/** Tells whether a moment has come, clocks being what they are. */
export function hasBegun(moment: Date, at: Date): boolean {
  return moment.getTime() <= at.getTime() + SKEW;
}
