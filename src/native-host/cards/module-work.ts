import { codeOf, SmimeError } from "../../base/errors.ts";
import type { CardQuestion, DecryptReply, LoginReply, OctetsReply, SeenCard } from "../../protocol/card-messages.ts";
import { type CardTable, cardTable, type OpenCard } from "./card-table.ts";
import { CK } from "./constants.ts";
import { type Logins, logins } from "./login.ts";
import { decrypt, derive, keyOn, sign } from "./operations.ts";
import { type Pkcs11, resultOf } from "./pkcs11.ts";

/** What a library says of an operation whose PIN was not given: cancelled at the reader, or refused. It tells nothing of what was to be opened. */
const PIN_WANTED: readonly number[] = [CK.CKR_FUNCTION_CANCELED, CK.CKR_FUNCTION_REJECTED, CK.CKR_PIN_INCORRECT, CK.CKR_PIN_INVALID, CK.CKR_PIN_LEN_RANGE, CK.CKR_PIN_EXPIRED, CK.CKR_PIN_LOCKED];

/** What one library's process answers. */
export type ModuleReply = { readers: string[]; cards: Omit<SeenCard, "module">[] } | LoginReply | DecryptReply | OctetsReply | null;

/**
 * Answers questions with one library. Throws codes alone; what a card says of a wrapped key that it would not open is `refused`,
 * whatever its reason, as long as the card is still there and open.
 */
export function moduleWork(pkcs11: Pkcs11, now?: () => number): (question: CardQuestion) => ModuleReply {
  const table = cardTable(pkcs11);
  const doors = logins(pkcs11, table, now);

  return (question) => {
    switch (question.ask) {
      case "look":
        return table.look();
      case "login": {
        const card = table.at(question.card);
        return orWhy(table, question.card, () => doors.login(card, question.pin));
      }
      case "logout":
        leave(question.card === null ? table.look().cards : [question.card], table, doors);
        return null;
      case "sign":
        return { octets: used(question, (card, key) => sign(pkcs11, card, key, question, doors)) };
      case "derive":
        return { octets: used(question, (card, key) => derive(pkcs11, card, key, question)) };
      case "decrypt":
        try {
          return used(question, (card, key) => decrypt(pkcs11, card, key, question, doors));
        } catch (error) {
          if (codeOf(error) !== "keys.card-failed") throw error;
          return { form: "refused", octets: new Uint8Array() };
        }
    }
  };

  function used<T>({ key: wanted }: Extract<CardQuestion, { ask: "sign" | "decrypt" | "derive" }>, use: (card: OpenCard, key: ReturnType<typeof keyOn>) => T): T {
    const card = table.at(wanted);
    const needsPin = (table.info(card).flags & CK.CKF_LOGIN_REQUIRED) !== 0;
    return orWhy(table, wanted, () => {
      try {
        return use(card, keyOn(card, wanted.id, needsPin));
      } catch (error) {
        if (!PIN_WANTED.includes(resultOf(error) ?? -1)) throw error;
        throw new SmimeError("keys.locked", { cause: error });
      }
    });
  }
}

/** Logs out of all of them, whichever fails. Throws `keys.card-logout` where one that is there stayed open. */
function leave(cards: Parameters<CardTable["at"]>[0][], table: CardTable, doors: Logins): void {
  let open = false;
  for (const place of cards) {
    try {
      doors.logout(table.at(place));
    } catch (error) {
      // A card that is gone is logged out.
      if (codeOf(error) === "keys.card-logout") open = true;
    }
  }
  if (open) throw new SmimeError("keys.card-logout");
}

/** Turns what a library threw into a code: is the card gone, does it want the PIN again, or did it fail? */
function orWhy<T>(table: CardTable, place: Parameters<CardTable["at"]>[0], use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof SmimeError) throw error;
    const result = resultOf(error);
    if (result === CK.CKR_DEVICE_REMOVED || result === CK.CKR_TOKEN_NOT_PRESENT) throw new SmimeError("keys.card-removed", { cause: error });
    const before = table.at(place);
    if (result === CK.CKR_USER_NOT_LOGGED_IN || (!before.loggedIn && before.keys.length === 0)) throw new SmimeError("keys.locked", { cause: error });
    throw new SmimeError("keys.card-failed", { cause: error });
  }
}
