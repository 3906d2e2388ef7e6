import { utf8 } from "../../../src/base/bytes.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import type { CertificateFacts } from "../../../src/protocol/frame-requests.ts";
import type { Attachment, InspectedMessage, MessageContent, ShownHeaders } from "../../../src/protocol/message-content.ts";
import type { Layer, MessageStatus, Signer, Summary } from "../../../src/protocol/message-status.ts";
import type { RevocationDetail } from "../../../src/protocol/trust-port.ts";

/** Values of the real types, as `src/smime` makes them, for tests and for the gallery of states. */
export const alice = { name: "Alice Example", address: "alice@lab.test" };
export const bob = { name: "Bob Example", address: "bob@lab.test" };
export const carol = { name: "Carol Example", address: "carol@lab.test" };

export function signer(change: Partial<Signer> = {}): Signer {
  return {
    address: alice.address,
    addresses: [alice.address],
    subject: "CN=Alice Example,O=Lab,C=DE",
    name: alice.name,
    issuer: "CN=Lab Issuing CA,O=Lab,C=DE",
    serial: "3a7f19c2d4",
    digest: "sha256",
    signature: "rsaEncryption",
    verdict: "valid",
    code: "ok",
    chain: ["CN=Alice Example,O=Lab,C=DE", "CN=Lab Issuing CA,O=Lab,C=DE", "CN=Lab Root CA,O=Lab,C=DE"],
    revocation: "not-asked",
    signingTime: "2026-05-03T08:31:00.000Z",
    notBefore: "2025-05-01T00:00:00.000Z",
    notAfter: "2027-05-01T00:00:00.000Z",
    ...change,
  };
}

/** Revoked the day before `signer` claims to have signed. */
export const revokedDetail: RevocationDetail = { code: "revocation.revoked", source: "crl", revokedAt: "2026-05-02T12:00:00.000Z", reason: "keyCompromise", invalidityDate: null, thisUpdate: "2026-05-03T06:00:00.000Z", nextUpdate: "2026-05-04T06:00:00.000Z" };

export const encryptedLayer: Layer = {
  type: "enveloped-data",
  envelope: true,
  cipher: "aes-256-cbc",
  keyTransport: "rsaesOaep",
  recipients: [
    { issuer: "CN=Lab Issuing CA,O=Lab,C=DE", serial: "3a7f19c2d5", own: true },
    { issuer: "CN=Lab Issuing CA,O=Lab,C=DE", serial: "3a7f19c2d4", own: false },
  ],
};

export function signedLayer(...signers: Signer[]): Layer {
  return { type: "signed-data", envelope: true, signers };
}

const quiet: Summary = { signed: "none", encrypted: "none", author: null, pending: false };

export function status(summary: Partial<Summary>, layers: Layer[], problems: Code[] = []): MessageStatus {
  return { summary: { ...quiet, ...summary }, layers, parts: [], problems };
}

/** A verdict that is not verified for one reason, without or with encryption around it. */
export function unverified(change: Partial<Signer>, encrypted = false): MessageStatus {
  const made = signer(change);
  const layers = encrypted ? [encryptedLayer, signedLayer(made)] : [signedLayer(made)];
  return status({ signed: "unverified", encrypted: encrypted ? "decrypted" : "none" }, layers, [made.code]);
}

export const verified = status({ signed: "verified", author: alice.address }, [signedLayer(signer())]);
export const verifiedEncrypted = status({ signed: "verified", encrypted: "decrypted", author: alice.address }, [encryptedLayer, signedLayer(signer())]);
export const encryptedOnly = status({ encrypted: "decrypted" }, [encryptedLayer], ["smime.no-integrity"]);

export function closed(code: Code, recipients = encryptedLayer.recipients ?? []): MessageStatus {
  return status({ encrypted: "failed" }, [{ ...encryptedLayer, recipients }], [code]);
}

export function headers(change: Partial<ShownHeaders> = {}): ShownHeaders {
  const both = { From: "both", To: "both", Cc: "both", Subject: "both", Date: "both" } as const;
  return {
    from: alice.address,
    fromName: alice.name,
    to: [bob],
    cc: [carol],
    replyTo: [],
    subject: "Quarterly figures",
    date: "2026-05-03T08:31:00.000Z",
    messageId: "figures@lab.test",
    inReplyTo: [],
    references: [],
    outerFrom: alice.address,
    insideFrom: null,
    protected: true,
    fields: both,
    ...change,
  };
}

export function attachment(name: string, type: string, size: number, change: Partial<Attachment> = {}): Attachment {
  return { name, type, size, contentId: null, inline: false, bytes: utf8("example"), ...change };
}

export const letter = `Dear Bob,

the figures for the first quarter are attached. Please look at the second page before Monday:
https://intranet.lab.test/figures/2026-q1

Alice`;

export function content(change: Partial<MessageContent> = {}): MessageContent {
  return { headers: headers(), body: { text: letter }, attachments: [], parts: [], ...change };
}

export function message(verdict: MessageStatus, change: Partial<MessageContent> = {}): InspectedMessage {
  return { status: verdict, content: content(change), decryptedSource: verdict.summary.encrypted === "decrypted" ? utf8("Content-Type: text/plain\r\n\r\ntext") : null, learned: [], receiptRequest: null, hidden: null, stranger: null };
}

export function facts(change: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    subject: "CN=Bob Example,O=Lab,C=DE",
    name: bob.name,
    addresses: [bob.address],
    issuer: "CN=Lab Issuing CA,O=Lab,C=DE",
    issuerName: "Lab Issuing CA",
    serial: "3a7f19c2d5",
    notBefore: "2025-05-01T00:00:00.000Z",
    notAfter: "2027-05-01T00:00:00.000Z",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    key: "RSA 2048",
    canSign: true,
    canEncrypt: true,
    source: "signed-mail",
    ...change,
  };
}
