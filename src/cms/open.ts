import { type Bytes, hex } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { type KeyPort, MOST_OWN_KEYS, type OwnCertificate, type UnwrapRequest } from "../protocol/key-port.ts";
import type { RecipientName } from "../protocol/message-status.ts";
import type { SecretPort, SecretRecipient } from "../protocol/secret-port.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { type Cipher, readCipher } from "./cipher-parameters.ts";
import { type Ciphertext, decryptContent, requireCipher } from "./content-cipher.ts";
import type { AuthEnvelopedData, EnvelopedData } from "./enveloped-data.ts";
import { names } from "./identifiers.ts";
import { keyManagementName } from "./key-management.ts";
import { cmsLimits } from "./limits.ts";
import type { KeyAgreementRecipient, KeyEncryptionKeyRecipient, KeyTransportRecipient, PasswordRecipient, Recipient } from "./recipients.ts";
import { nameText } from "./values.ts";

export interface Opened {
  content: Bytes;
  /** Dotted identifier of what was encrypted; id-data for mail. */
  contentType: string;
  /** OpenSSL's names of the content cipher and of the way the content key came. */
  cipher: string;
  keyTransport: string;
  recipients: RecipientName[];
}

interface Match {
  recipient: KeyTransportRecipient | KeyAgreementRecipient;
  own: OwnCertificate;
}

type Enveloped = EnvelopedData | AuthEnvelopedData;

const NO_SECRETS: SecretPort = { unwrap: () => Promise.resolve(null) };

/**
 * Opens EnvelopedData (RFC 5652 §6) or AuthEnvelopedData (RFC 5083) with a key of ours, or else with a secret that is at hand.
 * At most one private operation: one entry that names one of our certificates is tried, no other. Where several are named, the key
 * port says which: one that can be used at once goes before one that is locked or elsewhere.
 * Throws `cms.no-recipient-key`; `cms.algorithm-unknown` and `cms.malformed` for what the message says in the clear; and, once a key
 * or secret was used, `cms.decrypt-failed` whatever the reason, so that nobody learns from altered copies (EFAIL, padding oracles).
 * The key port's own refusals (`keys.*`, `limits.*`, `protocol.*`) pass through.
 * @param disposable true if the octets that `cms` was read from are nobody else's: the plaintext may take the ciphertext's place,
 * so that `cms` cannot be opened again
 */
export async function openEnveloped(cms: Enveloped, keys: KeyPort, secrets: SecretPort = NO_SECRETS, disposable = false): Promise<Opened> {
  const own = (await keys.certificates()).filter((certificate) => certificate.canDecrypt);
  const match = await chosenMatch(findMatches(cms.recipients, own), keys);
  if (match === null) return openWithSecret(cms, secrets, disposable);
  const keyTransport = keyManagementName(match.recipient.algorithm);
  if (keyTransport === null) throw new SmimeError("cms.algorithm-unknown");
  const { cipher, segments } = await readEncrypted(cms);
  const request = unwrapRequest(match, cipher);
  const key = await unwrapped(async () => (await keys.unwrap(request)).contentKey);
  return describe(cms, match.recipient, cipher, keyTransport, await decrypt(cms, { segments, disposable }, cipher, key));
}

/** With a secret for one of the recipients that no certificate names; those beyond the limit are passed over. */
async function openWithSecret(cms: Enveloped, secrets: SecretPort, disposable: boolean): Promise<Opened> {
  const recipients = cms.recipients.filter((recipient) => recipient.kind === "kek" || recipient.kind === "password").slice(0, cmsLimits.secrets);
  if (recipients.length === 0) throw new SmimeError("cms.no-recipient-key");
  // Named before a secret is used, for afterwards every failure has one code.
  const { cipher, segments } = await readEncrypted(cms);
  const found = await unwrapped(() => secrets.unwrap(recipients.map(secretRequest)));
  const recipient = recipients[found?.index ?? -1];
  if (found === null || recipient === undefined) throw new SmimeError("cms.no-recipient-key");
  return describe(cms, recipient, cipher, recipient.algorithm.name, await decrypt(cms, { segments, disposable }, cipher, found.contentKey));
}

function secretRequest(recipient: KeyEncryptionKeyRecipient | PasswordRecipient): SecretRecipient {
  const common = { algorithm: recipient.algorithm.der, encryptedKey: recipient.encryptedKey };
  if (recipient.kind === "kek") return { kind: "kek", keyIdentifier: recipient.keyIdentifier, ...common };
  return { kind: "password", derivation: recipient.derivation?.der ?? null, ...common };
}

async function readEncrypted(cms: Enveloped): Promise<{ cipher: Cipher; segments: Bytes[] }> {
  const cipher = readCipher(cms.encrypted.cipher, cms.type === "auth-enveloped-data");
  if (cms.encrypted.segments === null) throw new SmimeError("cms.malformed");
  await requireCipher(cipher);
  return { cipher, segments: cms.encrypted.segments };
}

function describe(cms: Enveloped, own: Recipient, cipher: Cipher, keyTransport: string, content: Bytes): Opened {
  return { content, contentType: cms.encrypted.contentType, cipher: cipher.name, keyTransport, recipients: recipientNames(cms.recipients, own) };
}

/** What an encrypted message says in the clear, for one that cannot be opened. Recipients prove nothing. */
export function describeRecipients(cms: Enveloped): { cipher: string; recipients: RecipientName[] } {
  return { cipher: cms.encrypted.cipher.name, recipients: recipientNames(cms.recipients, null) };
}

function recipientNames(recipients: Recipient[], own: Recipient | null): RecipientName[] {
  return recipients.map((recipient) => {
    if (recipient.kind === "password") return { password: true, own: recipient === own };
    if (recipient.kind !== "key-transport" && recipient.kind !== "key-agreement") return { own: recipient === own };
    const { rid } = recipient;
    if (rid.kind === "key-identifier") return { keyIdentifier: hex(rid.keyIdentifier), own: recipient === own };
    return { issuer: nameText(rid.issuer), serial: rid.serial, own: recipient === own };
  });
}

/** The first entry for each certificate of ours that a key port could open; where there is none, one that it could not, which says why. */
function findMatches(recipients: Recipient[], own: OwnCertificate[]): Match[] {
  const parsed = own.flatMap(readable);
  const found = new Map<string, Match>();
  let unusable: Match | null = null;
  for (const recipient of recipients) {
    if (recipient.kind !== "key-transport" && recipient.kind !== "key-agreement") continue;
    const named = parsed.find(({ certificate }) => names(recipient.rid, certificate));
    if (named === undefined || found.has(named.own.id)) continue;
    const match = { recipient, own: named.own };
    if (isOpenable(recipient)) found.set(named.own.id, match);
    else unusable ??= match;
  }
  return found.size > 0 || unusable === null ? [...found.values()].slice(0, MOST_OWN_KEYS) : [unusable];
}

async function chosenMatch(matches: Match[], keys: KeyPort): Promise<Match | null> {
  const [first = null] = matches;
  if (matches.length < 2) return first;
  const id = await unwrapped(() => keys.choose(matches.map(({ own }) => own.id)));
  return matches.find(({ own }) => own.id === id) ?? first;
}

/** Whether its algorithm is known. Static-static agreement names the originator by certificate: nobody sends it. */
const isOpenable = (recipient: Match["recipient"]): boolean => keyManagementName(recipient.algorithm) !== null && (recipient.kind === "key-transport" || recipient.originator !== null);

function readable(own: OwnCertificate): { own: OwnCertificate; certificate: Certificate }[] {
  try {
    return [{ own, certificate: parseCertificate(own.certificate) }];
  } catch {
    return [];
  }
}

function unwrapRequest({ recipient, own }: Match, cipher: Cipher): UnwrapRequest {
  const common = {
    certificateId: own.id,
    algorithm: recipient.algorithm.der,
    encryptedKey: recipient.encryptedKey,
    keyLength: cipher.keyLength,
  };
  if (recipient.kind === "key-transport") return { kind: "key-transport", ...common };
  if (recipient.originator === null) throw new SmimeError("cms.algorithm-unknown");
  return {
    kind: "key-agreement",
    ...common,
    originatorKey: recipient.originator.key,
    originatorAlgorithm: recipient.originator.algorithm.der,
    ukm: recipient.ukm,
  };
}

async function unwrapped<Key>(unwrap: () => Promise<Key>): Promise<Key> {
  try {
    return await unwrap();
  } catch (error) {
    if (/^(keys|limits|protocol)\./.test(codeOf(error))) throw error;
    throw new SmimeError("cms.decrypt-failed");
  }
}

async function decrypt(cms: Enveloped, given: Pick<Ciphertext, "segments" | "disposable">, cipher: Cipher, key: Bytes): Promise<Bytes> {
  const [authenticated, mac] = cms.type === "auth-enveloped-data" ? [cms.authenticated, cms.mac] : [NOTHING, NOTHING];
  try {
    if (key.length !== cipher.keyLength) throw new SmimeError("cms.decrypt-failed");
    return await decryptContent(cipher, key, { ...given, authenticated, mac });
  } catch {
    // One code for everything after a key was used : what can be told by name, such as an unknown cipher, was told before.
    throw new SmimeError("cms.decrypt-failed");
  }
}

const NOTHING = new Uint8Array(0);
