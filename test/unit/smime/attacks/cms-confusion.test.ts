import { type Bytes, concat, fromLatin1, latin1 } from "../../../../src/base/bytes.ts";
import { buildSignedData } from "../../../../src/cms/build-signed.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence, derSetOf } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { issue } from "../../pki/support/authority.ts";
import { attacks } from "./expectation.ts";
import { alice, clear, encryptedObject, eve, falseAlice, infoOf, message, opaque, plain, signed, signedObject, signedOpaque } from "./stage.ts";

const good = plain("Meet me at noon.");
const evil = plain("Pay Eve.");
const nobody = { author: null, signed: "unverified", encrypted: "none" } as const;

/** The signed attributes of a SignerInfo as the text they are when somebody calls them the content. */
function attributesOf(info: Bytes): Bytes {
  const at = info.indexOf(0xa0);
  const length = info[at + 1] as number;
  const header = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const size = length < 0x80 ? length : Number.parseInt(Buffer.from(info.subarray(at + 2, at + header)).toString("hex"), 16);
  return derElement(0x31, info.subarray(at + header, at + header + size));
}

attacks("CMS confusion (Johnny, classes C1 to C4; SG-01 to SG-04, SG-08)", [
  [
    "control: Alice's own signature",
    async () => message(await signed(alice, good)),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon" },
  ],
  [
    "the shown part is unsigned, the object carries Alice's text inside",
    async () => message(clear(evil, await signedObject([alice], good))),
    { ...nobody, problems: ["cms.content-confusion"] },
  ],
  [
    "the object carries the very text that is shown: still two texts, still no proof",
    async () => message(clear(good, await signedObject([alice], good))),
    { ...nobody, problems: ["cms.content-confusion"] },
  ],
  [
    "Alice's signature under another text",
    async () => message(clear(evil, await signedObject([alice], good, { content: null }))),
    { ...nobody, problems: ["cms.digest-mismatch"], text: "Pay Eve" },
  ],
  [
    "no SignerInfo, but Alice's certificate, opaque",
    async () => message(opaque(await signedObject([], evil, { certificates: [alice] }))),
    { ...nobody, problems: ["cms.no-signer"], text: "Pay Eve" },
  ],
  [
    "no SignerInfo, but Alice's certificate, detached",
    async () => message(clear(evil, await signedObject([], evil, { content: null, certificates: [alice] }))),
    { ...nobody, problems: ["cms.no-signer"] },
  ],
  [
    "Eve signs, and adds Alice's SignerInfo of another text",
    async () => message(opaque(await signedObject([alice, eve], evil, { infos: [await infoOf(alice, good), await infoOf(eve, evil)] }))),
    { ...nobody, problems: ["cms.digest-mismatch", "smime.from-mismatch"] },
  ],
  [
    "a certificate in Alice's name that nobody vouches for",
    async () => message(await signed(falseAlice, evil)),
    { ...nobody, problems: ["pki.untrusted"] },
  ],
  [
    "the same, with Alice's true certificate and chain beside it",
    async () => message(opaque(await signedObject([falseAlice], evil, { certificates: [alice, falseAlice] }))),
    { ...nobody },
  ],
  [
    "Eve's certificate for Alice's key: the signing-certificate attribute tells them apart",
    async () => {
      const twin = issue({ name: "Eve", emails: ["eve@evil.test"], keyUsage: 0x80, issuer: eve, keyOf: alice });
      return message(opaque(await signedObject([alice], good, { certificates: [twin] })), { From: "eve@evil.test" });
    },
    { ...nobody, problems: ["cms.signer-certificate-missing"] },
  ],
  [
    "signed attributes of Alice passed off as a text without attributes",
    async () => {
      const info = await infoOf(alice, good);
      const attributes = attributesOf(info);
      const at = info.indexOf(0xa0);
      const length = attributes.length;
      // The same SignerInfo without its attributes: the signature is then over the content itself, which are they.
      const rest = concat(info.subarray(0, at), info.subarray(at + length));
      const bare = derElement(0x30, rest.subarray(rest[1] === 0x82 ? 4 : rest[1] === 0x81 ? 3 : 2));
      return message(opaque(buildSignedData({ content: attributes, contentType: OID.data, signerInfos: [bare], certificates: [alice.certificate.der], digestNames: ["sha256"] })));
    },
    { ...nobody, problems: ["cms.attributes-invalid"] },
  ],
  [
    "the content calls itself another type than the attribute says",
    async () => message(opaque(buildSignedData({ content: fromLatin1(good), contentType: OID.signedData, signerInfos: [await infoOf(alice, good)], certificates: [alice.certificate.der], digestNames: ["sha256"] }))),
    { author: null, signed: "none", encrypted: "none", problems: ["cms.content-type-unknown"] },
  ],
  [
    "a ciphertext in the place of the signature",
    async () => message(clear(evil, await encryptedObject(good))),
    { ...nobody, problems: ["cms.content-type-unknown"], text: "Pay Eve" },
  ],
  [
    "noise in the place of the signature",
    () => message(clear(evil, fromLatin1("This is no signature."))),
    { ...nobody, problems: ["cms.malformed"], text: "Pay Eve" },
  ],
  [
    "an opaque object without content and with Alice's signature of it",
    async () => message(opaque(await signedObject([alice], good, { content: null }))),
    { author: null, signed: "none", encrypted: "none" },
  ],
  [
    "Alice's signature twice, once of another text: one verdict each, and the true one counts",
    async () => message(opaque(await signedObject([alice], good, { infos: [await infoOf(alice, evil), await infoOf(alice, good)] }))),
    {
      author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon",
      also: ({ status }) => {
        const verdicts = status.layers[0]?.signers?.map(({ verdict }) => verdict).sort();
        if (verdicts?.join() !== "broken,valid") throw new Error(verdicts?.join());
      },
    },
  ],
  [
    "content behind the object's end",
    async () => message(opaque(concat(await signedObject([alice], good), fromLatin1(evil)))),
    { author: "alice@lab.test", signed: "verified", encrypted: "none", text: "noon", never: "Pay Eve" },
  ],
  [
    "a second header inside a text whose signature is over the first",
    async () => message(latin1(fromLatin1(await signed(alice, good))).replace("Meet me", "Content-Type: text/plain\r\n\r\nPay Eve. Meet me")),
    { ...nobody, problems: ["cms.digest-mismatch"] },
  ],
  [
    "SHA-1 as the digest under a signature algorithm that names SHA-256",
    () => {
      const info = derSequence(
        derInteger(1), derSequence(alice.certificate.issuer.der, derInteger(Number.parseInt(alice.certificate.serial, 16))),
        derSequence(derOid(OID.sha1)), derSequence(derOid(OID["ecdsa-with-SHA256"])), derOctetString(new Uint8Array(70)),
      );
      return message(opaque(derSequence(derOid(OID.signedData), derElement(0xa0, derSequence(
        derInteger(1), derSetOf(derSequence(derOid(OID.sha1))),
        derSequence(derOid(OID.data), derElement(0xa0, derOctetString(fromLatin1(evil)))),
        derElement(0xa0, alice.certificate.der), derSetOf(info),
      )))));
    },
    { ...nobody },
  ],
  [
    "a signature that names its signer, without any certificate",
    async () => message(opaque(await signedObject([eve], evil, { certificates: [] }))),
    { ...nobody, problems: ["cms.signer-certificate-missing"] },
  ],
  [
    "opaque within opaque: Eve signs around Alice's signed text, and stands in From",
    async () => message(await signedOpaque(eve, await signedOpaque(alice, good)), { From: "Eve <eve@evil.test>" }),
    { author: "eve@evil.test", signed: "verified", encrypted: "none", problems: ["smime.from-mismatch"] },
  ],
]);
