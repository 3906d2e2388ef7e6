import { SmimeError } from "../base/errors.ts";
import { maxSignerInfo } from "./receipts.ts";
import { bool, count, list, nullable, octets, record, text, variant, word, type Of, type Shape } from "./shape.ts";
import { certificateLimits, evidenceLimits, type RevocationEvidence } from "./trust-port.ts";

/** Shapes that several request lists share. */
export const messageRef = record({ account: text(320), folder: text(1000), id: text(200) });

export const address = record({ name: nullable(text(1000)), address: text(320) });

/** What a person is shown before a message goes that the page could have arranged. */
export const confirmation = record({
  from: address,
  to: list(address, 5000),
  cc: list(address, 5000),
  bcc: list(address, 5000),
  subject: text(100_000),
  /** The text as it is written, without formatting. */
  text: text(1_000_000),
  files: list(text(1000), 1000),
  sign: bool,
  encrypt: bool,
  /** Addresses that will receive it and cannot read it. */
  unreadableFor: list(text(320), 5000),
});

/** How a person tells one message from another: what the toolbar's popup names. */
export const namedMessage = record({
  /** As the reader's bar shows it; null if the message names nobody. */
  from: nullable(address),
  subject: nullable(text(2000)),
  /** ISO 8601. */
  date: nullable(text(40)),
});

export const certificate = octets(certificateLimits.octets);

export const unwrapRequest = variant("kind", {
  "key-transport": record({
    kind: word("key-transport"),
    certificateId: text(128),
    algorithm: octets(4096),
    encryptedKey: octets(4096),
    keyLength: count(64),
  }),
  "key-agreement": record({
    kind: word("key-agreement"),
    certificateId: text(128),
    algorithm: octets(4096),
    originatorKey: octets(1024),
    originatorAlgorithm: nullable(octets(1024)),
    ukm: nullable(octets(1024)),
    encryptedKey: octets(4096),
    keyLength: count(64),
  }),
});

/** What a PasswordRecipientInfo says; a person is asked for the password. */
export const passwordRecipient = record({
  kind: word("password"),
  derivation: nullable(octets(4096)),
  algorithm: octets(4096),
  encryptedKey: octets(4096),
});

export const signRequest = record({
  ticket: text(64),
  digest: octets(64),
  digestName: word("sha256", "sha384", "sha512"),
});

const evidenceItems = list(octets(evidenceLimits.octets), evidenceLimits.count);

const evidenceParts = record({ crls: evidenceItems, ocsp: evidenceItems });

/** Within `evidenceLimits` as a whole, too. */
const revocationEvidence: Shape<RevocationEvidence> = (value) => {
  const evidence = evidenceParts(value);
  const all = [...evidence.crls, ...evidence.ocsp];
  if (all.length > evidenceLimits.count || all.reduce((sum, { length }) => sum + length, 0) > evidenceLimits.octets) throw new SmimeError("protocol.malformed");
  return evidence;
};

export const trustRequest = record({
  certificate,
  others: list(certificate, certificateLimits.count),
  purpose: word("sign", "encrypt"),
  address: nullable(text(320)),
  revocation: nullable(revocationEvidence),
});

/** A signer's certificate that nobody here vouches for, with what came along, and the From that it stood for. */
export const strangerCertificate = record({
  certificate,
  others: list(certificate, certificateLimits.count),
  address: nullable(text(320)),
});

export const findRequest = record({
  issuerAndSerial: nullable(record({ issuer: octets(4096), serial: text(128) })),
  keyIdentifier: nullable(octets(128)),
  addresses: nullable(list(text(320), 4)),
});

export const requestingSignature = record({ signerInfo: octets(maxSignerInfo), certificates: list(certificate, certificateLimits.count), author: text(320) });

export const learnedSigner = record({
  address: text(320),
  certificates: list(certificate, certificateLimits.count),
  encryptionCertificate: nullable(certificate),
  ciphers: list(text(64), 64),
  signingTime: nullable(text(40)),
});


export type Confirmation = Of<typeof confirmation>;
export type StrangerCertificate = Of<typeof strangerCertificate>;
export type NamedMessage = Of<typeof namedMessage>;
