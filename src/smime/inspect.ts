import { type Bytes, hex } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { parseAddressList, sameAddress } from "../mime/addresses.ts";
import { allProblems, fields, type MimeEntity } from "../mime/entity.ts";
import { type HeaderProtection, readHeaderProtection } from "../mime/header-protection.ts";
import { hiddenOutside } from "../mime/hidden-outside.ts";
import { parseMessage } from "../mime/parse.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { KeyPort } from "../protocol/key-port.ts";
import type { InspectedMessage, LearnedSigner } from "../protocol/message-content.ts";
import type { MessageStatus } from "../protocol/message-status.ts";
import type { SecretPort } from "../protocol/secret-port.ts";
import type { RevocationEvidence, TrustAnswer, TrustPort } from "../protocol/trust-port.ts";
import { authorOf } from "./author.ts";
import { requestingSignature } from "./enhanced-services.ts";
import { type Answers, type Author, isEncrypted, judge } from "./judge.ts";
import { learnSigners } from "./learn.ts";
import { maxEvidenceOctets } from "./limits.ts";
import { nearestCertificates } from "./nearest-certificates.ts";
import { type OpenedEnvelope, openLayers } from "./open-layers.ts";
import { strangerOf } from "./stranger.ts";
import { findProtectedParts } from "./protected-parts.ts";
import { type DecodedFiles, decodeLargeFiles, nameIsAddress, readContent } from "./read-content.ts";

/** Where the engine gets what it does not have itself, and where it tells of a verdict that is not settled yet. */
export interface InspectPorts {
  keys: KeyPort;
  trust: TrustPort;
  /** For recipients that no certificate names; none where people have no such secrets. */
  secrets?: SecretPort;
  /** Called once, before trust is asked, if there is a signature whose certificate must be checked. */
  onPending?: (message: InspectedMessage) => void;
  /** Tells whether decrypted octets carry a mark of our own, which nobody on the way can make: for drafts. */
  recognise?: (decrypted: Bytes) => Promise<boolean>;
}

/** A message, or a protected part of one, with everything but trust established. */
interface Opened {
  entity: MimeEntity;
  opened: OpenedEnvelope;
  headers: HeaderProtection;
  author: Author;
  decoded: DecodedFiles;
  parts: { where: string; opened: Opened }[];
  /** Addresses of one's own certificates; empty if nothing was decrypted. */
  own: string[];
}

/**
 * Reads a message: takes its layers off, verifies, decrypts, and judges it. The one way from octets to `MessageStatus`.
 * Throws `mime.not-mail` and `limits.*` for input that is no mail; everything else is in the status.
 */
export async function inspect(mime: Uint8Array, ports: InspectPorts): Promise<InspectedMessage> {
  return (await openInspection(mime, ports)).judge();
}

/** A message that was opened once, whose verdict can be made again when more is known of its signers' certificates. */
export interface Inspection {
  judge(): Promise<InspectedMessage>;
}

/** The same in two steps: opens a message, for which keys are used, and leaves its verdict to be asked for. Throws as `inspect`. */
export async function openInspection(mime: Uint8Array, ports: InspectPorts): Promise<Inspection> {
  const entity = parseMessage(mime as Bytes);
  const message = await open(entity, { ...ports, trust: withAuthor(ports.trust, entity) }, true);
  const signers = collectSigners(message);
  if (signers.size > 0) ports.onPending?.(report(message, () => undefined, true));
  return {
    async judge() {
      const answers = await askTrust(signers, ports.trust);
      return report(message, (certificate, address) => answers.get(nameOf(certificate, address)), false);
    },
  };
}

/** A signer's certificate that the message lacks is looked for under the addresses that its outer From names. */
function withAuthor(trust: TrustPort, entity: MimeEntity): TrustPort {
  const addresses = fields(entity, "From").flatMap(({ value }) => parseAddressList(value)).map(({ address }) => address).filter((address) => address.length <= 320).slice(0, 4);
  return { ...trust, find: (request) => trust.find({ ...request, addresses }) };
}

async function open(entity: MimeEntity, ports: InspectPorts, withParts: boolean): Promise<Opened> {
  // Only a ciphertext that is the whole message is opened: one among other parts may be somebody's whom the author never knew.
  const decoded: DecodedFiles = new Map();
  const opened = await openLayers(entity, ports, { decrypt: withParts, meanwhile: (content) => decodeLargeFiles(content, decoded) });
  if (opened.decrypted && ports.recognise) opened.recognised = await ports.recognise(opened.decrypted);
  const encrypted = opened.layers.some((layer) => isEncrypted(layer) && !layer.closed);
  const signed = opened.layers.some((layer) => (layer.signers?.length ?? 0) > 0);
  const headers = readHeaderProtection(opened.payload, entity, { encrypted, signed });
  const parts: Opened["parts"] = [];
  // Only an unprotected message has parts with a status of their own; one after another, as they share the key budget.
  if (withParts && opened.layers.length === 0) {
    for (const part of findProtectedParts(entity)) {
      parts.push({ where: part.where, opened: await open(part.entity, ports, false) });
    }
  }
  const own = opened.decrypted === null ? [] : await ownAddresses(ports.keys);
  return { entity, opened, headers, author: authorOf(headers.headers), decoded, parts, own };
}

async function ownAddresses(keys: KeyPort): Promise<string[]> {
  return (await keys.certificates()).flatMap(({ certificate }) => {
    try {
      return parseCertificate(certificate).addresses;
    } catch {
      return [];
    }
  });
}

/** One question to trust. */
interface AskedSigner {
  certificate: Bytes;
  others: Bytes[];
  /** The From that it is to prove; null if there is not one. */
  address: string | null;
  revocation: RevocationEvidence | null;
}

const nameOf = (certificate: Uint8Array, address: string | null): string => `${hex(certificate)} ${address}`;

/** Certificates whose mathematics hold, by their octets and the From beside them, each with the others of its layer. */
function collectSigners(message: Opened): Map<string, AskedSigner> {
  const found = new Map<string, AskedSigner>();
  const { address } = message.author;
  for (const layer of message.opened.layers) {
    for (const { certificate, verdict } of layer.signers ?? []) {
      if (certificate && verdict === "valid") found.set(nameOf(certificate.der, address), { certificate: certificate.der, others: nearestCertificates(certificate, layer.certificates), address, revocation: layer.revocation ?? null });
    }
  }
  for (const part of message.parts) for (const [name, signer] of collectSigners(part.opened)) found.set(name, signer);
  return found;
}

async function askTrust(signers: Map<string, AskedSigner>, trust: TrustPort): Promise<Map<string, TrustAnswer>> {
  let left = maxEvidenceOctets;
  const asked = [...signers].map(async ([name, { revocation, ...signer }]) => {
    const evidence = revocation === null ? 0 : [...revocation.crls, ...revocation.ocsp].reduce((sum, { length }) => sum + length, 0);
    const handedOn = evidence > 0 && evidence <= left;
    if (handedOn) left -= evidence;
    return [name, await trust.validate({ ...signer, purpose: "sign", ...(handedOn && { revocation }) })] as const;
  });
  return new Map(await Promise.all(asked));
}

function report(message: Opened, answers: Answers, pending: boolean): InspectedMessage {
  const status = judge(message.opened, message.author, answers, pending);
  const content = readContent(message.headers, status, message.decoded);
  for (const part of message.parts) {
    const inner = report(part.opened, answers, pending);
    status.parts.push({ status: asPart(inner.status), where: part.where });
    content.parts.push({ where: part.where, content: inner.content });
  }
  for (const code of [...allProblems(message.entity), ...allProblems(message.headers.body)]) addProblem(status, code);
  if (status.parts.length > 0) addProblem(status, "smime.part-outside-envelope");
  if (fromDiffers(message.headers, status)) addProblem(status, "smime.header-from-differs");
  if (notAddressed(message, status)) addProblem(status, "smime.not-addressed");
  if (message.headers.headers.filter(isFrom).flatMap(({ value }) => parseAddressList(value)).some(nameIsAddress)) addProblem(status, "smime.from-name-is-address");
  const learned: LearnedSigner[] = pending ? [] : learnSigners(message.opened, status);
  return { status, content, decryptedSource: message.opened.decrypted, learned, receiptRequest: requestingSignature(status, message.opened, message.author.address), hidden: hiddenOutside(message.headers), stranger: pending ? null : strangerOf(message.opened, status, message.author.address) };
}

/** A part is no layer of the message's own envelope (UI-03). */
function asPart(status: MessageStatus): MessageStatus {
  return { ...status, layers: status.layers.map((layer) => ({ ...layer, envelope: false })) };
}

/** FR-01: the protected From is another one, and no valid signature is bound to it. */
function fromDiffers(headers: HeaderProtection, status: MessageStatus): boolean {
  return headers.mode !== "none" && headers.fromMismatch && status.summary.signed !== "verified" && !status.summary.pending;
}

/**
 * A verified text that its author addressed to others: a blind copy, or a recipient of the first one encrypted the same
 * signature again to somebody else ("surreptitious forwarding"). Only fields that the signature covers tell it.
 */
function notAddressed({ headers, own }: Opened, status: MessageStatus): boolean {
  if (status.summary.signed !== "verified" || headers.mode === "none" || own.length === 0) return false;
  const named = headers.headers.filter(({ name }) => /^(to|cc|from)$/i.test(name)).flatMap(({ value }) => parseAddressList(value));
  return !named.some(({ address }) => own.some((mine) => sameAddress(mine, address)));
}

function isFrom({ name }: { name: string }): boolean {
  return name.toLowerCase() === "from";
}

function addProblem(status: MessageStatus, code: Code): void {
  if (!status.problems.includes(code)) status.problems.push(code);
}

