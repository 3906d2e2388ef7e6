import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGallery } from "../../../scripts/lib/gallery-page.mjs";
import { codes } from "../../../src/base/codes/index.ts";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.log(`skipped: the gallery in the pseudo-language, because there is no ${CHROMIUM}`);

/** What of a page's letters is data of the gallery's samples or a name of the standards, and so the same in every language. */
const data: RegExp[] = [
  /^(?:Re: a subject that does .*|(?:Fwd: )?Quarterly figures|Signed receipt|Content-Type: text\/plain\s+text|For Bob alone, 4, 1\.2\.3)$/g, // of mail
  /(?:ldaps?|https?|mailto):[^\s⟧…]+/g, // addresses of pages and directories
  /[\w.-]+@[\w.-]+\w/g, // of people
  /\b(?:[a-z]+\.)+(?:org|test|net|example)\b/g, // hosts and domains
  /\b(?:Alice|Bob|Carol|Dave|Erin|Eve)(?: Example)?\b|\bPerson \d+/g, // people
  /\bLab (?:Root|Issuing) CA(?: 2)?\b|\bPartner Issuing CA\b|\bOther CA\b|\b(?:Example|Old) Corp Root\b|\bPublic Root \d+/g, // authorities
  /\b(?:CN|uid)=[^\n⟧⟦]*?(?:C=DE|dc=test|$)/g, // distinguished names
  /\b[a-z]+\.(?:pdf|txt|png|xlsx|p12)\b/g, // files
  /-----BEGIN (?:CERTIFICATE REQUEST|PUBLIC KEY)-----[^-]+-----END (?:CERTIFICATE REQUEST|PUBLIC KEY)-----/g, // requests
  /\d (?:kB|MB)$/g, // sizes, in units of the SI
  /\b[0-9a-f]{10,}\b|(?:(?:\b[0-9A-F]{4}|····) ?){16}|\b[0-9A-F]{4} [0-9A-F]{4}$/g, // serial numbers, key identifiers, fingerprints
  /\b(?:RSA (?:2048|3072)|EC P-256|X25519|Ed25519|sha256(?:WithRSAEncryption)?|rsaEncryption|rsaesOaep|aes-256-(?:cbc|gcm)|digitalSignature|keyEncipherment|emailProtection)\b/g, // names of the standards
  /^(?:WebmailOrigins|AlwaysSign|AlwaysEncrypt|AlwaysEncypt|EncryptionAlgorithms|SecurityFlags|true|IncludeCertificateChainAndRootCertificate: true; BCCEncryptedEmailForking: 1)$/g, // settings and values
  /^(?:Alt\+Shift\+M|Write a secure message)$/g, // what the browser says of shortcuts
  /^Encryption keys are kept by the organisation and .*|SMTP Error \(550\): Failed to add recipient/g, // said by the administrator and by a server
  /Blue key|This laptop|0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ/g, // what people call their security keys, and a recovery code
  /\/(?:usr\/lib|opt)\/[\w/-]+\.so|Reader 00 00|OpenSC smartcard framework|piv_II/g, // card software and readers
  /^node dist\/cli\/mailseal\.mjs host install$/g, // a command
];

/** Every text of the page that a person sees or hears, with where it stands. Frames of mail, and what is typed, are mail. */
function textsOfPage(): [string, string][] {
  const found: [string, string][] = [["title", document.title]];
  const attributes = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "alt", "placeholder", "label", "data-column"];
  for (const element of document.querySelectorAll("body *")) {
    const place = element.closest("[data-test]")?.getAttribute("data-test") ?? element.tagName.toLowerCase();
    for (const name of attributes) found.push([`${place} ${name}`, element.getAttribute(name) ?? ""]);
    if (element.closest("script, style, textarea, [contenteditable]")) continue;
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push([place, node.nodeValue ?? ""]);
  }
  return found.filter(([, text]) => /[a-z]/i.test(text));
}

const foreign = (text: string): string => Object.hasOwn(codes, text.trim()) ? "" : data.reduce((left, pattern) => left.replace(pattern, ""), text);

describe.skipIf(!hasChromium)("every state of every page in the pseudo-language", () => {
  let opened: Awaited<ReturnType<typeof openGallery>>;
  beforeAll(async () => {
    opened = await openGallery();
  }, 60_000);
  afterAll(() => opened?.close());

  it("shows nothing but texts of the language and data: no text is hard-coded (WCAG 3.1.1)", async () => {
    const { page, states, show } = opened;
    const hardCoded = new Set<string>();
    for (const state of states) {
      await show(state, "?lang=pseudo");
      const texts = await page.evaluate(textsOfPage);
      for (const [place, text] of texts) if (/[a-z]/i.test(foreign(text))) hardCoded.add(`${place}: ${text}`);
    }
    expect(states.length).toBeGreaterThan(100);
    expect([...hardCoded].sort()).toEqual([]);
  }, 180_000);
});
