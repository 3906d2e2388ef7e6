import { describe, expect, it } from "vitest";
import { type Bytes, concat, fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { wrapPkcs7 } from "../../../src/mime/build.ts";
import { derElement, derInteger, derOctetString, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { ContentCipher } from "../../../src/protocol/draft.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { seal } from "../../../src/smime/seal.ts";
import { openStoredKey, importSoftwareKey } from "../../../src/keys/private-key.ts";
import { corpusFile, draft, hasCorpora } from "../mime/support.ts";
import { alice, bob, bobReads, crlf, encrypted, encryptedObject, eve, message, plain, SECRET, signed, signedObject, signedOpaque } from "./attacks/stage.ts";

const text = plain("Meet me at noon.");
const base64 = (object: Bytes): string => (Buffer.from(object).toString("base64").match(/.{1,64}/g) ?? []).join("\r\n");
const octetStream = (object: Bytes, name: string, type = "application/octet-stream"): string =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(object)}\r\n`;
const layersOf = async (mail: Bytes): Promise<string[]> => (await bobReads(mail)).status.layers.map(({ type }) => type);

async function compressed(entity: string): Promise<string> {
  const stream = new Blob([fromLatin1(entity)]).stream().pipeThrough(new CompressionStream("deflate"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  const data = derSequence(derInteger(0), derSequence(derOid("1.2.840.113549.1.9.16.3.8")), derSequence(derOid(OID.data), derElement(0xa0, derOctetString(content))));
  return latin1(wrapPkcs7(derSequence(derOid(OID.compressedData), derElement(0xa0, data)), "compressed-data"));
}

describe("forms of a message (RD-01, RD-02)", () => {
  it("octet-stream counts by its suffix, and by nothing else (RD-01)", async () => {
    const object = await signedObject([alice], text);
    expect(await layersOf(message(octetStream(object, "smime.p7m")))).toEqual(["signed-data"]);
    expect(await layersOf(message(octetStream(object, "SMIME.P7M")))).toEqual(["signed-data"]);
    expect(await layersOf(message(octetStream(object, "smime.bin")))).toEqual([]);
    expect(await layersOf(message(octetStream(object, "smime.p7m", "image/png")))).toEqual([]);
  });

  it("a line of an mbox before the header is no header (RD-01)", async () => {
    const mail = concat(fromLatin1("From alice@lab.test Tue Sep  1 10:00:00 2026\r\n"), message(await signed(alice, text)));
    expect((await bobReads(mail)).status.summary).toMatchObject({ signed: "verified", author: "alice@lab.test" });
  });

  it("both signed forms, whatever micalg says (RD-02)", async () => {
    expect(await layersOf(message(await signedOpaque(alice, text)))).toEqual(["signed-data"]);
    for (const micalg of ["sha-256", "sha256", "md5", "nonsense", ""]) {
      const mail = message((await signed(alice, text)).replace('micalg="sha-256"', `micalg="${micalg}"`));
      expect((await bobReads(mail)).status.summary.signed).toBe("verified");
    }
  });

  it("a server's bare line feeds do not break a clear signature", async () => {
    const mail = fromLatin1(latin1(message(await signed(alice, text))).replace(/\r\n/g, "\n"));
    expect((await bobReads(mail)).status.summary.signed).toBe("verified");
  });

  it("certificates alone are no signature, and stay a file", async () => {
    const object = await signedObject([], text, { content: null, certificates: [alice, eve] });
    const { status, content } = await bobReads(message(latin1(wrapPkcs7(object, "certs-only"))));
    expect(status.summary).toMatchObject({ signed: "none", encrypted: "none" });
    expect(content.attachments.map(({ name }) => name)).toEqual(["smime.p7c"]);
    expect(status.problems).toEqual([]);
  });

  it.each(["application/pkcs7-signature", "application/pkcs7-mime", "application/octet-stream"])("a detached signature alone is none, and the reason is said (%s; RD-02)", async (type) => {
    const object = await signedObject([alice], text, { content: null });
    const { status, content } = await bobReads(message(octetStream(object, "smime.p7s", type)));
    expect(status).toMatchObject({ summary: { signed: "none", author: null }, layers: [], problems: ["cms.content-missing"] });
    expect(content.attachments.map(({ name }) => name)).toEqual(["smime.p7s"]);
  });

  it("every order of layers, binary content in one (RD-03)", async () => {
    const binary = `Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: binary\r\n\r\nMeet \u00fc me\u0000\r\n`;
    for (const [entity, layers] of [
      [await signed(alice, await compressed(binary)), ["multipart-signed", "compressed-data"]],
      [await compressed(await signed(alice, text)), ["compressed-data", "multipart-signed"]],
      [await encrypted(await compressed(await signedOpaque(alice, binary))), ["enveloped-data", "compressed-data", "signed-data"]],
      [await signed(eve, await encrypted(await signed(alice, text), "aes-128-gcm")), ["multipart-signed", "auth-enveloped-data", "multipart-signed"]],
      [await encrypted(await encrypted(await signed(alice, text))), ["enveloped-data", "enveloped-data", "multipart-signed"]],
    ] as const) {
      const { status, content } = await bobReads(message(entity));
      expect(status.layers.map(({ type }) => type)).toEqual(layers);
      expect(status.layers.every(({ envelope }) => envelope)).toBe(true);
      expect(status.summary, status.problems.join()).toMatchObject({ signed: "verified", author: "alice@lab.test" });
      expect(content.body.text).toContain("Meet ");
    }
  });

  it("UI-12: the decrypted source is kept beside the message, octet by octet", async () => {
    expect(latin1((await bobReads(message(await encrypted(text)))).decryptedSource ?? new Uint8Array())).toBe(text);
    expect((await bobReads(message(await signed(alice, text)))).decryptedSource).toBeNull();
  });
});

describe("older schemes of header protection (HP-07)", () => {
  it("a wrapped message/rfc822 gives its fields", async () => {
    const wrapped = crlf(`Content-Type: message/rfc822\n\n${latin1(message(text, { Subject: "Real subject" }))}`);
    const { status, content } = await bobReads(message(await encrypted(await signedOpaque(alice, wrapped)), { Subject: "..." }));
    expect(content.headers).toMatchObject({ subject: "Real subject", protected: true, from: "alice@lab.test" });
    expect(content.body.text).toContain("Meet me");
    expect(status.summary).toMatchObject({ signed: "verified", encrypted: "decrypted" });
  });

  it("protected-headers=v1 as well", async () => {
    const inner = crlf(`From: Alice <alice@lab.test>\nTo: bob@lab.test\nSubject: Real subject\nContent-Type: text/plain; protected-headers="v1"\n\nMeet me\n`);
    const { content } = await bobReads(message(await encrypted(await signedOpaque(alice, inner)), { Subject: "..." }));
    expect(content.headers).toMatchObject({ subject: "Real subject", protected: true });
  });

  it.skipIf(!hasCorpora)("other people's messages of that scheme are read with their protected subject", async () => {
    for (const name of ["smime-multipart-signed.eml", "smime-onepart-signed.eml"]) {
      const { status, content } = await bobReads(corpusFile(`protected-headers-draft/${name}`));
      expect(status.layers[0]?.signers?.map(({ verdict }) => verdict)).toEqual(["valid"]);
      expect(content.headers.protected).toBe(true);
    }
  });
});

describe("what seal writes and Bob reads (CO-01, HP-05)", () => {
  const plan = (cipher: ContentCipher, more: { shy?: true; tripleWrap?: true } = {}) => ({
    ticket: "",
    sign: { digestName: "sha256", clear: true, tripleWrap: more.tripleWrap === true } as const,
    encrypt: { cipher },
    envelopes: [{ recipients: ["bob@lab.test"], visible: true, certificates: [{ certificate: bob.certificate.der, keyTransport: "rsaesOaep", useKeyIdentifier: false } as const] }],
    headerPolicy: more.shy ? ("shy" as const) : ("baseline" as const),
    legacyDisplay: true,
  });
  const letter = draft({ from: { name: "Alice", address: "alice@lab.test" }, to: [{ name: "Bob", address: "bob@lab.test" }], subject: SECRET, text: "First line.\n\nSecond.", date: "2026-09-01T10:00:00+02:00" });

  async function sealed(...args: Parameters<typeof plan>): Promise<Bytes> {
    const key = openStoredKey(await importSoftwareKey(new Uint8Array(alice.key.export({ type: "pkcs8", format: "der" })), alice.certificate.der));
    const own = { id: "alice", key, chain: [] };
    const [envelope] = await seal(letter, plan(...args), localKeyPort([own], { key: own, encryptionCertificate: null }, () => new Date("2026-09-01T00:00:00Z")));
    return envelope?.mime ?? new Uint8Array();
  }

  it.each<[ContentCipher, string[]]>([
    ["aes-256-cbc", ["enveloped-data", "multipart-signed"]],
    ["aes-128-gcm", ["auth-enveloped-data", "multipart-signed"]],
  ])("CO-01: the signature lies inside, the encryption outside (%s)", async (cipher, layers) => {
    const mail = await sealed(cipher);
    expect(latin1(mail)).not.toContain(SECRET);
    const { status, content } = await bobReads(mail);
    expect(status.layers.map(({ type }) => type)).toEqual(layers);
    expect(status.summary).toMatchObject({ signed: "verified", encrypted: "decrypted", author: "alice@lab.test" });
    expect(status.problems).toEqual([]);
    expect(content.headers.subject).toBe(SECRET);
    // HP-05: the subject that stands in the text for older programs is not shown twice.
    expect(content.body.text).toBe("First line.\n\nSecond.");
  });

  it("hcp_shy hides names and time zone outside, and Bob sees them (HP-03)", async () => {
    const mail = await sealed("aes-256-gcm", { shy: true });
    const head = latin1(mail).split("\r\n\r\n", 1)[0] as string;
    expect(head).toContain("From: alice@lab.test\r\n");
    expect(head).toContain("To: bob@lab.test\r\n");
    expect(head).toContain("08:00:00 +0000");
    const { content } = await bobReads(mail);
    expect(content.headers.fromName).toBe("Alice");
    expect(content.headers.fields).toMatchObject({ from: "both", to: "both", date: "both", subject: "both" });
  });

  it("triple wrapped: signed, encrypted, signed (ES-01)", async () => {
    const { status } = await bobReads(await sealed("aes-256-cbc", { tripleWrap: true }));
    expect(status.layers.map(({ type, signers }) => [type, signers?.[0]?.code])).toEqual([["multipart-signed", "smime.outer-signature"], ["enveloped-data", undefined], ["multipart-signed", "ok"]]);
    expect(status.summary.author).toBe("alice@lab.test");
  });
});

it("RD-04: an object of a type that is not used in mail is said, and shown as a file", async () => {
  const digested = derSequence(derOid("1.2.840.113549.1.7.5"), derElement(0xa0, derSequence(derInteger(0))));
  const { status, content } = await bobReads(message(octetStream(digested, "smime.p7m")));
  expect(status.problems).toEqual(["cms.content-type-unknown"]);
  expect(content.attachments).toHaveLength(1);
  expect((await bobReads(message(octetStream((await encryptedObject(text)).slice(0, 200), "smime.p7m")))).status.problems).toEqual(["cms.malformed"]);
});
