import type { Bytes } from "../base/bytes.ts";
import { type Code, codes } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { type Certificate, certificatesOf } from "../pki/certificate.ts";
import type { AddressEntry, Attachment, InspectedMessage, MessageContent } from "../protocol/message-content.ts";
import type { Layer, MessageStatus, RecipientName, Signer } from "../protocol/message-status.ts";
import { harmless, type Paint } from "./paint.ts";
import { answerInWords } from "./revocation-report.ts";

/** What one message is, in words and with the reasons, for a person at a terminal. */
export function report({ status, content }: InspectedMessage, paint: Paint): string {
  return `${[...message(status, content, paint), ...parts(status, content, paint)].join("\n")}\n`;
}

function message(status: MessageStatus, content: MessageContent, paint: Paint): string[] {
  return [
    summary(status, paint),
    "",
    ...headers(content, paint),
    "",
    ...status.layers.flatMap((layer, index) => layerLines(layer, index, paint)),
    ...(status.layers.length > 0 ? [""] : []),
    ...status.problems.map((code) => `${paint.careful(code)}: ${meaning(code)}`),
    ...(status.problems.length > 0 ? [""] : []),
    ...content.attachments.flatMap(attachmentLines),
    ...(content.attachments.length > 0 ? [""] : []),
    harmless(content.body.text ?? (content.body.html === undefined ? "(no text)" : content.body.html), "many").trimEnd(),
  ];
}

/** Types of files that hold certificates: a message that is nothing but certificates (RFC 8551 §3.8) has such a one and no text. */
const CERTIFICATE_FILE = /^application\/((x-)?pkcs7-(mime|signature)|pkix-cert|x-x509-(ca|user)-cert|pem-certificate-chain)$/;

const MOST_CERTIFICATES = 50;

function attachmentLines({ name, type, size, bytes }: Attachment): string[] {
  const certificates = CERTIFICATE_FILE.test(type) ? certificatesIn(bytes) : [];
  return [
    `attachment: ${harmless(name) || "(no name)"}, ${harmless(type)}, ${size} octets`,
    ...certificates.slice(0, MOST_CERTIFICATES).map(
      ({ subject, issuer, addresses, notBefore, notAfter }) =>
        `   certificate of ${harmless(subject.rfc4514)}${addresses.length > 0 ? `, for ${harmless(addresses.join(", "))}` : ""}, by ${harmless(issuer.rfc4514)}, valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`,
    ),
    ...(certificates.length > MOST_CERTIFICATES ? [`   and ${certificates.length - MOST_CERTIFICATES} more`] : []),
  ];
}

/** Certificates of a file; none of one that is something else, such as a ciphertext. */
function certificatesIn(file: Bytes): Certificate[] {
  try {
    return certificatesOf(file);
  } catch (error) {
    if (error instanceof SmimeError) return [];
    throw error;
  }
}

function parts({ parts: protectedParts }: MessageStatus, content: MessageContent, paint: Paint): string[] {
  return protectedParts.flatMap(({ where, status }) => {
    const found = content.parts.find((part) => part.where === where);
    return found ? ["", paint.head(`Part ${where}, which speaks for itself alone`), ...message(status, found.content, paint)] : [];
  });
}

function summary({ summary: { signed, encrypted, author }, layers }: MessageStatus, paint: Paint): string {
  const reason = layers.flatMap(({ signers = [] }) => signers).find(({ code }) => code !== "ok")?.code;
  const encryption = { decrypted: "encrypted, and opened with a given key", failed: "encrypted, and not opened", none: "not encrypted" }[encrypted];
  switch (signed) {
    case "verified":
      return `${paint.good(`Verified: signed by ${harmless(author ?? "")}`)}; ${encryption}`;
    case "unverified":
      return `${paint.careful(`Not verified${reason === undefined ? "" : `: ${meaning(reason)}`}`)} (${encryption})`;
    case "none":
      return `Not signed; ${encryption}`;
  }
}

function headers({ headers: shown }: MessageContent, paint: Paint): string[] {
  const line = (name: string, field: string, value: string): string[] =>
    value === "" ? [] : [`${paint.dim(`${name.padEnd(8)}`)} ${harmless(value)} ${paint.dim(`(${shown.fields[field] ?? "unprotected"})`)}`];
  const people = (entries: AddressEntry[]): string => entries.map(({ name, address }) => (name === null ? address : `${name} <${address}>`)).join(", ");
  const from = shown.from === null ? "" : people([{ name: shown.fromName, address: shown.from }]);
  return [
    ...line("From", "from", from),
    ...(shown.outerFrom !== null && shown.outerFrom !== shown.from ? [paint.careful(`         outside it says ${harmless(shown.outerFrom)}`)] : []),
    ...(shown.insideFrom !== null ? [paint.careful(`         inside it says ${harmless(shown.insideFrom)}`)] : []),
    ...line("To", "to", people(shown.to)),
    ...line("Cc", "cc", people(shown.cc)),
    ...line("Subject", "subject", shown.subject ?? ""),
    ...line("Date", "date", shown.date ?? ""),
  ];
}

function layerLines(layer: Layer, index: number, paint: Paint): string[] {
  const cipher = layer.cipher === undefined ? "" : `, ${layer.cipher}${layer.keyTransport === undefined ? "" : `, key by ${layer.keyTransport}`}`;
  const outside = layer.envelope ? "" : " (not around the whole message)";
  return [
    paint.head(`${index + 1}. ${layer.type}${cipher}${outside}`),
    ...(layer.recipients ?? []).map((recipient) => `   for ${recipientName(recipient)}${recipient.own ? paint.good(" (given here)") : ""}`),
    ...(layer.receipt ? [`   a receipt for the message ${layer.receipt.contentIdentifier}`] : []),
    ...(layer.signers ?? []).flatMap((signer) => signerLines(signer, paint)),
  ];
}

function recipientName({ issuer, serial, keyIdentifier, password }: RecipientName): string {
  if (password === true) return "whoever knows a password";
  if (issuer !== undefined) return `serial ${serial ?? "?"} of ${harmless(issuer)}`;
  return keyIdentifier === undefined ? "a shared key, or a kind that is not known here" : `key identifier ${keyIdentifier}`;
}

function signerLines(signer: Signer, paint: Paint): string[] {
  const colour = signer.code === "ok" ? paint.good : signer.verdict === "broken" ? paint.bad : paint.careful;
  const mathematics = { valid: "the signature's mathematics hold", broken: "the signature's mathematics do not hold", unknown: "the signature could not be computed" }[signer.verdict];
  const named = signer.subject === null ? `serial ${signer.serial} of ${harmless(signer.issuer)}` : harmless(signer.subject);
  const chain = signer.chain.slice(1).map((subject) => `      vouched for by ${harmless(subject)}`);
  return [
    `   signed by ${named}`,
    ...(signer.subject === null ? [] : [`      serial ${signer.serial} of ${harmless(signer.issuer)}`]),
    `      ${colour(signer.code)}: ${meaning(signer.code)}`,
    `      ${mathematics}: ${signer.digest}, ${signer.signature}`,
    ...(signer.addresses.length > 0 ? [`      certificate for ${signer.addresses.map((address) => harmless(address)).join(", ")}`] : []),
    ...(signer.notBefore === null ? [] : [`      valid from ${signer.notBefore} to ${signer.notAfter ?? "?"}`]),
    ...(signer.signingTime === null ? [] : [`      says that it signed at ${signer.signingTime}`]),
    ...(signer.receiptRequest ? [`      asks for a receipt to ${signer.receiptRequest.to.map((address) => harmless(address)).join(", ")}`] : []),
    ...(signer.securityLabel ? [paint.careful(`      labels it ${harmless([signer.securityLabel.privacyMark, signer.securityLabel.classification, signer.securityLabel.policy].filter((each) => each !== null).join(", "))}`)] : []),
    ...chain,
    `      revocation: ${answerInWords(signer.revocation, signer.revocationDetail)}`,
  ];
}

/** The meaning of a code in one line, as `docs/codes.md` has it. */
export function meaning(code: Code): string {
  return codes[code];
}
