import { cardLimits, type CardsSeen, cardsSeen } from "../protocol/card-messages.ts";
import type { HostPort } from "../protocol/host-port.ts";

/** Milliseconds. `interest`: how long after the last question readers are still watched; `patience`: how long a message waits for a slow card. */
export const watchTimes = { interest: 300_000, patience: 4000, pause: 5000 } as const;

export const NO_CARDS: CardsSeen = { version: "", supported: true, modules: [], suggested: [], cards: [] };

/** Whether readers are left alone since a logout; kept in the browser's session memory, because the background ends at any moment. */
export interface CardRest {
  read(): Promise<boolean>;
  write(resting: boolean): Promise<void>;
}

export interface CardWatchParts {
  host: Pick<HostPort, "card">;
  modules: () => Promise<string[]>;
  rest: CardRest;
  /** Called when cards came, went, or were logged in or out. */
  changed: (now: CardsSeen, before: CardsSeen) => void;
  now?: () => number;
}

/**
 * What is in the readers. It is kept in memory alone and watched as long as somebody asks, and as long as a card is logged in: the
 * connection keeps host, background and with them the card's login alive.
 */
export interface CardWatch {
  /** What was seen last; asks where nobody watches. Never throws: what cannot be asked has no cards, and neither has what rests. */
  seen(): Promise<CardsSeen>;
  /** Asks now. Throws the host's codes. */
  look(): Promise<CardsSeen>;
  /** Forgets what was seen and leaves the readers alone, until `wake`. */
  forget(): Promise<void>;
  resting(): Promise<boolean>;
  wake(): Promise<void>;
}

export function cardWatch({ host, modules, rest, changed, now = () => performance.now() }: CardWatchParts): CardWatch {
  let last: CardsSeen = NO_CARDS;
  let watching = false;
  let interest = 0;
  let failed = -Infinity;
  let looking: Promise<CardsSeen> | null = null;
  /** Counts what was forgotten: what was asked for before is not heard any more. */
  let epoch = 0;

  async function ask(known: string | null, wait: number): Promise<CardsSeen> {
    const wanted = (await modules()).slice(0, cardLimits.modules);
    const mine = epoch;
    const answer = cardsSeen(await host.card({ ask: "look", modules: wanted, known, wait }));
    if (mine !== epoch) return NO_CARDS;
    const before = last;
    last = answer;
    if (answer.version !== before.version) changed(answer, before);
    return answer;
  }

  async function watch(): Promise<void> {
    if (watching) return;
    watching = true;
    const mine = epoch;
    try {
      while (mine === epoch && (now() < interest || last.cards.some(({ loggedIn, needsPin }) => needsPin && loggedIn))) await ask(last.version, 20_000);
    } catch {
      if (mine !== epoch) return;
      failed = now();
      const before = last;
      last = NO_CARDS;
      if (before.cards.length > 0) changed(last, before);
    } finally {
      if (mine === epoch) watching = false;
    }
  }

  function look(): Promise<CardsSeen> {
    interest = now() + watchTimes.interest;
    if (looking === null) {
      const mine: Promise<CardsSeen> = ask(null, 0).finally(() => {
        if (looking === mine) looking = null;
      });
      looking = mine;
    }
    return looking.then((seen) => {
      void watch();
      return seen;
    });
  }

  return {
    look,
    async seen() {
      // Where no library is named nobody starts a host for it.
      if ((await modules()).length === 0 || (await rest.read())) return NO_CARDS;
      interest = now() + watchTimes.interest;
      if (watching) return last;
      if (now() < failed + watchTimes.pause) return NO_CARDS;
      const late = new Promise<CardsSeen>((done) => setTimeout(() => done(last), watchTimes.patience));
      return Promise.race([late, look()]).catch(() => {
        failed = now();
        return NO_CARDS;
      });
    },
    async forget() {
      epoch++;
      [last, watching, interest, looking] = [NO_CARDS, false, 0, null];
      await rest.write(true);
    },
    resting: () => rest.read(),
    async wake() {
      if (await rest.read()) await rest.write(false);
    },
  };
}
