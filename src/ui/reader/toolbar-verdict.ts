import type { Ask, RequestInput } from "../../protocol/requests.ts";
import type { Visibility } from "../frame/visibility.ts";

export type ToolbarVerdict = RequestInput<"frame", "verdict.show">;

/**
 * Keeps the toolbar's verdict with the frame: it stands there while the frame can be seen, and goes when the page covers,
 * hides or removes it, so that it never speaks for a text that the page draws in its place.
 */
export function toolbarVerdict(ask: Ask<"frame">, visibility: Pick<Visibility, "unobstructed" | "onChange">): { tell: (verdict: ToolbarVerdict) => void; stop: () => void } {
  let last: ToolbarVerdict | null = null;
  const say = (): void => {
    if (!last) return;
    const told = visibility.unobstructed() ? ask("verdict.show", last) : ask("verdict.hide", null);
    told.catch(() => undefined);
  };
  visibility.onChange(say);
  return {
    tell: (verdict) => {
      last = verdict;
      say();
    },
    stop: () => {
      last = null;
      ask("verdict.hide", null).catch(() => undefined);
    },
  };
}
