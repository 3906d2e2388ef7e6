import type { CardPlace } from "../protocol/card-messages.ts";
import { ONE_MESSAGE } from "./key-locks.ts";

/** Stands for a frame's document where no frame may use a login. */
export const NOBODY = "";

export interface CardLoginsParts {
  /** Tells where a card stays open; throws what the host answers. */
  logout: (place: CardPlace) => Promise<void>;
  setTimer: (work: () => void, time: number) => void;
}

interface Login {
  place: CardPlace;
  /** The frame for whose message it is, where each message asks (`KeyUnlockMinutes` 0); `NOBODY`, or null for every frame. */
  document: string | null;
}

/** Which logins to cards there are, for whom, and when they end. It is in memory alone: with the background the host ends, and with that the login. */
export interface CardLogins {
  /** A login that was just made. One for a single frame ends after a minute at most. */
  began(place: CardPlace, document: string | null): void;
  /** Ends the newest login to this card after so many milliseconds, unless a newer one is there by then. */
  endAfter(place: CardPlace, time: number): void;
  /** Whether a frame may use the login to this card; nobody may use one that is not known here. */
  isFor(place: CardPlace, document: string | undefined): boolean;
  /** A logout was begun, of all cards for null: whatever comes of it, nobody uses these logins any more. */
  closing(place: CardPlace | null): void;
  /** A frame's message opened, or its last signature was made: a login for it alone ends. */
  finished(document: string): void;
}

export function cardLogins({ logout, setTimer }: CardLoginsParts): CardLogins {
  const newest = new Map<string, Login>();
  const nameOf = ({ module, slot, serial, label }: CardPlace): string => JSON.stringify([module, slot, serial, label]);

  /** A login whose logout fails is kept as nobody's, and what ends it next tries again. */
  async function end(login: Login): Promise<void> {
    const name = nameOf(login.place);
    if (newest.get(name) !== login) return;
    login.document = NOBODY;
    try {
      await logout(login.place);
    } catch {
      return;
    }
    if (newest.get(name) === login) newest.delete(name);
  }

  function endAfter(place: CardPlace, time: number): void {
    const login = newest.get(nameOf(place));
    if (login !== undefined) setTimer(() => void end(login), time);
  }

  return {
    endAfter,
    began(place, document) {
      newest.set(nameOf(place), { place, document });
      if (document !== null) endAfter(place, ONE_MESSAGE);
    },
    isFor(place, document) {
      const login = newest.get(nameOf(place));
      return login !== undefined && (login.document === null || login.document === document);
    },
    closing(place) {
      for (const [name, login] of newest) if (place === null || name === nameOf(place)) login.document = NOBODY;
    },
    finished(document) {
      for (const login of newest.values()) if (login.document === document) void end(login);
    },
  };
}
