import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { sameAddress } from "../mime/addresses.ts";
import { matchAddress } from "../pki/address-match.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Refused } from "../protocol/identities.ts";
import type { KeyUse } from "../protocol/page-requests.ts";
import type { LocalKey, Signing } from "../smime/local-key-port.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";
import { eachIdentity } from "./each-identity.ts";
import type { KeyChoice, KeyChoices } from "./key-choices.ts";
import type { KeyLocks } from "./key-locks.ts";

/** An own key, opened for use in one webmail. */
export interface OwnKey extends LocalKey {
  kept: KeptIdentity;
  notAfter: Date;
  /** Its certificate has ended: it goes on reading, and neither signs nor is encrypted to. */
  ended?: boolean;
  /** What the user chose it for; nothing while its certificate has ended. */
  chosenFor?: Pick<KeyChoice, "address" | "use">[];
  /** It lies on a card. */
  hardware?: boolean;
  /** Why it may not be used or cannot be unlocked any more; null or absent if it may. Another key goes before it, where there is one. */
  refused?: Refused | null;
}

/** Where own keys on cards come from; none where there are no cards. */
export type CardKeys = (origin: string, document?: string) => Promise<(Pick<OwnKey, "key" | "refused"> & { kept: KeptIdentity })[]>;

/**
 * Own keys that may be used in a webmail, newest certificate first: an identity opens only where it is bound (§2). Locked ones are
 * among them, and say so when they are used.
 * @param document the frame's, where a key may be unlocked for one frame alone
 */
export type OwnKeys = (origin: string, document?: string) => Promise<OwnKey[]>;

export function ownKeysWith(choices: Pick<KeyChoices, "all">, locks: Pick<KeyLocks, "open" | "refusal">, clock: Clock, cards: CardKeys = () => Promise.resolve([])): OwnKeys {
  return async (origin, document) => {
    const [identities, chosen, onCards] = await Promise.all([allIdentities(), choices.all(), cards(origin, document)]);
    const here = identities.filter((kept) => kept.origins.includes(origin) && !onCards.some((card) => card.kept.id === kept.id));
    const inBrowser = eachIdentity(here, (kept) => own(kept, locks.open(kept, document), chosen, clock()));
    return inOrder([
      ...onCards.map(({ kept, key, refused = null }): OwnKey => ({ ...own(kept, key, chosen, clock()), hardware: true, refused })),
      ...(await Promise.all(inBrowser.map(async (key): Promise<OwnKey> => ({ ...key, refused: await locks.refusal(key.kept) })))),
    ]);
  };
}

/** The end of each certificate, read once as long as its identity is remembered: one message asks several times, and history may be long. */
const ends = new WeakMap<Readonly<KeptIdentity>, Date>();

function endOf(kept: KeptIdentity): Date {
  const known = ends.get(kept) ?? parseCertificate(kept.certificate).notAfter;
  ends.set(kept, known);
  return known;
}

function own(kept: KeptIdentity, key: OwnKey["key"], chosen: readonly KeyChoice[], now: Date): OwnKey {
  const notAfter = endOf(kept);
  return { id: kept.id, key, chain: kept.chain, kept, notAfter, ended: notAfter < now, chosenFor: chosenFor({ id: kept.id, notAfter }, chosen, now) };
}

/** Those on cards first, which whoever copies the disk has not got; then the newest certificate, the one that is valid longest. */
export function inOrder<K extends { notAfter: Date; hardware?: boolean }>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => Number(b.hardware === true) - Number(a.hardware === true) || b.notAfter.getTime() - a.notAfter.getTime());
}

/** The choices that name a key; none while its certificate has ended, so that the next one takes its place. */
export function chosenFor({ id, notAfter }: { id: string; notAfter: Date }, chosen: readonly KeyChoice[], now: Date): KeyChoice[] {
  return notAfter < now ? [] : chosen.filter((choice) => choice.id === id);
}

/** Whether a key's certificate is for an address. */
export function isFor(key: { key: { certificate: Bytes } }, address: string): boolean {
  return matchAddress(parseCertificate(key.key.certificate), address) === "ok";
}

/** What of a key decides whether it is used. */
export type Usable = Pick<OwnKey, "id" | "chosenFor" | "ended" | "refused"> & { key: Pick<OwnKey["key"], "certificate" | "canSign" | "canDecrypt"> };

/**
 * Which keys are used for an address: the one chosen for it, else the first that can; mail to the address is to be encrypted to
 * the key that signs, if it can decrypt and no other was chosen. Every key opens what was encrypted to it, chosen or not, and one
 * whose certificate has ended does nothing else. One that may not be used is passed over, unless there is no other: then it is that
 * one, which says why.
 * @param keys newest certificate first
 */
export function keysFor<K extends Usable>(keys: readonly K[], address: string): Record<KeyUse, K | null> {
  const mine = keys.filter((key) => !key.ended && isFor(key, address));
  const able = (can: "canSign" | "canDecrypt"): K[] => {
    const all = mine.filter(({ key }) => key[can]);
    const allowed = all.filter(({ refused = null }) => refused === null);
    return allowed.length > 0 ? allowed : all;
  };
  const [signing, decrypting] = [able("canSign"), able("canDecrypt")];
  const sign = signing.find((key) => isChosen(key, "sign", address)) ?? signing[0] ?? null;
  const encrypt = decrypting.find((key) => isChosen(key, "encrypt", address)) ?? (sign?.key.canDecrypt && decrypting.includes(sign) ? sign : decrypting[0]) ?? null;
  return { sign, encrypt };
}

/** The key that was chosen for mail to an address, if one was. */
export function chosenToEncrypt<K extends Usable>(keys: readonly K[], address: string): K | null {
  const { encrypt } = keysFor(keys, address);
  return encrypt && isChosen(encrypt, "encrypt", address) ? encrypt : null;
}

const isChosen = ({ chosenFor: chosen = [] }: Usable, use: KeyUse, address: string): boolean => chosen.some((choice) => choice.use === use && sameAddress(choice.address, address));

/** What signs for an address: a key whose certificate names it, and where mail to it is to be encrypted. Throws `keys.signing-expired`, `keys.no-signing-key`, or why none may be used. */
export function signingFor(keys: readonly OwnKey[], address: string): Signing {
  const { sign, encrypt } = keysFor(keys, address);
  if (!sign) throw new SmimeError(keys.some((key) => key.ended && key.key.canSign && isFor(key, address)) ? "keys.signing-expired" : "keys.no-signing-key");
  if (sign.refused) throw new SmimeError(sign.refused);
  return { key: sign, encryptionCertificate: encrypt && encrypt.id !== sign.id ? encrypt.key.certificate : null };
}
