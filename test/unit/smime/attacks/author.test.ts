import { latin1 } from "../../../../src/base/bytes.ts";
import { attacks } from "./expectation.ts";
import { alice, encrypted, eve, message, plain, SECRET, signed, signedOpaque, withFields } from "./stage.ts";

const text = plain("Meet me at noon.");
const proved = { author: "alice@lab.test", signed: "verified", encrypted: "none" } as const;
const nobody = { author: null, signed: "unverified", encrypted: "none" } as const;
const evePasses = { author: "eve@evil.test", signed: "verified", encrypted: "none" } as const;
const mine = { From: "Alice <alice@lab.test>", To: "Bob <bob@lab.test>", Subject: "Noon" };

attacks("who is the author (architecture §7; Johnny, classes I1 to I3; UI-06, ES-01, FR-01, FR-02)", [
  ["From is Alice and the signer is Eve", async () => message(await signed(eve, text)), { ...nobody, problems: ["smime.from-mismatch"], from: "alice@lab.test" }],
  ["From is Alice, Sender is Eve who signs", async () => message(await signed(eve, text), { Sender: "eve@evil.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["From is Eve, Sender is Alice who signs", async () => message(await signed(alice, text), { From: "eve@evil.test", Sender: "alice@lab.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["From is Eve who signs, and Sender is Alice", async () => message(await signed(eve, text), { From: "eve@evil.test", Sender: "alice@lab.test" }), { ...evePasses, from: "eve@evil.test" }],
  ["resent by Eve, who signs: Resent-From never counts", async () => message(await signed(eve, text), { "Resent-From": "eve@evil.test", "Resent-Sender": "eve@evil.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["Alice's mail resent by Eve stays Alice's", async () => message(await signed(alice, text), { "Resent-From": "eve@evil.test", "Resent-To": "bob@lab.test" }), { ...proved, from: "alice@lab.test" }],
  ["Return-Path and Reply-To name the signer", async () => message(await signed(eve, text), { "Return-Path": "<eve@evil.test>", "Reply-To": "eve@evil.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["two From fields, the first the signer's", async () => message(await signed(eve, text), { From: "eve@evil.test\nFrom: alice@lab.test" }), { ...nobody, problems: ["smime.from-several"] }],
  ["two From fields, the second the signer's", async () => message(await signed(eve, text), { From: "alice@lab.test\nFROM : eve@evil.test" }), { ...nobody, problems: ["smime.from-several"] }],
  ["two mailboxes in From", async () => message(await signed(eve, text), { From: "Alice <alice@lab.test>, Eve <eve@evil.test>" }), { ...nobody, problems: ["smime.from-several"] }],
  ["two mailboxes in From, both the signer's: still not one author", async () => message(await signed(alice, text), { From: "alice@lab.test, alice@lab.test" }), { ...nobody, problems: ["smime.from-several"] }],
  ["a group in From", async () => message(await signed(eve, text), { From: "Alice alice@lab.test: eve@evil.test, alice@lab.test;" }), { ...nobody, problems: ["smime.from-several"] }],
  ["no From at all", async () => message(await signed(alice, text), { From: null }), { ...nobody, problems: ["smime.from-missing"], from: null }],
  ["From without an address", async () => message(await signed(alice, text), { From: "Alice" }), { ...nobody, problems: ["smime.from-missing"], from: null }],
  ["an empty From", async () => message(await signed(alice, text), { From: "<>" }), { ...nobody, problems: ["smime.from-missing"], from: null }],
  [
    "a display name that is Alice's address, before Eve's own",
    async () => message(await signed(eve, text), { From: '"alice@lab.test" <eve@evil.test>' }),
    { ...evePasses, problems: ["smime.from-name-is-address"], from: "eve@evil.test", also: ({ content }) => same(content.headers.fromName, null) },
  ],
  [
    "the same with the address encoded (RFC 2047)",
    async () => message(await signed(eve, text), { From: "=?utf-8?Q?Alice_=3Calice=40lab=2Etest=3E?= <eve@evil.test>" }),
    { ...evePasses, problems: ["smime.from-name-is-address"], from: "eve@evil.test", also: ({ content }) => same(content.headers.fromName, null) },
  ],
  [
    "a display name that is the sender's own address is no trick",
    async () => message(await signed(alice, text), { From: '"Alice@LAB.test" <alice@lab.test>' }),
    { ...proved, also: ({ content, status }) => same([content.headers.fromName, status.problems.join()].join(), "Alice@LAB.test,") },
  ],
  ["Eve's address as a display name before Alice's", async () => message(await signed(eve, text), { From: '"eve@evil.test" <alice@lab.test>' }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["an address within an address", async () => message(await signed(eve, text), { From: "<alice@lab.test <eve@evil.test>" }), { ...nobody, problems: ["smime.from-several"] }],
  ["Alice's address in a comment", async () => message(await signed(eve, text), { From: "eve@evil.test (alice@lab.test)" }), { ...evePasses, from: "eve@evil.test" }],
  ["an address that goes on behind a NUL", async () => message(await signed(alice, text), { From: "alice@lab.test\u0000.evil.test" }), { ...nobody }],
  ["a longer domain", async () => message(await signed(alice, text), { From: "alice@lab.test.evil.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["a tag behind a plus is another address", async () => message(await signed(alice, text), { From: "alice+x@lab.test" }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["letters that look alike", async () => message(await signed(alice, text), { From: latin1(new TextEncoder().encode("\u0430lice@lab.test")) }), { ...nobody, problems: ["smime.from-mismatch"] }],
  ["Alice signs her name inside, Eve puts her own outside: the signed one is shown", async () => message(await signed(alice, withFields(mine, "noon")), { From: "eve@evil.test" }), { ...proved, from: "alice@lab.test", also: ({ content }) => same(content.headers.insideFrom, null) }],
  ["Eve signs, and says inside that she is Alice", async () => message(await signed(eve, withFields(mine, "noon")), { From: "eve@evil.test" }), { ...nobody, problems: ["smime.from-mismatch", "smime.header-from-differs"], from: "eve@evil.test", also: ({ content }) => same(content.headers.insideFrom, "alice@lab.test") }],
  ["Eve signs as herself inside, with Alice outside", async () => message(await signed(eve, withFields({ ...mine, From: "eve@evil.test" }, "noon"))), { ...evePasses, from: "eve@evil.test" }],
  ["the protected Subject is shown, whatever stands outside", async () => message(await signed(alice, withFields(mine, "noon")), { Subject: "Pay Eve" }), { ...proved, never: "Pay Eve" }],
  ["a From that was added within an encryption that nobody signed", async () => message(await encrypted(withFields(mine, "noon", "cipher")), { From: "eve@evil.test" }), { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.header-from-differs"], from: "eve@evil.test", also: ({ content }) => same(content.headers.insideFrom, "alice@lab.test") }],
  ["two From fields inside", async () => message(await signed(eve, withFields({ ...mine, From: "eve@evil.test\nFrom: alice@lab.test" }, "noon")), { From: "eve@evil.test" }), { ...nobody, problems: ["smime.from-several"] }],
  [
    "Alice's mail to Carol, encrypted again to Bob: he is not among those she wrote to",
    async () => message(await encrypted(await signedOpaque(alice, withFields({ ...mine, To: "carol@lab.test" }, SECRET))), { To: "bob@lab.test" }),
    { author: "alice@lab.test", signed: "verified", encrypted: "decrypted", problems: ["smime.not-addressed"] },
  ],
  [
    "Alice's mail to Bob needs no such notice, in Cc either",
    async () => message(await encrypted(await signedOpaque(alice, withFields({ ...mine, To: "carol@lab.test", Cc: "BOB@lab.test" }, SECRET)))),
    { author: "alice@lab.test", signed: "verified", encrypted: "decrypted", also: ({ status }) => same(status.problems.join(), "") },
  ],
]);

attacks("whose signature it is (ES-01, UI-09)", [
  ["signed, then encrypted: Alice is the author", async () => message(await encrypted(await signedOpaque(alice, text))), { author: "alice@lab.test", signed: "verified", encrypted: "decrypted" }],
  ["Eve's signature around Alice's ciphertext", async () => message(await signed(eve, await encrypted(plain(SECRET))), { From: "eve@evil.test" }), { author: null, signed: "unverified", encrypted: "decrypted", problems: ["smime.outer-signature"] }],
  ["Eve's signature around Alice's signed ciphertext, under Eve's name", async () => message(await signed(eve, await encrypted(await signedOpaque(alice, plain(SECRET)))), { From: "eve@evil.test" }), { author: null, signed: "unverified", encrypted: "decrypted", problems: ["smime.from-mismatch"] }],
  ["the same, encrypted once more by Eve: her signature is then inside an encryption, and still around the text's", async () => message(await encrypted(await signedOpaque(eve, await encrypted(plain(SECRET)))), { From: "eve@evil.test" }), { author: null, signed: "unverified", encrypted: "decrypted", problems: ["smime.outer-signature"] }],
  [
    "triple wrapped by Alice and an agent: Alice is the author, the agent is kept apart",
    async () => message(await signed(eve, await encrypted(await signedOpaque(alice, text)))),
    {
      author: "alice@lab.test", signed: "verified", encrypted: "decrypted",
      also: ({ status }) => same(status.layers.map(({ signers }) => signers?.map(({ address, code }) => `${address ?? ""} ${code}`).join() ?? "").join("; "), "eve@evil.test smime.from-mismatch; ; alice@lab.test ok"),
    },
  ],
  ["encryption to Bob proves no sender", async () => message(await encrypted(text)), { author: null, signed: "none", encrypted: "decrypted", problems: ["smime.no-integrity"] }],
  ["authenticated encryption to Bob proves none either", async () => message(await encrypted(text, "aes-256-gcm")), { author: null, signed: "none", encrypted: "decrypted" }],
  ["Alice's signature inside, of another text", async () => message(await encrypted((await signed(alice, text)).replace("noon", "nine"))), { author: null, signed: "unverified", encrypted: "decrypted", problems: ["cms.digest-mismatch", "smime.no-integrity"] }],
]);

function same(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${String(actual)} instead of ${String(wanted)}`);
}
