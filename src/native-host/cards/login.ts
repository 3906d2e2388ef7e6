import { SmimeError } from "../../base/errors.ts";
import type { LoginReply, PinTries } from "../../protocol/card-messages.ts";
import type { CardTable, OpenCard } from "./card-table.ts";
import { CK } from "./constants.ts";
import { type Handle, type Pkcs11, resultOf } from "./pkcs11.ts";

/** Milliseconds for which a PIN goes with the uses of a key that asks for it each time: those of one Send or one opened message. */
export const EACH_TIME_PATIENCE = 30_000;

/** What a library answers of a card that is not there any more: nobody is logged in to it. */
const GONE: readonly number[] = [CK.CKR_DEVICE_REMOVED, CK.CKR_TOKEN_NOT_PRESENT];

/** Logging in and out of one library's cards. */
export interface Logins {
  /** A PIN that is locked is not tried, nor one of a length that no PIN of the card has. */
  login(card: OpenCard, pin: string | null): LoginReply;
  /** Throws `keys.card-logout` where the card is still there and nothing ends its login. */
  logout(card: OpenCard): void;
  /**
   * The login of a key that asks each time, after its operation was begun (PKCS#11 §5.6, CKU_CONTEXT_SPECIFIC). Throws `keys.locked`
   * without a PIN and what the library says of one; nothing stays begun then, and a PIN that was refused is not sent again.
   */
  again(card: OpenCard): void;
}

export function logins(pkcs11: Pkcs11, table: CardTable, now: () => number = () => performance.now()): Logins {
  /** By session. A string cannot be overwritten in JavaScript: it is let go as soon as it is not needed. */
  const held = new Map<Handle, { pin: string; until: number }>();

  function after(card: OpenCard, result: number): LoginReply {
    if (result === CK.CKR_PIN_LOCKED) card.locked = true;
    const tries: PinTries = table.tries(card);
    if (tries === "locked") return { result: "locked", tries };
    switch (result) {
      case CK.CKR_PIN_INCORRECT:
        return { result: "wrong", tries };
      case CK.CKR_PIN_INVALID:
      case CK.CKR_PIN_LEN_RANGE:
        return { result: "malformed", tries };
      default:
        return { result: "cancelled", tries };
    }
  }

  return {
    login(card, pin) {
      held.delete(card.session);
      const info = table.info(card);
      const tries = table.tries(card);
      if (tries === "locked") return { result: "locked", tries };
      const pad = (info.flags & CK.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0;
      const length = pin === null ? 0 : Buffer.byteLength(pin);
      if (pin === null ? !pad : length < info.minPinLen || (info.maxPinLen > 0 && length > info.maxPinLen)) return { result: "malformed", tries };
      // Who is logged in already would get any PIN accepted.
      if (card.loggedIn) this.logout(card);
      try {
        pkcs11.C_Login(card.session, CK.CKU_USER, pin ?? undefined);
      } catch (error) {
        const result = resultOf(error);
        if (result === null || !([CK.CKR_PIN_LOCKED, CK.CKR_PIN_INCORRECT, CK.CKR_PIN_INVALID, CK.CKR_PIN_LEN_RANGE, CK.CKR_FUNCTION_CANCELED] as number[]).includes(result)) throw error;
        return after(card, result);
      }
      table.renew(card);
      if (pin !== null && card.keys.some(({ eachTime }) => eachTime)) {
        const kept = { pin, until: now() + EACH_TIME_PATIENCE };
        held.set(card.session, kept);
        setTimeout(() => held.get(card.session) === kept && held.delete(card.session), EACH_TIME_PATIENCE).unref();
      }
      return { result: "ok", tries: table.tries(card) };
    },

    logout(card) {
      held.delete(card.session);
      if (!card.loggedIn) return;
      try {
        pkcs11.C_Logout(card.session);
      } catch {
        // Whether it is logged out all the same is looked up, and if not its sessions end.
      }
      for (const attempt of [() => table.renew(card), () => table.restart(card)]) {
        try {
          attempt();
          if (!card.loggedIn) return;
        } catch (error) {
          if (GONE.includes(resultOf(error) ?? -1)) return;
        }
      }
      throw new SmimeError("keys.card-logout");
    },

    again(card) {
      const kept = held.get(card.session);
      try {
        const pad = (table.info(card).flags & CK.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0;
        if (!pad && (kept === undefined || kept.until < now())) throw new SmimeError("keys.locked");
        pkcs11.C_Login(card.session, CK.CKU_CONTEXT_SPECIFIC, kept?.pin);
      } catch (error) {
        if (resultOf(error) === CK.CKR_PIN_LOCKED) card.locked = true;
        held.delete(card.session);
        try {
          table.reopen(card);
        } catch {
          // It is the refusal that is said; a card that is gone shows at the next look.
        }
        throw error;
      }
    },
  };
}
