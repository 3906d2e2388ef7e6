import { type Bytes, concat, fromLatin1 } from "../../src/base/bytes.ts";
import { SmimeError } from "../../src/base/errors.ts";
import { expand } from "../../src/cms/compressed.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { describeRecipients } from "../../src/cms/open.ts";
import { msgSigDigestAttribute, receiptRequestAttribute } from "../../src/cms/receipts.ts";
import { verifyAttributes } from "../../src/cms/verify-attributes.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { certificatesIn } from "../../src/directory/certificate-values.ts";
import { valuesOfAnswer } from "../../src/directory/https-directory.ts";
import { parseFilter } from "../../src/directory/ldap-filter.ts";
import { parseCards } from "../../src/directory/vcard.ts";
import { readPkcs12 } from "../../src/keys/pkcs12.ts";
import { readPkcs8 } from "../../src/keys/pkcs8.ts";
import { parseAddressList } from "../../src/mime/addresses.ts";
import { parseDate } from "../../src/mime/date.ts";
import { decodeHeaderText } from "../../src/mime/header-text.ts";
import { htmlToText } from "../../src/mime/html-to-text.ts";
import { stripLegacyDisplayHtml } from "../../src/mime/legacy-display.ts";
import { certificatesOf, parseCertificate } from "../../src/pki/certificate.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence, derSetOf, derTagged } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";
import { parseCrl } from "../../src/pki/revocation/crl.ts";
import { parseOcspResponse } from "../../src/pki/revocation/ocsp-response.ts";
import { ldapMessages } from "../../src/retrieve/ldap-messages.ts";
import { readLdapUrl } from "../../src/retrieve/ldap-url.ts";
import { errorPage, readExec, readNotices } from "../../src/webmail/roundcube/answers.ts";
import { mailtoDraft } from "../../src/webmail/roundcube/mailto.ts";
import { readPageEnv } from "../../src/webmail/roundcube/page-env.ts";
import { BOUND, DONE, entry, message, result } from "../unit/retrieve/ldap-stub.ts";
import { crlDer, ocspDer, type ScopeWish } from "../unit/pki/support/revocation.ts";
import { authority, person } from "../unit/pki/support/revocation-stage.ts";
import { signerInfo } from "../interop/support/local-keys.ts";
import { alice, bobReads } from "../unit/smime/attacks/stage.ts";
import { cardAnswers, cardQuestions, readCardAnswer, readCardQuestion } from "./card-frames.ts";
import { asMail, folders, foreign, type Seed, SIGNED_TEXTS, structured } from "./seeds.ts";

/** A part of the engine that takes octets of strangers. It may throw `SmimeError`, and nothing else. */
export interface Target {
  name: string;
  seeds: Seed[];
  run: (bytes: Bytes) => Promise<void> | void;
}

/** Everything that reads a stranger's octets. */
export async function targets(): Promise<Target[]> {
  const { mails, objects } = await structured();
  const cms = [...objects, ...foreign(...folders(/^blamejs-(cms|smime|asn1)/))];
  const certificates = [...objects.slice(-1), ...foreign(...folders(/^(boringssl-(cert|spki|crl|der)|blamejs-(x509|crl|attrcert))/))];
  return [
    { name: "mail", seeds: [...mails, ...foreign("smime-attacks", "rfc9788", "protected-headers-draft")], run: readMail },
    { name: "object in a mail", seeds: cms.map(asMail), run: readMail },
    { name: "cms", seeds: cms, run: readObject },
    { name: "signature that asks for a receipt", seeds: await signatures(), run: async (bytes) => void (await verifyAttributes(bytes, [alice.certificate.der])) },
    { name: "mime", seeds: [...mails, ...foreign("mime-stalwart", "mime-python", "mimekit")], run: readMail },
    { name: "text", seeds: texts(), run: readTexts },
    { name: "certificate", seeds: certificates, run: (bytes) => void parseCertificate(bytes) },
    { name: "certificate file", seeds: certificates, run: (bytes) => void certificatesOf(bytes) },
    { name: "revocation list", seeds: [...lists(), ...foreign(...folders(/^(boringssl-crl|blamejs-crl)/), "pkits/crls")], run: (bytes) => void parseCrl(bytes) },
    { name: "OCSP answer", seeds: [...await ocspAnswers(), ...foreign("pyca-x509/ocsp")], run: (bytes) => void parseOcspResponse(bytes) },
    { name: "certificates of a directory", seeds: [...certificates, ...stores()], run: readDirectory },
    { name: "contact", seeds: cards(), run: (bytes) => void parseCards(Buffer.from(bytes).toString("latin1")) },
    { name: "directory's words", seeds: filters(), run: readDirectoryWords },
    { name: "LDAP answer", seeds: ldapAnswers(), run: (bytes) => void ldapMessages({ octets: 1_000_000, entries: 100 }).push(bytes) },
    { name: "card question", seeds: cardQuestions(), run: readCardQuestion },
    { name: "card answer", seeds: cardAnswers(), run: readCardAnswer },
    { name: "key file", seeds: keyFiles(), run: async (bytes) => void (await readPkcs12(bytes, "x")) },
    { name: "answer of a webmail", seeds: pages(), run: readPages },
    { name: "private key", seeds: [...objects.slice(-1), ...foreign(...folders(/^boringssl-pkcs8/))], run: (bytes) => void readPkcs8(bytes) },
  ];
}

/** Without a MAC and encryption: those cost rounds by design, and what lies inside is read in the same way. */
function keyFiles(): Seed[] {
  const data = (content: Bytes): Bytes => derSequence(derOid(OID.data), derTagged(0, derOctetString(content)));
  const bag = (type: string, value: Bytes, ...more: Bytes[]): Bytes => derSequence(derOid(type), derTagged(0, value), ...more);
  const name = derSetOf(derSequence(derOid(OID.friendlyName), derSetOf(derElement(0x1e, fromLatin1("\0A\0l")))), derSequence(derOid(OID.localKeyID), derSetOf(derOctetString(Uint8Array.of(1)))));
  const key = bag(OID.keyBag, new Uint8Array(alice.key.export({ type: "pkcs8", format: "der" })), name);
  const certificate = bag(OID.certBag, derSequence(derOid(OID.x509Certificate), derTagged(0, derOctetString(alice.certificate.der))), name);
  const bags = derSequence(key, bag(OID.safeContentsBag, derSequence(certificate)));
  const file = derSequence(derInteger(3), data(derSequence(data(bags))));
  const pem = `-----BEGIN PKCS12-----\n${(Buffer.from(file).toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END PKCS12-----\n`;
  return [{ name: "PKCS#12", bytes: file }, { name: "PKCS#12 in PEM", bytes: fromLatin1(pem) }];
}

/** What a server or a page says that the extension acts on. */
function pages(): Seed[] {
  const env = '<script>\nrcmail.set_env({"task":"mail","action":"show","request_token":"t","uid":"7","mailboxes":{"Sent":{"id":"Sent","class":"sent"}},"attachments":{"2":{"mimetype":"text/plain"}}});\n</script>';
  const all = [
    `<!DOCTYPE html><html><body class="task-error"><div class="error-text"><p>x</p><p><i>?_task=mail&_action=import</i></p></div>${env}</body></html>`,
    JSON.stringify({ action: "import", exec: 'this.display_message("Gel\\u00f6scht \\"x\\"","confirmation",0);\nthis.list_mailbox();' }),
    "mailto:alice@lab.test,bob@lab.test?cc=carol@lab.test&subject=Gr%C3%BC%C3%9Fe&body=a%0D%0Ab&bcc=x@y.test",
  ];
  return all.map((text) => ({ name: text.slice(0, 12), bytes: fromLatin1(text) }));
}

function readPages(bytes: Bytes): void {
  const text = Buffer.from(bytes).toString("latin1");
  readPageEnv(text);
  readNotices(text);
  errorPage(text);
  mailtoDraft(text);
  readExec(text);
}

/** What an HTTPS store or an attribute of LDAP holds. */
function readDirectory(bytes: Bytes): void {
  certificatesIn(valuesOfAnswer(bytes), new Date("2026-09-01T00:00:00Z"));
}

function stores(): Seed[] {
  const part = `Content-Type: application/pkix-cert\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(alice.certificate.der).toString("base64")}\r\n`;
  return [{ name: "store", bytes: fromLatin1(`--b\r\n${part}--b\r\n${part}--b--\r\n`) }];
}

function cards(): Seed[] {
  const key = Buffer.from(alice.certificate.der).toString("base64");
  return [{ name: "card", bytes: fromLatin1(`BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Alice\\, E\r\nitem1.EMAIL;TYPE="a:b":alice@\r\n lab.test\r\nKEY;ENCODING=b;TYPE=X509:${key}\r\nEND:VCARD\r\n`) }];
}

/** Texts that a directory gives and that are asked again: filters of dynamic lists, places in certificates. */
function readDirectoryWords(bytes: Bytes): void {
  const text = Buffer.from(bytes).toString("latin1");
  for (const read of [parseFilter, readLdapUrl]) {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof SmimeError)) throw error;
    }
  }
}

function filters(): Seed[] {
  const all = ["(&(objectClass=person)(|(mail=a*)(!(cn=\\2a))))", "ldap://dir.lab.test:389/cn=CA,dc=lab?certificateRevocationList;binary?base?(objectClass=*)", "ldaps://[::1]/cn=%C3%A4??sub"];
  return all.map((text) => ({ name: text.slice(0, 20), bytes: fromLatin1(text) }));
}

function ldapAnswers(): Seed[] {
  const found = message(2, entry("uid=alice,dc=lab", { "userCertificate;binary": [alice.certificate.der], mail: ["alice@lab.test"] }));
  return [{ name: "answer", bytes: concat(message(1, result(BOUND)), found, message(2, result(DONE))) }];
}

/** Whatever was changed: who is verified signed just the text that is shown. */
async function readMail(bytes: Bytes): Promise<void> {
  const { status, content } = await bobReads(bytes);
  for (const part of [{ status, content }, ...status.parts.map((each, i) => ({ status: each.status, content: content.parts[i]?.content }))]) {
    if (part.status.summary.signed !== "verified") continue;
    const shown = (part.content?.body.text ?? part.content?.body.html ?? "").trim();
    if (!SIGNED_TEXTS.has(shown)) throw new Error(`shown as verified by ${String(part.status.summary.author)}, and not signed: ${shown.slice(0, 200)}`);
  }
}

async function readObject(bytes: Bytes): Promise<void> {
  const cms = readCms(bytes);
  switch (cms.type) {
    case "signed-data":
      await verifySigners(cms, cms.content === null ? fromLatin1("text") : null, () => Promise.resolve([]));
      return;
    case "compressed-data":
      await expand(cms, 1_000_000);
      return;
    case "enveloped-data":
    case "auth-enveloped-data":
      describeRecipients(cms);
  }
}

function lists(): Seed[] {
  const scope: ScopeWish = { names: [derTagged(4, authority.certificate.subject.der)], reasons: [1, 2], only: "user", indirect: true };
  const entries = [{ serial: "01", reason: 1, invalidity: "2026-01-01T00:00:00Z" }, { serial: "02", issuer: authority.certificate.issuer.der }];
  return [{ name: "list", bytes: crlDer({ issuer: authority, number: 2, base: 1, scope, entries }) }];
}

async function ocspAnswers(): Promise<Seed[]> {
  const about = [{ certificate: person().certificate }, { certificate: person().certificate, status: "revoked", reason: 1 } as const];
  return [{ name: "answer", bytes: await ocspDer({ signer: authority, issuer: authority, about, certificates: [authority] }) }];
}

/** SignerInfos with a request for a receipt and without, as a frame hands them to the background. */
async function signatures(): Promise<Seed[]> {
  const digest = new Uint8Array(32);
  const services = { asked: [receiptRequestAttribute(fromLatin1("id"), "alice@lab.test")], plain: [], receipt: [msgSigDigestAttribute(digest)] };
  return Promise.all(
    Object.entries(services).map(async ([name, attributes]) => ({
      name,
      bytes: await signerInfo({ certificate: alice.certificate.der, key: alice.key }, digest, "sha256", new Date("2026-09-01T00:00:00Z"), null, attributes),
    })),
  );
}

function texts(): Seed[] {
  const all = [
    'Alice <alice@lab.test>, "Bob, the" <bob@lab.test>, group: a@b.test, (c) d@e.test;', "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?iso-8859-1?B?Z3LD?= x", "Tue, 01 Sep 2026 10:00:00 +0200 (CEST)",
    '<html><body><div class="header-protection-legacy-display"><pre>x</pre></div><p title="a>b">x<!-- y --></p><table><tr><td>1</table><script>x</script>&amp;&#65;</body></html>',
  ];
  return all.map((text) => ({ name: text.slice(0, 20), bytes: fromLatin1(text) }));
}

function readTexts(bytes: Bytes): void {
  const text = Buffer.from(bytes).toString("latin1");
  parseAddressList(text);
  decodeHeaderText(text);
  parseDate(text);
  if (/<(script|img|style)[\s>]/i.test(htmlToText(stripLegacyDisplayHtml(text))) && !/</.test(text)) throw new Error("a tag out of nothing");
}
