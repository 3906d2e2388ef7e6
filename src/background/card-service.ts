import { type Bytes, equal } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { type CardKeyFacts, cardKeyFacts, type CardOperations, cardPrivateKey } from "../keys/card-key.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { type CardPlace, type CardQuestion, type CardsSeen, decryptReply, type LoginReply, loginReply, octetsReply, type SeenCard } from "../protocol/card-messages.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { Refused } from "../protocol/identities.ts";
import type { KeptIdentity } from "../store/identities.ts";
import { cardLogins, NOBODY } from "./card-logins.ts";
import type { CardOrigins } from "./card-origins.ts";
import { type CardRest, cardWatch } from "./card-watch.ts";
import type { KeyRules } from "./key-rules.ts";
import type { CardKeys } from "./own-keys.ts";

export interface CardServiceParts {
  host: Pick<HostPort, "card">;
  /** Libraries that are used: the organisation's and the user's. */
  modules: () => Promise<string[]>;
  origins: CardOrigins;
  /** Webmails that were added. */
  webmails: () => Promise<string[]>;
  rules: (certificate: Bytes) => Promise<KeyRules>;
  rejection: () => Promise<CryptoKey>;
  rest: CardRest;
  /** Called with the names of keys that can be used now and could not before. */
  onReady: (ids: readonly string[]) => void;
  /** Called with what came and what went; at the first look also where nothing did. */
  onCards: (came: readonly OnCard[], went: readonly OnCard[]) => void;
  /** Called when a card did not log out at the end of a session or of its login, where no page of ours waits to say so. */
  onUnlocked: () => void;
  setTimer?: (work: () => void, time: number) => void;
}

/** A certificate on a card, and those of authorities beside it. */
export interface OnCard {
  certificate: Bytes;
  chain: Bytes[];
}

/** A key on a card that is in a reader now. */
export interface CardIdentity {
  kept: KeptIdentity;
  card: SeenCard;
  facts: CardKeyFacts;
  /** Why it cannot be used whatever anybody types; null if it can. */
  refused: Refused | null;
  key: ReturnType<typeof cardPrivateKey>;
}

/** Keys on cards: they are here as long as their card is, and lie nowhere on the disk. */
export interface CardService {
  /** Own keys for a webmail. */
  keys: CardKeys;
  /** @param document the frame's, where a login may be for one frame alone */
  identities(document?: string): Promise<CardIdentity[]>;
  /**
   * What the readers hold, asked now, for our own pages; null while readers are left alone after a logout and nobody `acted`: a page
   * that merely stands there reads nothing again. Throws the host's codes.
   */
  look(acted?: boolean): Promise<CardsSeen | null>;
  /** Whether readers are left alone since a logout. */
  resting(): Promise<boolean>;
  /** Somebody is signed in, or does something with keys: readers are looked at from now on. */
  attend(): Promise<void>;
  /** Logs in; a login ends as an unlocked key does. Throws `keys.card-*`. */
  login(place: CardPlace, pin: string | null, minutes: number | null, document?: string): Promise<LoginReply>;
  /** Throws `keys.card-logout` where a card stayed open, and the host's codes. */
  logout(place: CardPlace | null): Promise<void>;
  /** "Lock now". Throws `keys.card-logout`, `host.time`. */
  lockAll(): Promise<void>;
  /** A frame's message opened, or its last signature was made: a login for it alone ends. */
  finished(document: string): void;
  /** Whether a card did not log out when it should have, and nothing was seen or done since that says otherwise. */
  stayedOpen(): boolean;
  /** At the webmail's logout: cards whose keys are bound to it are logged out, and what was read from them is forgotten. */
  lockBoundTo(origin: string): Promise<void>;
}

export function cardService({ host, modules, origins, webmails, rules, rejection, rest, onReady, onCards, onUnlocked, setTimer = (work, time) => void setTimeout(work, time) }: CardServiceParts): CardService {
  const watch = cardWatch({ host, modules, rest, changed });
  const logins = cardLogins({ logout: (place) => logout(place, stayed), setTimer });
  let looked = false;
  let stayedOpen = false;

  function changed(now: CardsSeen, before: CardsSeen): void {
    const usable = (card: SeenCard): boolean => card.loggedIn || !card.needsPin;
    if (!now.cards.some(({ loggedIn }) => loggedIn)) stayedOpen = false;
    const ready = onlyIn(keysOf(now, usable), keysOf(before, usable));
    void Promise.all(ready.map(({ certificate }) => parseCertificate(certificate).sha256())).then((ids) => ids.length > 0 && onReady(ids)).catch(() => undefined);
    const [came, went] = [onlyIn(keysOf(now), keysOf(before)), onlyIn(keysOf(before), keysOf(now))];
    if (!looked || came.length + went.length > 0) onCards(came, went);
    looked = true;
  }

  async function identity(card: SeenCard, { id, certificate, eachTime }: SeenCard["keys"][number], allowed: readonly string[], document: string | undefined): Promise<CardIdentity | null> {
    try {
      const parsed = parseCertificate(certificate);
      const facts = cardKeyFacts(parsed, card.mechanisms);
      if (facts === null) return null;
      const name = await parsed.sha256();
      const without = await origins.without(name);
      const kept: KeptIdentity = { id: name, certificate, chain: card.chain, key: null, origins: allowed.filter((origin) => !without.includes(origin)), addedAt: "" };
      const refused = isBlocked(card) ? "keys.card-pin-locked" : null;
      return { kept, card, facts, refused, key: cardPrivateKey(certificate, facts, operations(card, id, eachTime, document)) };
    } catch {
      // A certificate that cannot be read is nobody's key.
      return null;
    }
  }

  function operations(place: SeenCard, id: Bytes, eachTime: boolean, document: string | undefined): CardOperations {
    const key = { ...placeOf(place), id };
    const used = async <T>(work: () => Promise<T>): Promise<T> => {
      if (place.needsPin && !logins.isFor(key, document)) throw new SmimeError("keys.locked");
      return work();
    };
    return {
      async ready() {
        const card = (await watch.seen()).cards.find((each) => samePlace(each, key));
        if (card === undefined) throw new SmimeError("keys.card-removed");
        if (isBlocked(card)) throw new SmimeError("keys.card-pin-locked");
        // A key that wants its PIN each time is asked for it anew, except right after a login.
        if (card.needsPin && (!card.loggedIn || !logins.isFor(key, document) || (eachTime && !card.pinPad && performance.now() > freshUntil))) throw new SmimeError("keys.locked");
      },
      sign: (scheme, digestName, data) => used(async () => octetsReply(await host.card({ ask: "sign", key, scheme, digestName, data })).octets),
      decrypt: (question) => used(async () => decryptReply(await host.card({ ask: "decrypt", key, ...question } as CardQuestion))),
      derive: (point) => used(async () => octetsReply(await host.card({ ask: "derive", key, point })).octets),
      rejection,
    };
  }

  /** Until when a key that wants its PIN each time has it, as the host keeps it. */
  let freshUntil = -Infinity;

  async function identities(document?: string): Promise<CardIdentity[]> {
    const [{ cards }, allowed] = await Promise.all([watch.seen(), webmails()]);
    const found = await Promise.all(cards.flatMap((card) => card.keys.map((key) => identity(card, key, allowed, document))));
    return found.filter((each) => each !== null);
  }

  /** Minutes that a login may last: the shortest that holds for any of the card's keys; Infinity without a limit. */
  async function longestFor({ keys }: SeenCard, wish: number | null): Promise<number> {
    const limits = await Promise.all(keys.map(({ certificate }) => rules(certificate)));
    return Math.min(...limits.map(({ longest }) => (longest === null ? Infinity : Math.max(longest, 1))), wish ?? Infinity);
  }

  /** Whether one of the card's keys is for one message each time. */
  const eachMessage = async ({ keys }: SeenCard): Promise<boolean> => (await Promise.all(keys.map(({ certificate }) => rules(certificate)))).some(({ longest }) => longest === 0);

  /** Tells it once, where nobody waits to hear it. */
  function stayed(): void {
    if (!stayedOpen) onUnlocked();
    stayedOpen = true;
  }

  /** @param failed called where the card may still be open */
  async function logout(place: CardPlace | null, failed: () => void = () => void (stayedOpen = true)): Promise<void> {
    logins.closing(place);
    // Without card software there is nothing to log out, and no host is started for it.
    if ((await modules()).length === 0) return;
    freshUntil = -Infinity;
    try {
      await host.card({ ask: "logout", card: place && placeOf(place) });
      stayedOpen = false;
    } catch (error) {
      if (mayBeOpen(error)) failed();
      throw error;
    } finally {
      // What was forgotten at a logout is not read again for this.
      if (!(await watch.resting())) await watch.look();
    }
  }

  return {
    identities,
    async keys(origin, document) {
      // A frame that may use keys is of a session that goes on.
      if (document !== undefined) await watch.wake();
      return (await identities(document)).filter(({ kept }) => kept.origins.includes(origin));
    },
    async look(acted = true) {
      if (acted) await watch.wake();
      return (await watch.resting()) ? null : watch.look();
    },
    resting: () => watch.resting(),
    attend: () => watch.wake(),
    finished: (document) => logins.finished(document),
    stayedOpen: () => stayedOpen,
    async login(wanted, pin, minutes, document) {
      const place = placeOf(wanted);
      await watch.wake();
      const here = ({ cards }: CardsSeen): SeenCard | undefined => cards.find((each) => samePlace(each, place));
      // Looked up before: what is known of the card may be forgotten while its PIN is typed, and its limits hold all the same.
      const before = here(await watch.seen()) ?? here(await watch.look());
      if (before === undefined) throw new SmimeError("keys.card-removed");
      const most = await longestFor(before, minutes);
      const forOne = await eachMessage(before);
      // By a page of ours, which shows no message, nobody's is meant.
      const one = document ?? NOBODY;
      const reply = loginReply(await host.card({ ask: "login", card: place, pin }));
      if (reply.result !== "ok") return reply;
      // The host keeps it for 30 seconds; what is said to be ready has to be done before.
      freshUntil = performance.now() + 25_000;
      logins.began(place, forOne ? one : null);
      if (most < Infinity && !forOne) logins.endAfter(place, most * 60_000);
      const after = here(await watch.look());
      // Keys that show themselves only now may be for one message, or have to end sooner.
      const sooner = after ? await longestFor(after, minutes) : most;
      if (after && !forOne && (await eachMessage(after))) logins.began(place, one);
      else if (sooner < most) logins.endAfter(place, sooner * 60_000);
      return reply;
    },
    logout: (place) => logout(place),
    async lockAll() {
      await logout(null).catch((error: unknown) => {
        if (mayBeOpen(error)) throw error;
      });
    },
    async lockBoundTo(origin) {
      const all = await identities();
      const bound = all.filter(({ kept }) => kept.origins.includes(origin));
      // One that is inserted now is not read either, unless others are in use elsewhere.
      if (bound.length === 0 && all.length > 0) return;
      onCards([], bound.map(({ kept }) => kept));
      await watch.forget();
      freshUntil = -Infinity;
      for (const { card } of bound) logins.closing(card);
      const results = await Promise.allSettled(bound.map(({ card }) => host.card({ ask: "logout", card: placeOf(card) })));
      if (results.some((result) => result.status === "rejected" && mayBeOpen(result.reason))) stayed();
    },
  };
}

/** Whether a card whose logout ended so may still be open. A host that is not there, or has nothing for cards, holds none open; one that does not answer may. */
const mayBeOpen = (error: unknown): boolean => ["keys.card-logout", "host.time"].includes(codeOf(error));

/** Whether the card takes no PIN any more. Whoever is logged in is until the login ends. */
const isBlocked = ({ needsPin, loggedIn, tries }: SeenCard): boolean => needsPin && !loggedIn && tries === "locked";

const placeOf = ({ module, slot, serial, label }: CardPlace): CardPlace => ({ module, slot, serial, label });

const samePlace = (a: CardPlace, b: CardPlace): boolean => a.module === b.module && a.slot === b.slot && a.serial === b.serial && a.label === b.label;

const keysOf = ({ cards }: CardsSeen, which: (card: SeenCard) => boolean = () => true): OnCard[] => cards.filter(which).flatMap(({ keys, chain }) => keys.map(({ certificate }) => ({ certificate, chain })));

const onlyIn = (here: readonly OnCard[], there: readonly OnCard[]): OnCard[] => here.filter(({ certificate }) => !there.some((each) => equal(each.certificate, certificate)));
