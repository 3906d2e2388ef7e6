import type { Ask } from "../../protocol/requests.ts";
import type { Cell } from "../shared/cell.ts";

export type Kind = "people" | "mine" | "authorities";

/** How long a removal can be undone on the page, in milliseconds. */
export const UNDO = 10_000;

/** What was just removed and can still be had back. */
export interface Removed {
  kind: "people" | "authorities";
  name: string;
  undo: string;
}

export interface RemovingModel {
  removed: Removed | null;
}

/**
 * Removes at once and offers the way back for ten seconds; a key alone has none, which is why the page asks before.
 * @param act does something, shows its failure and reads the page's state again
 */
export function makeRemoving(cell: Cell<RemovingModel>, around: { ask: Ask<"page">; act: (work: () => Promise<unknown>) => Promise<boolean> }) {
  const { ask, act } = around;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = (): void => {
    clearTimeout(timer);
    cell.set({ removed: null });
  };
  const offer = (removed: Removed): void => {
    cell.set({ removed });
    timer = setTimeout(forget, UNDO);
  };
  return {
    remove: (kind: Kind, key: string, name: string): void => {
      forget();
      void act(async () => {
        if (kind === "mine") return ask("identity.remove", { id: key });
        const { undo } = await ask(kind === "people" ? "certificates.remove" : "anchor.remove", { sha256: key });
        if (undo !== null) offer({ kind, name, undo });
        return null;
      });
    },
    undo: (): void => {
      const { removed } = cell.get();
      if (!removed) return;
      forget();
      void act(() => ask("removal.undo", { undo: removed.undo }));
    },
    forget,
  };
}
