import { bool, count, list, nullable, octets, record, type Shape, text, variant, word } from "./shape.ts";

/** What cards may cost; octets, where nothing else is said. */
export const cardLimits = {
  /** Libraries that one person uses, and cards that are in readers at once. */
  modules: 16,
  tokens: 16,
  /** Certificates of one card, those of keys and those of authorities. */
  certificates: 64,
  certificate: 16_384,
  /** CKA_ID. */
  keyId: 255,
  /** UTF-16 units. */
  pin: 255,
  /** What a key signs: a digest, or for Ed25519 the signed attributes. */
  signed: 16_384,
  /** RSA of 16,384 bits. */
  encryptedKey: 2048,
  /** Milliseconds that a question about changes may stay open. */
  wait: 30_000,
  /** Everything that all cards say of themselves. */
  answer: 16 * 1024 * 1024,
} as const;

/** An absolute path of a library: POSIX, or Windows with a drive. */
export const isModulePath = (path: string): boolean => path.length <= 1000 && !/[\0\r\n]/.test(path) && (path.startsWith("/") || /^[A-Za-z]:\\/.test(path));

export const modulePath: Shape<string> = (value) => {
  const path = text(1000)(value);
  return isModulePath(path) ? path : text(0)(path);
};

/** One card in one reader as it was seen: asked again, the host uses it only if it is still the same card. */
const place = { module: modulePath, slot: text(32), serial: text(64), label: text(128) };

export const cardPlace = record(place);

const key = record({ ...place, id: octets(cardLimits.keyId) });

const hash = word("sha1", "sha224", "sha256", "sha384", "sha512");

/**
 * What is asked of cards. Digests and wrapped keys alone: nothing that a message says ever comes here.
 * `look` answers when what it would say differs from `known`, else after `wait` milliseconds.
 */
export const cardQuestion = variant("ask", {
  look: record({ ask: word("look"), modules: list(modulePath, cardLimits.modules), known: nullable(text(64)), wait: count(cardLimits.wait) }),
  /** `pin` null: the reader's own keys are used. */
  login: record({ ask: word("login"), card: cardPlace, pin: nullable(text(cardLimits.pin)) }),
  /** `card` null: all of them. */
  logout: record({ ask: word("logout"), card: nullable(cardPlace) }),
  sign: record({ ask: word("sign"), key, scheme: word("rsa-pkcs1", "rsa-pss", "ecdsa", "ed25519"), digestName: word("sha256", "sha384", "sha512"), data: octets(cardLimits.signed) }),
  decrypt: record({ ask: word("decrypt"), key, padding: word("pkcs1", "oaep"), hash, maskHash: hash, label: octets(1024), encryptedKey: octets(cardLimits.encryptedKey) }),
  /** The other side's point, uncompressed. */
  derive: record({ ask: word("derive"), key, point: octets(200) }),
});

export type CardQuestion = ReturnType<typeof cardQuestion>;

/** What a library can do with keys, of what is used here. */
export const cardMechanisms = ["rsa-pkcs1", "rsa-raw", "rsa-pss", "rsa-oaep", "ecdsa", "ecdh", "ed25519"] as const;
export type CardMechanism = (typeof cardMechanisms)[number];

/** What is known of how many wrong PINs a card still takes: PKCS#11 has no number, only these. */
const tries = word("unknown", "low", "last", "locked");
export type PinTries = ReturnType<typeof tries>;

const card = record({
  ...place,
  reader: text(128),
  manufacturer: text(64),
  model: text(64),
  pinPad: bool,
  /** Whether its keys need a PIN at all. */
  needsPin: bool,
  loggedIn: bool,
  tries,
  mechanisms: list(word(...cardMechanisms), cardMechanisms.length),
  /** Certificates with a key on the card (before login: as far as the card tells), and whether the key asks for the PIN each time. */
  keys: list(record({ id: octets(cardLimits.keyId), certificate: octets(cardLimits.certificate), eachTime: bool }), cardLimits.certificates),
  /** Certificates of authorities on the card; trusted for nothing. */
  chain: list(octets(cardLimits.certificate), cardLimits.certificates),
});

/** `refused`: the host does not load it; `missing`: no such file; `failed`: it does not work; `silent`: it did not answer in time. */
const moduleState = word("ready", "refused", "missing", "failed", "silent");

export const cardsSeen = record({
  version: text(64),
  /** False where the host was installed without what it needs for cards. */
  supported: bool,
  modules: list(record({ path: modulePath, state: moduleState, name: text(128), readers: list(text(128), cardLimits.tokens) }), cardLimits.modules),
  /** Libraries that are on this machine and were not named. */
  suggested: list(modulePath, cardLimits.modules),
  cards: list(card, cardLimits.tokens),
});

export type CardsSeen = ReturnType<typeof cardsSeen>;
export type SeenCard = CardsSeen["cards"][number];
export type CardPlace = Pick<SeenCard, "module" | "slot" | "serial" | "label">;

/** `malformed`: no PIN of this card looks like that, and it was not tried. */
export const loginReply = record({ result: word("ok", "wrong", "locked", "malformed", "cancelled"), tries });
export type LoginReply = ReturnType<typeof loginReply>;

/**
 * `encoded`: the whole block, padding and all; `plain`: what the card took out of it; `refused`: the card would not, for whatever
 * reason. Whoever asks answers the same in all wrong cases.
 */
export const decryptReply = record({ form: word("encoded", "plain", "refused"), octets: octets(cardLimits.encryptedKey) });
export type DecryptReply = ReturnType<typeof decryptReply>;

/** A signature (RSA, raw r and s, or Ed25519), or a shared secret. */
export const octetsReply = record({ octets: octets(cardLimits.encryptedKey) });
export type OctetsReply = ReturnType<typeof octetsReply>;

export type CardReply = CardsSeen | LoginReply | DecryptReply | OctetsReply | null;
