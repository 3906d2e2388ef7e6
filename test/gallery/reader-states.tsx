import type { JSX } from "preact";
import { utf8 } from "../../src/base/bytes.ts";
import type { Hint } from "../../src/protocol/frame-requests.ts";
import type { InspectedMessage } from "../../src/protocol/message-content.ts";
import type { RevocationDetail } from "../../src/protocol/trust-port.ts";
import type { AskedIssuer } from "../../src/ui/reader/check-notice.tsx";
import type { ContactShown } from "../../src/ui/reader/contact.ts";
import type { ReceiptShown } from "../../src/ui/reader/receipts.ts";
import { type ReaderActions, ReaderView } from "../../src/ui/reader/reader-view.tsx";
import * as s from "../unit/ui/samples.ts";

const nothing = (): void => undefined;
const actions: ReaderActions = { compose: nothing, allowOpening: nothing, openCovered: nothing, setUp: nothing, cancel: nothing, again: nothing, enterPassword: nothing, unlock: nothing, print: nothing, dismissHints: nothing, askIssuer: nothing, decide: nothing, addContact: nothing, sendReceipt: nothing };
const raw = utf8("From: alice@lab.test\r\nSubject: [...]\r\n\r\ntext");

const show = (message: InspectedMessage, final = true, hints: Hint[] = [], receipt: ReceiptShown | null = null, askedIssuer: AskedIssuer | null = null, contact: ContactShown | null = null) => (): JSX.Element => (
  <ReaderView state={{ step: "shown", message, final, raw }} actions={actions} hints={hints} receipt={receipt} askedIssuer={askedIssuer} contact={contact} />
);

const receiptAsked: ReceiptShown = { about: "asked", author: "Alice Example (alice@lab.test)", from: "bob@lab.test", to: ["alice@lab.test"], sending: false, problem: null, missing: [] };
const receiptMessage = s.message(s.status({ signed: "verified", author: s.bob.address }, [{ ...s.signedLayer(s.signer({ name: s.bob.name })), receipt: { contentType: "1.2.840.113549.1.7.1", contentIdentifier: "3a7f19", originatorSignature: "01" } }]), { headers: s.headers({ subject: "Signed receipt", from: s.bob.address, fromName: s.bob.name, protected: false, fields: {} }), body: {} });
const labelled = s.message(s.status({ signed: "verified", author: s.alice.address }, [s.signedLayer(s.signer({ securityLabel: { policy: "1.2.3", classification: 4, privacyMark: "For Bob alone", categories: [] } }))], ["smime.label-unknown"]));

const html = `<html><head><style>h2{color:#274}</style></head><body bgcolor="#ffffff"><h2>Quarterly figures</h2><p>The figures are <b>better</b> than last year.</p>
<table border="1" cellpadding="4"><tr><td>First quarter</td><td>412</td></tr><tr><td>Second quarter</td><td>498</td></tr></table>
<p><img src="cid:chart" alt="Chart" width="180" height="90"></p><p><img src="https://pictures.example/pixel.png" alt="">See <a href="https://lab.test/">the report</a>.</p></body></html>`;

/** A small picture, made here: a PNG of one colour. */
const picture = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"), (c) => c.charCodeAt(0));

const files = [s.attachment("figures.xlsx", "application/vnd.ms-excel", 1_212_000), s.attachment("picture.png", "image/png", 84_000, { bytes: picture })];

const host = "certificates.authority.example";
const issuerMissing = s.message(s.unverified({ code: "pki.untrusted", chain: [], missingIssuer: { host } }));
const told: RevocationDetail = { code: "ok", source: "crl", revokedAt: null, reason: null, invalidityDate: null, thisUpdate: "2026-05-03T06:00:00.000Z", nextUpdate: "2026-05-04T06:00:00.000Z" };
const revoked = s.message(s.unverified({ code: "revocation.revoked", revocation: "revoked", revocationDetail: { ...told, code: "revocation.revoked", revokedAt: "2026-05-02T12:00:00.000Z", reason: "keyCompromise" } }));
const revokedLater = s.message(s.unverified({ code: "revocation.revoked", revocation: "revoked", revocationDetail: { ...s.revokedDetail, revokedAt: "2026-05-20T12:00:00.000Z" } }, true));
const unavailable = (code: RevocationDetail["code"], encrypted: boolean): InspectedMessage => s.message(s.unverified({ code: "revocation.unavailable", revocation: "unreachable", revocationDetail: { ...told, code, source: null, thisUpdate: null, nextUpdate: null } }, encrypted));

export const readerStates: Record<string, () => JSX.Element> = {
  "verified-encrypted": show(s.message(s.verifiedEncrypted, { attachments: files })),
  details: show(s.message(s.verifiedEncrypted), true, [], null, null, { address: s.alice.address, step: "offered" }),
  "contact-exists-details": show(s.message(s.verified), true, [], null, null, { address: s.alice.address, step: "exists" }),
  "contact-problem-details": show(s.message(s.verified), true, [], null, null, { address: s.alice.address, step: { problem: "webmail.unreachable" } }),
  menu: show(s.message(s.verifiedEncrypted)),
  source: show(s.message(s.verifiedEncrypted)),
  preview: show(s.message(s.verified, { attachments: files.slice(1) })),
  verified: show(s.message(s.verified)),
  "first-signed": show(s.message(s.verified), true, ["signed", "encrypted"]),
  "first-encrypted": show(s.message(s.encryptedOnly), true, ["signed", "encrypted"]),
  "first-both": show(s.message(s.verifiedEncrypted), true, ["signed", "encrypted"]),
  html: show(s.message(s.verified, { body: { html }, attachments: [s.attachment("chart.png", "image/png", 70, { contentId: "chart", inline: true, bytes: picture })] })),
  checking: show(s.message(s.status({ signed: "unverified", pending: true, encrypted: "decrypted" }, [s.encryptedLayer, s.signedLayer(s.signer({ code: "smime.checking" }))])), false),
  "headers-unprotected": show(s.message(s.verified, { headers: s.headers({ protected: false, fields: {} }) })),
  "encrypted-only": show(s.message(s.encryptedOnly, { headers: s.headers({ fields: { Subject: "unprotected" } }) })),
  changed: show(s.message(s.unverified({ verdict: "broken", code: "cms.digest-mismatch", chain: [] }))),
  untrusted: show({ ...s.message(s.unverified({ code: "pki.untrusted", chain: [] })), stranger: { certificate: new Uint8Array(), others: [], address: s.alice.address } }),
  "issuer-missing": show(issuerMissing),
  "issuer-asking": show(issuerMissing, true, [], null, { host, step: "asking" }),
  "issuer-nothing": show(s.message(s.unverified({ code: "pki.untrusted", chain: [] })), true, [], null, { host, step: "nothing" }),
  "not-checkable": show(unavailable("revocation.fetch", true)),
  "not-checkable-details": show(unavailable("revocation.fetch", true)),
  "nobody-may-fetch": show(unavailable("revocation.no-way", false)),
  revoked: show(revoked),
  "revoked-details": show(revoked),
  "revoked-later": show(revokedLater),
  "revoked-later-details": show(revokedLater),
  outdated: show(s.message(s.unverified({ code: "cms.algorithm-outdated", digest: "sha1", signingTime: "2009-05-03T08:31:00.000Z" }))),
  "careful-signer": show(s.message(s.unverified({ code: "smime.from-mismatch", address: "eve@evil.test", addresses: ["eve@evil.test"], name: "Eve", subject: "CN=Eve" }))),
  "careful-from": show(s.message(s.status({ encrypted: "decrypted" }, [s.encryptedLayer], ["smime.header-from-differs"]), { headers: s.headers({ from: "mallory@evil.test", fromName: null, outerFrom: "mallory@evil.test", insideFrom: s.alice.address }) })),
  closed: show(s.message(s.closed("cms.no-recipient-key"), { headers: s.headers({ subject: "[...]", protected: false, fields: {} }), body: {} })),
  "closed-locked": show(s.message(s.closed("keys.locked"), { headers: s.headers({ subject: "[...]", protected: false, fields: {} }), body: {} })),
  "closed-password": show(s.message(s.closed("cms.no-recipient-key", [{ own: false, password: true }]), { headers: s.headers({ subject: "[...]", protected: false, fields: {} }), body: {} })),
  "wrong-password": () => <ReaderView state={{ step: "shown", message: s.message(s.closed("cms.decrypt-failed", [{ own: false, password: true }]), { headers: s.headers({ subject: "[...]", protected: false, fields: {} }), body: {} }), final: true, raw, asked: true }} actions={actions} />,
  "asking-password": () => <ReaderView state={{ step: "asking" }} actions={actions} />,
  "closed-damaged": show(s.message(s.closed("cms.decrypt-failed"), { headers: s.headers({ subject: "[...]", protected: false, fields: {} }), body: {} })),
  parts: show({
    ...s.message({ ...s.status({}, []), parts: [{ where: "2", status: s.verified }] }, { headers: s.headers({ protected: false, fields: {}, subject: "Fwd: Quarterly figures" }), body: { text: "See below." } }),
    content: {
      ...s.content({ headers: s.headers({ protected: false, fields: {}, from: "list@lab.test", fromName: null, subject: "Fwd: Quarterly figures" }), body: { text: "See below." } }),
      parts: [{ where: "2", content: s.content() }],
    },
  }),
  unsigned: show(s.message(s.status({}, []), { headers: s.headers({ protected: false, fields: {} }) })),
  "receipt-asked": show(s.message(s.verifiedEncrypted, { attachments: files }), true, [], receiptAsked),
  "receipt-missing": show(s.message(s.verifiedEncrypted), true, [], { ...receiptAsked, problem: "send.missing-certificates", missing: ["alice@lab.test"] }),
  "receipt-sent": show(s.message(s.verified), true, [], { about: "sent", at: "2026-05-03T08:31:00.000Z", taken: true }),
  "receipt-confirms": show(receiptMessage, true, [], { about: "confirms", by: "Bob Example (bob@lab.test)", sentAt: "2026-05-03T08:31:00.000Z" }),
  label: show(labelled),
  skeleton: () => <ReaderView state={{ step: "loading" }} actions={actions} phase="skeleton" />,
  progress: () => <ReaderView state={{ step: "loading" }} actions={actions} phase="progress" />,
  ended: () => <ReaderView state={{ step: "emptied", why: "ended" }} actions={actions} />,
  locked: () => <ReaderView state={{ step: "emptied", why: "locked" }} actions={actions} />,
  failed: () => <ReaderView state={{ step: "failed", code: "webmail.signed-out" }} actions={actions} />,
};
