import { latin1 } from "../../../../src/base/bytes.ts";
import { attacks, type Expectation } from "./expectation.ts";
import { alice, encrypted, encryptedObject, eve, html, message, multi, plain, SECRET, signed, signedOpaque } from "./stage.ts";

/** Alice's ciphertext, which Eve captured. She does not know what is in it, and wants it back in a reply. */
const captured = () => encrypted(plain(SECRET));
const question = plain("Could you answer this, please?");
const fromEve = { From: "Eve <eve@evil.test>" };
const hidden: Expectation = { author: null, signed: "none", encrypted: "none", never: SECRET, problems: ["smime.part-outside-envelope"] };
const closed = (where: string): { parts: [string, string, string][] } => ({ parts: [[where, "none", "failed"]] });

attacks("covert content: a captured ciphertext inside a mail of Eve's is not opened, shown or quoted (UI-03, UI-07, CO-02)", [
  ["behind a text", async () => message(multi("mixed", question, await captured()), fromEve), { ...hidden, ...closed("2"), text: "answer" }],
  ["before a text", async () => message(multi("mixed", await captured(), question), fromEve), { ...hidden, ...closed("1"), text: "answer" }],
  ["far below a text", async () => message(multi("mixed", plain(`Hello${"\n".repeat(500)}`), await captured()), fromEve), { ...hidden, ...closed("2") }],
  ["hidden by style", async () => message(multi("mixed", html("<style>*{display:none}</style><p>Hello"), await captured()), fromEve), { ...hidden, html: true, ...closed("2") }],
  ["as an alternative", async () => message(multi("alternative", question, await captured()), fromEve), { ...hidden, ...closed("2") }],
  ["by cid:", async () => message(multi("related", html('<iframe src="cid:c"></iframe>'), `Content-ID: <c>\r\n${await captured()}`), fromEve), { ...hidden, html: true, ...closed("2") }],
  ["in a report", async () => message(multi("report; report-type=delivery-status", question, await captured()), fromEve), { ...hidden, ...closed("2") }],
  ["deep inside", async () => message(multi("mixed", question, multi("mixed", multi("mixed", await captured()))), fromEve), { ...hidden, ...closed("2.1.1") }],
  [
    "as octet-stream by its name",
    async () => message(multi("mixed", question, `Content-Type: application/octet-stream; name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(await encryptedObject(plain(SECRET))).toString("base64")}`), fromEve),
    { ...hidden, ...closed("2") },
  ],
  ["within a part that Eve signs", async () => message(multi("mixed", question, await signed(eve, await captured())), fromEve), { ...hidden, parts: [["2", "unverified", "failed"]] }],
  ["in an attached message", async () => message(multi("mixed", question, `Content-Type: message/rfc822\r\n\r\n${latin1(message(await captured()))}`), fromEve), { author: null, signed: "none", encrypted: "none", never: SECRET }],
  ["in a digest", async () => message(multi("digest", `\r\n${latin1(message(await captured()))}`), fromEve), { author: null, signed: "none", encrypted: "none", never: SECRET }],
  ["two of them", async () => message(multi("mixed", await captured(), question, await captured()), fromEve), { ...hidden, parts: [["1", "none", "failed"], ["3", "none", "failed"]] }],
  [
    "inside a whole that Eve signs: Eve is the author, and the ciphertext a file",
    async () => message(await signedOpaque(eve, multi("mixed", question, await captured())), fromEve),
    { author: "eve@evil.test", signed: "verified", encrypted: "none", never: SECRET, text: "answer" },
  ],
  [
    "inside a whole that Eve signs and encrypts",
    async () => message(await encrypted(await signedOpaque(eve, multi("mixed", question, await captured()))), fromEve),
    { author: "eve@evil.test", signed: "verified", encrypted: "decrypted", never: SECRET, text: "answer" },
  ],
  [
    "Alice's signed ciphertext as a part: her signature is not even looked at",
    async () => message(multi("mixed", question, await encrypted(await signedOpaque(alice, plain(SECRET)))), fromEve),
    { ...hidden, ...closed("2") },
  ],
  [
    "as the whole message under Eve's name: it opens, and Eve is not proved",
    async () => message(await captured(), fromEve),
    { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.no-integrity"], text: SECRET },
  ],
]);
