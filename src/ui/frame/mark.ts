/** Moments on the way from a frame's start to the message's text. */
export type Moment = "bound" | "fetched" | "visible" | "pending" | "final" | "text";

/**
 * Notes a moment in this document's own performance timeline, where `npm run bench` reads it. The timeline belongs to our
 * origin: the page around the frame cannot see it.
 */
export function mark(moment: Moment): void {
  performance.mark(`mailseal:${moment}`);
}
