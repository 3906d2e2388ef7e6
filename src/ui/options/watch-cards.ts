import { useCallback, useEffect, useState } from "preact/hooks";
import { codeOf } from "../../base/errors.ts";
import type { CardsView } from "../../protocol/card-view.ts";
import { askAsPage } from "../frame/background.ts";
import type { CardActions } from "./cards-section.tsx";

/** Milliseconds: a card that was inserted is to be seen within two seconds. */
const EVERY = 300;

/** The readers as they are, as long as the page can be seen, and what can be done with them; `problem` is why the last deed failed. */
export function useCards(): { view: CardsView | null; problem: string | null; actions: CardActions } {
  const [view, setView] = useState<CardsView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const look = useCallback((acted: boolean) => askAsPage("cards.look", { acted }).then(setView, () => undefined), []);
  useEffect(() => {
    let [stopped, timer] = [false, setTimeout(() => undefined)];
    // Opening the page is an act of the person; what it asks afterwards is not.
    let acted = true;
    const again = async (): Promise<void> => {
      if (!document.hidden) await look(acted);
      acted &&= document.hidden;
      if (!stopped) timer = setTimeout(() => void again(), EVERY);
    };
    void again();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [look]);
  const act = (deed: Promise<string | null>): void => void deed.then(setProblem, (error: unknown) => setProblem(codeOf(error))).then(() => look(true));
  return {
    view,
    problem,
    actions: {
      look: () => void look(true),
      useModule: (path, used) => act(askAsPage("cards.module", { path, used })),
      login: (place, pin) => act(askAsPage("cards.login", { place, pin }).then(({ result }) => (result === "ok" ? null : LOGIN[result]))),
      logout: (place) => act(askAsPage("cards.logout", { place })),
      allowCard: (id, origin, allowed) => act(askAsPage("cards.origin", { id, origin, allowed })),
    },
  };
}

const LOGIN = { wrong: "keys.card-pin-wrong", malformed: "keys.card-pin-malformed", cancelled: "keys.card-pin-cancelled", locked: "keys.card-pin-locked" } as const;
