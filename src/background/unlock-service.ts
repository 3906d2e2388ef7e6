import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { isProtected } from "../keys/protected-key.ts";
import type { UnlockSecret } from "../keys/vault.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { CardPlace, LoginReply, SeenCard } from "../protocol/card-messages.ts";
import type { RequestInput } from "../protocol/requests.ts";
import type { LockFacts, UnlockAnswer, UnlockQuestion } from "../protocol/unlock.ts";
import type { KeptIdentity } from "../store/identities.ts";
import type { DocumentName } from "./authority.ts";
import type { Bindings } from "./bindings.ts";
import type { CardService } from "./card-service.ts";
import type { KeyLocks } from "./key-locks.ts";
import { type KeyRules, lifetimes, NO_RULES, rulesOf, strictest, USUAL_MINUTES } from "./key-rules.ts";
import type { Attempt, KeyVaults } from "./key-vaults.ts";
import { type OwnKeys, signingFor } from "./own-keys.ts";
import type { PolicyService } from "./policy-service.ts";
import type { SignedIn } from "./presence.ts";
import type { SecurityKeys } from "./security-keys.ts";
import { windowQuestions } from "./window-questions.ts";

export interface UnlockServiceParts {
  bindings: Bindings;
  locks: KeyLocks;
  vaults: Pick<KeyVaults, "all" | "wait">;
  authenticators: Pick<SecurityKeys, "place" | "authenticators">;
  rules: (certificate: KeptIdentity["certificate"]) => Promise<KeyRules>;
  identities: () => Promise<readonly Readonly<KeptIdentity>[]>;
  /** Vaults in which keys lie that wait for their certificates. */
  waitingIn: () => Promise<readonly string[]>;
  ownKeys: OwnKeys;
  cards: Pick<CardService, "identities" | "login">;
  policy: Pick<PolicyService, "current">;
  /** For how long people wanted keys unlocked last. */
  minutes: { read: () => Promise<unknown>; write: (minutes: number | null) => Promise<void> };
  /** Whether the browser shows this tab now. */
  isShown: (tab: number) => Promise<boolean>;
  /** Opens the unlock window for an id; answers its tab. */
  open: (id: string) => Promise<number | null>;
  close?: (window: number) => void;
  clock: Clock;
}

interface Asked {
  /** Empty where a card is asked for. */
  vault: string;
  card: SeenCard | null;
  kept: Readonly<KeptIdentity> | null;
  use: UnlockQuestion["use"];
  message: UnlockQuestion["message"];
  /** The frame that waits; null for a page of ours. */
  frame: ({ tab: number; document: string } & SignedIn) | null;
}

export type UnlockWishOfFrame = RequestInput<"frame", "keys.unlock">;

/**
 * Unlocks keys by a window of ours, which opens on a person's click in a frame that can be seen, or in a page of ours (§1, rule 6).
 * The frame learns whether the key was unlocked and nothing of what was typed.
 */
export function unlockService({ bindings, locks, vaults, authenticators, rules, identities, waitingIn, ownKeys, cards, policy, minutes, isShown, open, close, clock }: UnlockServiceParts) {
  const windows = windowQuestions<Asked, boolean>(open, false, close);

  /** Which key it is: the one that the background saw the frame's message wait for, or the one that would sign. */
  async function wanted(frame: DocumentName, wish: UnlockWishOfFrame): Promise<{ kept: Readonly<KeptIdentity>; card: SeenCard | null }> {
    const { purpose, waitsFor } = await bindings.of(frame);
    if (!wish.visible || !(await isShown(frame.tab))) throw new SmimeError("keys.not-allowed-here");
    const keys = await ownKeys(purpose.origin, frame.document);
    const found = wish.use === "sign" ? signingFor(keys, wish.from).key : keys.find(({ id }) => id === waitsFor);
    const onCard = (await cards.identities()).find(({ kept }) => kept.id === found?.id);
    if (onCard) return onCard;
    const kept = (await identities()).find(({ id }) => id === found?.id);
    if (!kept) throw new SmimeError("keys.not-found");
    return { kept, card: null };
  }

  async function ask(frame: DocumentName, wish: UnlockWishOfFrame): Promise<boolean> {
    const { kept, card } = await wanted(frame, wish);
    const vault = isProtected(kept.key) ? kept.key.vault : "";
    if (card === null && vault === "") throw new SmimeError("keys.not-found");
    const { origin, account } = (await bindings.of(frame)).purpose;
    const { tab, document } = frame;
    windows.withdraw((asked) => asked.frame?.tab === tab && asked.frame.document === document);
    return windows.ask({ vault, card, kept, use: wish.use, message: wish.use === "read" ? wish.message : null, frame: { tab, document, origin, account } });
  }

  const lockedWith = async ({ vault, frame }: Asked): Promise<Readonly<KeptIdentity>[]> =>
    (await identities()).filter(({ key, origins }) => isProtected(key) && key.vault === vault && (frame === null || origins.includes(frame.origin)));

  /** What may be chosen for keys: the strictest of what holds for any of them. */
  const rulesFor = async (keys: readonly Readonly<KeptIdentity>[]): Promise<KeyRules> => strictest([NO_RULES, ...(await Promise.all(keys.map(({ certificate }) => rules(certificate))))]);

  async function chosenMinutes(choices: readonly (number | null)[]): Promise<number | null> {
    const last = await minutes.read();
    if ((typeof last === "number" || last === null) && choices.includes(last)) return last;
    return choices.includes(USUAL_MINUTES) ? USUAL_MINUTES : (choices.at(-1) ?? null);
  }

  return {
    ask,
    /** Asks for all keys of a vault, for a page of ours. */
    openFor: (vault: string): void => void windows.ask({ vault, card: null, kept: null, use: "page", message: null, frame: null }).catch(() => undefined),

    async details(id: string): Promise<UnlockQuestion | null> {
      const asked = windows.details(id);
      if (!asked) return null;
      const vault = (await vaults.all()).find((each) => each.id === asked.vault);
      if (!vault && asked.card === null) return null;
      const keys = asked.card && asked.kept ? [asked.kept] : await lockedWith(asked);
      const choices = lifetimes(await rulesFor(keys));
      const certificate = asked.kept && parseCertificate(asked.kept.certificate);
      return {
        kind: vault?.kind ?? "card",
        authenticators: vault ? await authenticators.authenticators(vault) : [],
        securityKeys: await authenticators.place(),
        card: asked.card && cardOf(asked.card),
        key: certificate && { name: certificate.subject.commonName ?? certificate.addresses[0] ?? "", addresses: certificate.addresses },
        keys: keys.length,
        origin: asked.frame?.origin ?? null,
        use: asked.use,
        message: asked.message,
        choices,
        preselected: await chosenMinutes(choices),
        wait: vault ? await vaults.wait(vault.id) : 0,
      };
    },

    async answer(id: string, secret: UnlockSecret, wish: number | null): Promise<UnlockAnswer> {
      const asked = windows.details(id);
      if (!asked) throw new SmimeError("store.not-found");
      const { vault, frame } = asked;
      const attempt = await locks.unlock(vault, secret, { minutes: wish, ...(frame && { origin: frame.origin, document: frame.document }) });
      if (attempt.state === "opened") {
        await minutes.write(wish);
        windows.answer(id, true);
      }
      return told(attempt);
    },
    async answerCard(id: string, pin: string | null, wish: number | null): Promise<LoginReply> {
      const asked = windows.details(id);
      if (!asked?.card) throw new SmimeError("store.not-found");
      const reply = await cards.login(asked.card, pin, wish, asked.frame?.document);
      if (reply.result === "ok") {
        await minutes.write(wish);
        windows.answer(id, true);
      } else {
        asked.card = { ...asked.card, tries: reply.tries };
      }
      return reply;
    },
    /** A card's PIN that was typed in a page of ours, which asks for no time: what the person chose last holds. */
    async loginFromPage(place: CardPlace, pin: string | null): Promise<LoginReply> {
      const last = await minutes.read();
      return cards.login(place, pin, typeof last === "number" || last === null ? last : USUAL_MINUTES);
    },
    cancel: (id: string): void => windows.answer(id, false),
    /** Takes back what is asked for somebody of whom `which` says so, and closes its window; a page of ours asks for nobody. */
    withdraw: (which: (by: SignedIn) => boolean): void => windows.withdraw(({ frame }) => which(frame ?? { origin: "", account: "" })),
    setMinutes: (wish: number | null): Promise<void> => minutes.write(wish),

    async facts(): Promise<LockFacts> {
      const { vaults: kept, unlocked } = await locks.state();
      const [all, waiting] = [await identities(), await waitingIn()];
      const choices = lifetimes(await rulesFor(all.filter(({ key }) => isProtected(key))));
      const now = clock().getTime();
      const present = new Map((await cards.identities()).map(({ card }) => [`${card.module} ${card.slot}`, card]));
      return {
        cards: [...present.values()].filter(({ needsPin }) => needsPin).map(({ label, model, loggedIn }) => ({ label: label || model, open: loggedIn })),
        securityKeys: await authenticators.place(),
        vaults: kept.map(({ id, kind, locks: rows, identities: names }) => {
          const open = unlocked.filter((each) => names.includes(each.id) && (each.until === null || each.until > now));
          const ends = open.flatMap(({ until }) => until ?? []);
          return { id, kind, locks: rows, identities: names, waiting: waiting.filter((each) => each === id).length, unlocked: open.map((each) => each.id), until: ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString() };
        }),
        choices,
        minutes: await chosenMinutes(choices),
        required: rulesOf(await policy.current()).required,
      };
    },

    /** Called for the tab of the window as well as for the one of the message. */
    tabClosed: (tab: number): void => {
      windows.tabClosed(tab);
      windows.withdraw((asked) => asked.frame?.tab === tab);
    },
  };
}

/** What a page is told of an attempt. */
export function told(attempt: Attempt<unknown>): UnlockAnswer {
  return attempt.state === "opened" ? { state: "opened" } : attempt;
}

const cardOf = ({ label, reader, pinPad, tries }: SeenCard): UnlockQuestion["card"] => ({ label, reader, pinPad, tries });
