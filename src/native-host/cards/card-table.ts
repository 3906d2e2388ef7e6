import { hex } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { cardLimits, type CardMechanism, type CardPlace, type PinTries, type SeenCard } from "../../protocol/card-messages.ts";
import { CK } from "./constants.ts";
import { type CardCertificates, type CardKey, readCertificates, readKeys } from "./objects.ts";
import type { Handle, Pkcs11, TokenInfo } from "./pkcs11.ts";

/** A card in a reader, with our session on it. */
export interface OpenCard {
  slot: Handle;
  session: Handle;
  serial: string;
  label: string;
  certificates: CardCertificates;
  keys: CardKey[];
  loggedIn: boolean;
  mechanisms: CardMechanism[];
  /** The library said so of this card, whatever its flags say. */
  locked: boolean;
}

const MECHANISMS: [CardMechanism, number][] = [
  ["rsa-pkcs1", CK.CKM_RSA_PKCS],
  ["rsa-raw", CK.CKM_RSA_X_509],
  ["rsa-pss", CK.CKM_RSA_PKCS_PSS],
  ["rsa-oaep", CK.CKM_RSA_PKCS_OAEP],
  ["ecdsa", CK.CKM_ECDSA],
  ["ecdh", CK.CKM_ECDH1_DERIVE],
  ["ed25519", CK.CKM_EDDSA],
];

/** The cards behind one library. */
export interface CardTable {
  /** What is in the readers now. */
  look(): { readers: string[]; cards: Omit<SeenCard, "module">[] };
  /** The card that was meant, if it is still there; throws `keys.card-removed`. */
  at(place: Pick<CardPlace, "slot" | "serial" | "label">): OpenCard;
  /** Reads the keys anew, after login or logout. */
  renew(card: OpenCard): void;
  /** A new session, which ends an operation that was begun and will not be done; the login stays where the card has room for two. */
  reopen(card: OpenCard): void;
  /** Ends every session with the card, and with them its login (PKCS#11 2.40 §5.6, C_CloseAllSessions), and begins a new one. */
  restart(card: OpenCard): void;
  tries(card: OpenCard): PinTries;
  info(card: OpenCard): TokenInfo;
}

const trimmed = (padded: string, most: number): string => padded.replace(/[\0 ]+$/, "").slice(0, most);

export function cardTable(pkcs11: Pkcs11): CardTable {
  const open = new Map<string, OpenCard>();

  function close(name: string, card: OpenCard): void {
    open.delete(name);
    try {
      pkcs11.C_CloseSession(card.session);
    } catch {
      // It went with the card.
    }
  }

  const isLoggedIn = (session: Handle): boolean => ([CK.CKS_RO_USER_FUNCTIONS, CK.CKS_RW_USER_FUNCTIONS] as number[]).includes(pkcs11.C_GetSessionInfo(session).state);

  function renew(card: OpenCard): void {
    card.loggedIn = isLoggedIn(card.session);
    card.keys = readKeys(pkcs11, card.session);
  }

  function reopen(card: OpenCard): void {
    const old = card.session;
    const open = (): Handle => pkcs11.C_OpenSession(card.slot, CK.CKF_SERIAL_SESSION);
    try {
      // The new one first: a card's login ends with its last session (PKCS#11 2.40 §5.6, C_CloseSession).
      card.session = open();
      pkcs11.C_CloseSession(old);
    } catch {
      if (card.session !== old) return;
      pkcs11.C_CloseSession(old);
      card.session = open();
    }
    renew(card);
  }

  /** The card in a slot; null where there is none, or one that holds nothing. A card that was taken out and put in again is another one. */
  function cardIn(slot: Handle): OpenCard | null {
    const name = hex(new Uint8Array(slot));
    const known = open.get(name);
    try {
      const info = pkcs11.C_GetTokenInfo(slot);
      if ((info.flags & CK.CKF_TOKEN_INITIALIZED) === 0) throw new SmimeError("keys.card-removed");
      const [serial, label] = [trimmed(info.serialNumber, 64), trimmed(info.label, 128)];
      if (known !== undefined && known.serial === serial && known.label === label && isLoggedIn(known.session) === known.loggedIn) return known;
      if (known !== undefined) close(name, known);
      const session = pkcs11.C_OpenSession(slot, CK.CKF_SERIAL_SESSION);
      const supported = pkcs11.C_GetMechanismList(slot);
      const card: OpenCard = {
        slot, session, serial, label,
        certificates: readCertificates(pkcs11, session),
        keys: [], loggedIn: false, locked: false,
        mechanisms: MECHANISMS.filter(([, number]) => supported.includes(number)).map(([mechanism]) => mechanism),
      };
      renew(card);
      open.set(name, card);
      return card;
    } catch {
      if (known !== undefined) close(name, known);
      return null;
    }
  }

  const info = (card: OpenCard): TokenInfo => pkcs11.C_GetTokenInfo(card.slot);

  function triesIn(card: OpenCard, { flags }: TokenInfo): PinTries {
    if (card.locked || flags & CK.CKF_USER_PIN_LOCKED) return "locked";
    if (flags & CK.CKF_USER_PIN_FINAL_TRY) return "last";
    return flags & CK.CKF_USER_PIN_COUNT_LOW ? "low" : "unknown";
  }

  function seen(card: OpenCard): Omit<SeenCard, "module"> {
    const told = info(card);
    // Before login most libraries show no private key; a certificate that is no authority's then counts as one with a key.
    const hidden = !card.loggedIn && card.keys.length === 0;
    return {
      slot: hex(new Uint8Array(card.slot)),
      serial: card.serial,
      label: card.label,
      reader: trimmed(pkcs11.C_GetSlotInfo(card.slot).slotDescription, 128),
      manufacturer: trimmed(told.manufacturerID, 64),
      model: trimmed(told.model, 64),
      pinPad: (told.flags & CK.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0,
      needsPin: (told.flags & CK.CKF_LOGIN_REQUIRED) !== 0,
      loggedIn: card.loggedIn,
      tries: triesIn(card, told),
      mechanisms: card.mechanisms,
      keys: card.certificates.leaves.flatMap(({ id, certificate }) => {
        const key = card.keys.find((each) => hex(each.id) === hex(id));
        return key || hidden ? [{ id, certificate, eachTime: key?.eachTime === true }] : [];
      }),
      chain: card.certificates.authorities,
    };
  }

  return {
    look() {
      // Asked for all slots, a library looks for readers that were plugged in since.
      const readers = pkcs11.C_GetSlotList(false).slice(0, cardLimits.tokens);
      const present = pkcs11.C_GetSlotList(true).slice(0, cardLimits.tokens);
      const names = new Set(present.map((slot) => hex(new Uint8Array(slot))));
      for (const [name, card] of open) if (!names.has(name)) close(name, card);
      const cards = present.flatMap((slot) => {
        const card = cardIn(slot);
        try {
          return card === null ? [] : [seen(card)];
        } catch {
          return [];
        }
      });
      return { readers: readers.map((slot) => trimmed(pkcs11.C_GetSlotInfo(slot).slotDescription, 128)), cards };
    },
    at({ slot, serial, label }) {
      const found = /^([0-9a-f]{2}){4,16}$/.test(slot) ? cardIn(Buffer.from(slot, "hex")) : null;
      if (found === null || found.serial !== serial || found.label !== label) throw new SmimeError("keys.card-removed");
      return found;
    },
    renew,
    reopen,
    restart(card) {
      pkcs11.C_CloseAllSessions(card.slot);
      card.session = pkcs11.C_OpenSession(card.slot, CK.CKF_SERIAL_SESSION);
      renew(card);
    },
    tries: (card) => triesIn(card, info(card)),
    info,
  };
}
