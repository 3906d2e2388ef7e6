import { attacks } from "./expectation.ts";
import { alice, crlf, encrypted, eve, html, message, plain, signed, signedOpaque, withFields } from "./stage.ts";

const nothing = { author: null, signed: "none", encrypted: "none" } as const;

attacks("imitation: what a message says of itself is no status (Johnny, class U1; RD-01, UI-02, UI-05, HP-01)", [
  ["HTML that draws our bar", () => message(html('<div class="bar message-verified" data-test="sentence">\u2714 Verified: signed by Alice</div><p>Pay Eve.')), { ...nothing, html: true }],
  ["a subject and a name with marks", () => message(plain("Pay Eve."), { Subject: "[Verified] \u2714", From: '"Alice (verified)" <alice@lab.test>' }), nothing],
  ["header fields that claim a verdict", () => message(plain("Pay Eve."), { "X-Mailseal-Status": "verified", "Authentication-Results": "lab.test; smime=pass", "X-Smime-Verified": "yes" }), nothing],
  ["smime-type claims a signature around a plain text", () => message(crlf("Content-Type: text/plain; smime-type=signed-data\n\nPay Eve.\n")), { ...nothing, text: "Pay Eve" }],
  ["hp on an unsigned message", () => message(withFields({ From: "alice@lab.test", Subject: "Protected" }, "Pay Eve."), { From: "eve@evil.test" }), { ...nothing, also: ({ content }) => same(content.headers.protected, false) }],
  ["hp=cipher on a message that was only signed hides nothing", async () => message(await signed(alice, withFields({ From: "alice@lab.test", Subject: "s" }, "x", "cipher"))), { author: "alice@lab.test", signed: "verified", encrypted: "none", also: ({ content }) => same(content.headers.fields["subject"], "signed") }],
  ["smime-type says enveloped, the object is signed: the object decides", async () => message((await signedOpaque(alice, plain("noon"))).replace("smime-type=signed-data", "smime-type=enveloped-data")), { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon" }],
  ["smime-type says signed, the object is encrypted", async () => message((await encrypted(plain("noon"))).replace("smime-type=enveloped-data", "smime-type=signed-data")), { author: null, signed: "none", encrypted: "decrypted", text: "noon" }],
  ["a file named smime.p7m of a stated other type is a file", async () => message((await signedOpaque(eve, plain("noon"))).replace("application/pkcs7-mime", "application/pdf")), { ...nothing, never: "noon\n" }],
  ["a certificate named Alice for Eve's address proves Eve's address", async () => message(await signed(eve, plain("x")), { From: "Alice <eve@evil.test>" }), { author: "eve@evil.test", signed: "verified", encrypted: "none", also: ({ status }) => same(status.layers[0]?.signers?.[0]?.subject, "CN=Eve") }],
]);

function same(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${String(actual)} instead of ${String(wanted)}`);
}
