import type { CardPlace } from "../protocol/card-messages.ts";
import { ONE_MESSAGE } from "./key-locks.ts";

/** Milliseconds between two signatures of one Send. */
const SEND = 2000;

export interface CardLoginsParts {
  logout: (place: CardPlace) => Promise<void>;
  setTimer: (work: () => void, time: number) => void;
}

interface Login {
  place: CardPlace;
  /** The frame for whose message it is, where each message asks (`KeyUnlockMinutes` 0); null for every frame. */
  document: string | null;
  /** Counts what was signed, so that the last signature of a Send ends it. */
  uses: number;
}

/** Which logins to cards there are, for whom, and when they end. It is in memory alone: with the background the host ends, and with that the login. */
export interface CardLogins {
  /** A login that was just made. */
  began(place: CardPlace, document: string | null): void;
  /** Ends the newest login to this card after so many milliseconds, unless a newer one is there by then. */
  endAfter(place: CardPlace, time: number): void;
  /** Whether a frame may use the login to this card, where there is one. */
  isFor(place: CardPlace, document: string | undefined): boolean;
  /** Something was signed: a login for one message ends when no other signature follows. */
  signed(place: CardPlace): void;
  /** A frame's message opened: a login for it alone ends. */
  finished(document: string): void;
}

export function cardLogins({ logout, setTimer }: CardLoginsParts): CardLogins {
  const newest = new Map<string, Login>();
  const nameOf = ({ module, slot, serial, label }: CardPlace): string => JSON.stringify([module, slot, serial, label]);

  function end(login: Login): void {
    const name = nameOf(login.place);
    if (newest.get(name) !== login) return;
    newest.delete(name);
    void logout(login.place).catch(() => undefined);
  }

  function endAfter(place: CardPlace, time: number): void {
    const login = newest.get(nameOf(place));
    if (login !== undefined) setTimer(() => end(login), time);
  }

  return {
    endAfter,
    began(place, document) {
      newest.set(nameOf(place), { place, document, uses: 0 });
      if (document !== null) endAfter(place, ONE_MESSAGE);
    },
    isFor(place, document) {
      const login = newest.get(nameOf(place));
      return login === undefined || login.document === null || login.document === document;
    },
    signed(place) {
      const login = newest.get(nameOf(place));
      if (login === undefined || login.document === null) return;
      const mine = ++login.uses;
      setTimer(() => login.uses === mine && end(login), SEND);
    },
    finished(document) {
      for (const login of newest.values()) if (login.document === document) end(login);
    },
  };
}
