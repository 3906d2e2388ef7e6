import { type Bytes, equal } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type CardKeyFacts, cardKeyFacts, type CardOperations, cardPrivateKey } from "../keys/card-key.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { type CardPlace, type CardQuestion, type CardsSeen, decryptReply, type LoginReply, loginReply, octetsReply, type SeenCard } from "../protocol/card-messages.ts";
import type { HostPort } from "../protocol/host-port.ts";
import type { KeptIdentity } from "../store/identities.ts";
import type { CardOrigins } from "./card-origins.ts";
import { cardWatch } from "./card-watch.ts";
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
  /** Called with the names of keys that can be used now and could not before. */
  onReady: (ids: readonly string[]) => void;
  /** Called with what came and what went; at the first look also where nothing did. */
  onCards: (came: readonly OnCard[], went: readonly OnCard[]) => void;
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
  key: ReturnType<typeof cardPrivateKey>;
}

/** Keys on cards: they are here as long as their card is, and lie nowhere on the disk. */
export interface CardService {
  /** Own keys for a webmail. */
  keys: CardKeys;
  identities(): Promise<CardIdentity[]>;
  /** What the readers hold, asked now, for our own pages. Throws the host's codes. */
  look(): Promise<CardsSeen>;
  /** Logs in; a login ends as an unlocked key does. Throws `keys.card-*`. */
  login(place: CardPlace, pin: string | null, minutes: number | null): Promise<LoginReply>;
  logout(place: CardPlace | null): Promise<void>;
  /** At the webmail's logout: cards whose keys are bound to it are logged out, and what was read from them is forgotten. */
  lockBoundTo(origin: string): Promise<void>;
}

export function cardService({ host, modules, origins, webmails, rules, rejection, onReady, onCards, setTimer = (work, time) => void setTimeout(work, time) }: CardServiceParts): CardService {
  const watch = cardWatch({ host, modules, changed });
  /** The newest login to each card, so that the end of an old one logs nobody out. */
  const logins = new Map<string, symbol>();
  /** Logins for one message (`KeyUnlockMinutes` 0), and the newest use of each card. */
  const once = new Set<symbol>();
  const uses = new Map<string, symbol>();

  let looked = false;

  function changed(now: CardsSeen, before: CardsSeen): void {
    const usable = (card: SeenCard): boolean => card.loggedIn || !card.needsPin;
    const ready = onlyIn(keysOf(now, usable), keysOf(before, usable));
    void Promise.all(ready.map(({ certificate }) => parseCertificate(certificate).sha256())).then((ids) => ids.length > 0 && onReady(ids)).catch(() => undefined);
    const [came, went] = [onlyIn(keysOf(now), keysOf(before)), onlyIn(keysOf(before), keysOf(now))];
    if (!looked || came.length + went.length > 0) onCards(came, went);
    looked = true;
  }

  async function identity(card: SeenCard, { id, certificate, eachTime }: SeenCard["keys"][number], allowed: readonly string[]): Promise<CardIdentity | null> {
    try {
      const parsed = parseCertificate(certificate);
      const facts = cardKeyFacts(parsed, card.mechanisms);
      if (facts === null) return null;
      const name = await parsed.sha256();
      const without = await origins.without(name);
      const kept: KeptIdentity = { id: name, certificate, chain: card.chain, key: null, origins: allowed.filter((origin) => !without.includes(origin)), addedAt: "" };
      return { kept, card, facts, key: cardPrivateKey(certificate, facts, operations(card, id, eachTime)) };
    } catch {
      // A certificate that cannot be read is nobody's key.
      return null;
    }
  }

  function operations({ module, slot, serial, label }: SeenCard, id: Bytes, eachTime: boolean): CardOperations {
    const key = { module, slot, serial, label, id };
    const current = async (): Promise<SeenCard | undefined> => (await watch.seen()).cards.find((card) => samePlace(card, key));
    return {
      async ready() {
        const card = await current();
        if (card === undefined) throw new SmimeError("keys.card-removed");
        // A key that wants its PIN each time is asked for it anew, except right after a login.
        if (card.needsPin && (!card.loggedIn || (eachTime && !card.pinPad && performance.now() > freshUntil))) throw new SmimeError("keys.locked");
      },
      sign: (scheme, digestName, data) => used(key, SEND, async () => octetsReply(await host.card({ ask: "sign", key, scheme, digestName, data })).octets),
      decrypt: (question) => used(key, 0, async () => decryptReply(await host.card({ ask: "decrypt", key, ...question } as CardQuestion))),
      derive: (point) => used(key, 0, async () => octetsReply(await host.card({ ask: "derive", key, point })).octets),
      rejection,
    };
  }

  /** Does what a key is asked for; a login that is for one message ends `wait` milliseconds after the last of it. */
  async function used<T>(place: CardPlace, wait: number, work: () => Promise<T>): Promise<T> {
    const name = nameOf(place);
    const mine = Symbol();
    uses.set(name, mine);
    try {
      return await work();
    } finally {
      const login = logins.get(name);
      const end = (): void => {
        if (login !== undefined && logins.get(name) === login && once.has(login) && uses.get(name) === mine) void logout(place).catch(() => undefined);
      };
      if (wait === 0) end();
      else if (login !== undefined && once.has(login)) setTimer(end, wait);
    }
  }

  /** Until when a key that wants its PIN each time has it, as the host keeps it. */
  let freshUntil = -Infinity;

  async function identities(): Promise<CardIdentity[]> {
    const [{ cards }, allowed] = await Promise.all([watch.seen(), webmails()]);
    const found = await Promise.all(cards.flatMap((card) => card.keys.map((key) => identity(card, key, allowed))));
    return found.filter((each) => each !== null);
  }

  /** Minutes that a login may last: the shortest that holds for any of the card's keys; Infinity without a limit. */
  async function longestFor({ keys }: SeenCard, wish: number | null): Promise<number> {
    const limits = await Promise.all(keys.map(({ certificate }) => rules(certificate)));
    return Math.min(...limits.map(({ longest }) => (longest === null ? Infinity : Math.max(longest, 1))), wish ?? Infinity);
  }

  async function logout(place: CardPlace | null): Promise<void> {
    // Without card software there is nothing to log out, and no host is started for it.
    if ((await modules()).length === 0) return;
    await host.card({ ask: "logout", card: place });
    freshUntil = -Infinity;
    await watch.look();
  }

  return {
    identities,
    keys: async (origin) => (await identities()).filter(({ kept }) => kept.origins.includes(origin)),
    look: () => watch.look(),
    async login(place, pin, minutes) {
      const { module, slot, serial, label } = place;
      const here = ({ cards }: CardsSeen): SeenCard | undefined => cards.find((each) => samePlace(each, place));
      // Looked up before: what is known of the card may be forgotten while its PIN is typed, and its limits hold all the same.
      const before = here(await watch.seen()) ?? here(await watch.look());
      if (before === undefined) throw new SmimeError("keys.card-removed");
      const most = await longestFor(before, minutes);
      const forOne = (await Promise.all(before.keys.map(({ certificate }) => rules(certificate)))).some(({ longest }) => longest === 0);
      const reply = loginReply(await host.card({ ask: "login", card: { module, slot, serial, label }, pin }));
      if (reply.result !== "ok") return reply;
      // The host keeps it for 30 seconds; what is said to be ready has to be done before.
      freshUntil = performance.now() + 25_000;
      const mine = Symbol();
      logins.set(nameOf(place), mine);
      if (forOne) once.add(mine);
      const endAfter = (time: number): void => setTimer(() => void (logins.get(nameOf(place)) === mine && logout(place).catch(() => undefined)), time * 60_000);
      if (most < Infinity) endAfter(most);
      const after = here(await watch.look());
      // Keys that show themselves only now may have to end sooner.
      const sooner = after ? await longestFor(after, minutes) : most;
      if (sooner < most) endAfter(sooner);
      return reply;
    },
    logout,
    async lockBoundTo(origin) {
      const bound = (await identities()).filter(({ kept }) => kept.origins.includes(origin));
      if (bound.length === 0) return;
      onCards([], bound.map(({ kept }) => kept));
      watch.forget();
      await Promise.all(bound.map(({ card: { module, slot, serial, label } }) => host.card({ ask: "logout", card: { module, slot, serial, label } })));
      freshUntil = -Infinity;
    },
  };
}

/** Milliseconds between two signatures of one Send. */
const SEND = 2000;

/** Names a card among those that were logged in to. */
const nameOf = ({ module, slot, serial, label }: CardPlace): string => JSON.stringify([module, slot, serial, label]);

const samePlace = (a: CardPlace, b: CardPlace): boolean => a.module === b.module && a.slot === b.slot && a.serial === b.serial && a.label === b.label;

const keysOf = ({ cards }: CardsSeen, which: (card: SeenCard) => boolean = () => true): OnCard[] => cards.filter(which).flatMap(({ keys, chain }) => keys.map(({ certificate }) => ({ certificate, chain })));

const onlyIn = (here: readonly OnCard[], there: readonly OnCard[]): OnCard[] => here.filter(({ certificate }) => !there.some((each) => equal(each.certificate, certificate)));
