import { cardLimits, cardPlace, type LoginReply, modulePath } from "./card-messages.ts";
import type { CardsView } from "./card-view.ts";
import { bool, nullable, record, text } from "./shape.ts";
import { unlockMinutes } from "./unlock.ts";

/** What our own pages may ask of smart cards. */
export const cardRequests = {
  /** Readers, cards, keys and card software, asked now; after a logout only where a person `acted`, and the page did not ask by itself. */
  "cards.look": record({ acted: bool }),
  /** Logs in to a card; `pin` null for one whose reader has keys. Throws the codes of `keys.card-*`. */
  "cards.login": record({ place: cardPlace, pin: nullable(text(cardLimits.pin)) }),
  /** Logs out of a card, or of all. */
  "cards.logout": record({ place: nullable(cardPlace) }),
  /** Adds or removes a library of the user's own. */
  "cards.module": record({ path: modulePath, used: bool }),
  /** Whether a card's key may be used in a webmail. */
  "cards.origin": record({ id: text(128), origin: text(300), allowed: bool }),
  /** One attempt with a card in the unlock window; `pin` null for one whose reader has keys. Throws the codes of `keys.card-*`, `store.not-found`. */
  "unlock.card": record({ id: text(64), pin: nullable(text(cardLimits.pin)), minutes: unlockMinutes }),
} as const;

export interface CardAnswers {
  "cards.look": CardsView;
  "cards.login": LoginReply;
  "cards.logout": null;
  "cards.module": null;
  "cards.origin": null;
  "unlock.card": LoginReply;
}
