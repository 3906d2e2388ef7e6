import type { CardsView, CardView } from "../../src/protocol/card-view.ts";
import type { UnlockQuestion } from "../../src/protocol/unlock.ts";
import type { CardActions } from "../../src/ui/options/cards-section.tsx";
import * as s from "../unit/ui/samples.ts";

/** States of smart cards, in the options and in the unlock window. */

const module = { path: "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", managed: true, state: "ready", name: "OpenSC smartcard framework", readers: ["Reader 00 00"] } as const;
const key = { id: "a", certificate: s.facts(), code: "ok", canSign: true, canDecrypt: true, origins: ["https://mail.example.org"], eachTime: false };
const card: CardView = { place: { module: module.path, slot: "00000000", serial: "8a23", label: "Alice Example" }, reader: "Reader 00 00", manufacturer: "piv_II", model: "PKCS#15 emulated", pinPad: false, needsPin: true, loggedIn: false, tries: "unknown", eachMessage: false, unsupported: [], keys: [key] };
const view: CardsView = { host: "ready", code: null, resting: false, stayedOpen: false, supported: true, modules: [{ ...module, readers: [...module.readers] }], suggested: [], cards: [card] };

const nothing = (): void => undefined;
const actions: CardActions = { look: nothing, useModule: nothing, login: nothing, logout: nothing, allowCard: nothing };

export const cardsOf = (change: Partial<CardsView> = {}, problem: string | null = null): { view: CardsView; problem: string | null; actions: CardActions } => ({ view: { ...view, ...change }, problem, actions });

export const cardViews: Record<string, ReturnType<typeof cardsOf>> = {
  "cards-none": cardsOf({ cards: [] }),
  "cards-no-reader": cardsOf({ cards: [], modules: [{ ...module, readers: [] }] }),
  "cards-no-module": cardsOf({ cards: [], modules: [], suggested: [module.path] }),
  "cards-unsupported": cardsOf({ cards: [], supported: false }),
  "cards-silent": cardsOf({ cards: [], code: "keys.card-silent" }),
  "cards-modules": cardsOf({ cards: [], modules: (["refused", "missing", "failed", "silent"] as const).map((state) => ({ ...module, path: `/opt/${state}.so`, managed: false, state, name: "", readers: [] })) }),
  "cards-open": cardsOf({ cards: [{ ...card, loggedIn: true, keys: [key, { ...key, id: "b", canDecrypt: false, eachTime: true }, { ...key, id: "c", canSign: false, code: "pki.expired" }] }] }),
  "cards-wrong": cardsOf({ cards: [{ ...card, tries: "low" }] }, "keys.card-pin-wrong"),
  "cards-last": cardsOf({ cards: [{ ...card, tries: "last" }, { ...card, place: { ...card.place, slot: "01" }, pinPad: true }] }),
  "cards-resting": cardsOf({ cards: [], resting: true, stayedOpen: true }),
  "cards-unsupported-key": cardsOf({ cards: [{ ...card, keys: [], unsupported: [s.alice.name, s.bob.name] }] }),
  "cards-each-message": cardsOf({ cards: [{ ...card, eachMessage: true }] }),
  "cards-locked": cardsOf({ cards: [{ ...card, tries: "locked", keys: [] }] }),
};

export const cardAsked = (wanted: UnlockQuestion, change: Partial<NonNullable<UnlockQuestion["card"]>> = {}): UnlockQuestion => ({ ...wanted, kind: "card", keys: 1, card: { label: "Alice Example", reader: "Reader 00 00", pinPad: false, tries: "unknown", ...change } });
