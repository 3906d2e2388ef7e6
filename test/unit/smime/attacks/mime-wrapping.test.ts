import { latin1 } from "../../../../src/base/bytes.ts";
import { attacks, type Expectation } from "./expectation.ts";
import { alice, clear, crlf, eve, html, message, multi, plain, signed, signedObject, signedOpaque, withFields } from "./stage.ts";

const good = plain("Meet me at noon.");
/** Alice's text with her own name in a signed field, so that a part can be proved by itself. */
const named = withFields({ From: "Alice <alice@lab.test>", Subject: "Noon" }, "Meet me at noon.");
const evil = plain("Pay Eve.");
const unsigned: Expectation = { author: null, signed: "none", encrypted: "none", problems: ["smime.part-outside-envelope"] };

attacks("MIME wrapping (Johnny, classes M1 to M4; UI-03, UI-07)", [
  [
    "unsigned text before a signed part",
    async () => message(multi("mixed", evil, await signed(alice, named))),
    { ...unsigned, text: "Pay Eve", parts: [["2", "verified", "none"]] },
  ],
  [
    "unsigned text behind a signed part",
    async () => message(multi("mixed", await signed(alice, named), evil)),
    { ...unsigned, parts: [["1", "verified", "none"]], text: "Pay Eve" },
  ],
  [
    "a signed part hidden by the style of unsigned HTML",
    async () => message(multi("mixed", html("<p>Pay Eve.</p><div style='display:none'>"), await signed(alice, named), html("</div>"))),
    { ...unsigned, html: true, parts: [["2", "verified", "none"]], also: ({ content }) => check(!content.body.html?.includes("noon")) },
  ],
  [
    "a signed part that unsigned HTML shows by cid:",
    async () => message(multi("related", html('<p>Pay Eve.</p><img src="cid:signed"><object data="cid:signed"></object>'), `Content-ID: <signed>\r\n${await signed(alice, named)}`)),
    { ...unsigned, html: true, parts: [["2", "verified", "none"]], also: ({ content }) => check(content.attachments.every(({ inline }) => !inline)) },
  ],
  [
    "a signed part as an alternative of unsigned text",
    async () => message(multi("alternative", evil, await signed(alice, named))),
    { ...unsigned, text: "Pay Eve", parts: [["2", "verified", "none"]] },
  ],
  [
    "three parts in multipart/signed: the third is unsigned",
    async () => message((await signed(alice, good)).replace(/(--=_[0-9a-f]{32})--/, (_all, boundary: string) => `${boundary}\r\n${evil}\r\n${boundary}--`)),
    { author: null, signed: "none", encrypted: "none", text: "noon" },
  ],
  [
    "unsigned text before the content in multipart/signed",
    async () => message((await signed(alice, good)).replace(/\r\n\r\n(--=_[0-9a-f]{32})\r\n/, (_all, boundary: string) => `\r\n\r\n${boundary}\r\n${evil}\r\n${boundary}\r\n`)),
    { author: null, signed: "none", encrypted: "none", text: "Pay Eve" },
  ],
  [
    "text before the first and behind the last boundary is never shown",
    async () => message((await signed(alice, good)).replace(/\r\n\r\n(--=_)/, "\r\n\r\nPay Eve.\r\n$1") + "\r\nPay Eve.\r\n"),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon", never: "Pay Eve" },
  ],
  [
    "a boundary that begins with the true one divides nothing",
    async () => {
      const entity = plain("Meet me at noon.\n--=_outerx\n--=_outer x");
      const signature = Buffer.from(await signedObject([alice], entity, { content: null })).toString("base64");
      const head = 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="=_outer"\r\n\r\n';
      return message(`${head}--=_outer\r\n${entity}\r\n--=_outer\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n${signature}\r\n--=_outer--\r\n`);
    },
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon" },
  ],
  [
    "another multipart behind the end of the signed one",
    async () => message(`${await signed(alice, good)}\r\n--evil\r\n${evil}\r\n--evil--\r\n`),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon", never: "Pay Eve" },
  ],
  [
    "Content-Type given twice: the first one counts, and it is said",
    async () => message(`Content-Type: multipart/mixed; boundary="evil"\r\n${(await signed(alice, good)).replace("\r\n\r\n", `\r\n\r\n--evil\r\n${evil}\r\n--evil--\r\n`)}`),
    { author: null, signed: "none", encrypted: "none", problems: ["mime.field-repeated"], text: "Pay Eve" },
  ],
  [
    "multipart/signed for another protocol, with an S/MIME signature in it",
    async () => message((await signed(alice, good)).replace('protocol="application/pkcs7-signature"', 'protocol="application/pgp-signature"')),
    { author: null, signed: "none", encrypted: "none", text: "noon" },
  ],
  [
    "a signed message attached to an unsigned one",
    async () => message(multi("mixed", evil, `Content-Type: message/rfc822\r\n\r\n${latin1(message(await signed(alice, named)))}`)),
    { author: null, signed: "none", encrypted: "none", text: "Pay Eve", parts: [] },
  ],
  [
    "a mailing list's footer beside the signed part",
    async () => message(multi("mixed", await signed(alice, named), plain("_______\nTo unsubscribe write to team-leave@lab.test")), { "List-Id": "<team.lab.test>", Sender: "team@lab.test" }),
    { ...unsigned, parts: [["1", "verified", "none"]], text: "unsubscribe" },
  ],
  [
    "a mailing list's footer within multipart/signed",
    async () => message((await signed(alice, good)).replace(/(--=_[0-9a-f]{32})--/, (_all, boundary: string) => `${boundary}\r\n${plain("To unsubscribe")}\r\n${boundary}--`)),
    { author: null, signed: "none", encrypted: "none", text: "noon" },
  ],
  [
    "a list's subject tag leaves a protected message verified under its own subject",
    async () => message(await signed(alice, named), { Subject: "[team] Noon" }),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", also: ({ content }) => check(content.headers.subject === "Noon") },
  ],
  [
    "HTML that goes on from an unsigned part into a signed one",
    async () => message(multi("mixed", html("<b>Pay Eve.</b><!--"), await signed(alice, html("--><p>noon</p>")))),
    { ...unsigned, html: true, parts: [["2", "unverified", "none"]], also: ({ content }) => check(!content.body.html?.includes("noon")) },
  ],
  [
    "two texts inside one signature: one is the body, the other a file, never joined",
    async () => message(await signed(alice, multi("mixed", html("<p>first<!--"), html("--><p>second</p>")))),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", html: true, text: "first", also: ({ content }) => check(!content.body.html?.includes("second") && content.attachments.length === 1) },
  ],
  [
    "a signature file beside the text, without multipart/signed",
    async () => message(multi("mixed", evil, `Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(await signedObject([alice], evil, { content: null })).toString("base64")}`)),
    { author: null, signed: "none", encrypted: "none", text: "Pay Eve", also: ({ content }) => check(content.attachments.length === 1) },
  ],
  [
    "a transfer encoding on multipart/signed itself hides nothing",
    async () => message((await signed(alice, good)).replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n")),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon" },
  ],
  [
    "Alice's signed part inside a text that Eve signs: Eve is the author of the whole",
    async () => message(await signedOpaque(eve, multi("mixed", evil, await signed(alice, good))), { From: "Eve <eve@evil.test>" }),
    { author: "eve@evil.test", signed: "verified", encrypted: "none", text: "Pay Eve", never: "noon</p>", parts: [] },
  ],
  [
    "the same under Alice's name",
    async () => message(await signedOpaque(eve, multi("mixed", evil, await signed(alice, good)))),
    { author: null, signed: "unverified", encrypted: "none", problems: ["smime.from-mismatch"], parts: [] },
  ],
  [
    "an empty multipart/signed",
    () => message(crlf('Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="=_e"\n\n--=_e--\n')),
    { author: null, signed: "none", encrypted: "none" },
  ],
  [
    "the signature before the content",
    async () => {
      const object = await signedObject([alice], good, { content: null });
      const [header, first, second] = clear(good, object).split(/--=_[0-9a-f]{32}(?:--)?\r?\n?/);
      const boundary = /boundary="([^"]+)"/.exec(header as string)?.[1] as string;
      return message(`${header as string}--${boundary}\r\n${(second as string).trimEnd()}\r\n--${boundary}\r\n${first as string}--${boundary}--\r\n`);
    },
    { author: null, signed: "none", encrypted: "none" },
  ],
]);

function check(holds: boolean | undefined): void {
  if (holds !== true) throw new Error("does not hold");
}
