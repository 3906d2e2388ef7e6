import { createPrivateKey } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bytes, fromLatin1, latin1 } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { fileTrust } from "../../src/cli/trust.ts";
import { readCms } from "../../src/cms/content-info.ts";
import { describeRecipients, openEnveloped } from "../../src/cms/open.ts";
import { verifySigners } from "../../src/cms/verify.ts";
import { agreeAndUnwrap } from "../../src/keys/key-agreement.ts";
import { matchIdentities } from "../../src/keys/identity.ts";
import { readPkcs12 } from "../../src/keys/pkcs12.ts";
import { readPkcs8 } from "../../src/keys/pkcs8.ts";
import { importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { parseEntity } from "../../src/mime/parse.ts";
import { certificatesOf, parseCertificate } from "../../src/pki/certificate.ts";
import type { KeyAgreementUnwrap, KeyPort } from "../../src/protocol/key-port.ts";
import type { InspectedMessage } from "../../src/protocol/message-content.ts";
import { inspect } from "../../src/smime/inspect.ts";
import { type LocalKey, localKeyPort } from "../../src/smime/local-key-port.ts";
import { findSmime } from "./support/smime-in-mail.ts";
import { corpora, corpusFile, haveCorpora } from "./support/corpora.ts";

// What of the corpora no other test reads: forms that few programs write, and the files that go with the messages.

const namesIn = (folder: string, pattern: RegExp): string[] => (haveCorpora ? readdirSync(join(corpora, folder)).filter((name) => pattern.test(name)) : []);
const text = (...path: string[]): string => latin1(corpusFile(...path));

async function keysIn(password: string, ...path: string[]): Promise<LocalKey[]> {
  const found = await matchIdentities(await readPkcs12(corpusFile(...path), password));
  return Promise.all(found.map(async ({ pkcs8, certificate, chain }, i) => ({ id: String(i), key: openStoredKey(await importSoftwareKey(pkcs8, certificate)), chain })));
}

function read(mail: Bytes, keys: LocalKey[], anchors: Bytes, at: string): Promise<InspectedMessage> {
  return inspect(mail, { keys: localKeyPort(keys, null, () => new Date(at)), trust: fileTrust({ anchors: certificatesOf(anchors), intermediates: [], at: new Date(at) }) });
}

describe.skipIf(!haveCorpora)("the draft of protected headers (HP-07)", () => {
  const folder = "protected-headers-draft";
  it.each([["smime-sign+enc", "verified"], ["smime-sign+enc+legacy-disp", "verified"], ["smime-enc+legacy-disp", "none"]])("%s.eml opens with the key of a PKCS#12 file in PEM, and shows the protected subject once (OL-01)", async (name, signed) => {
    const { status, content } = await read(corpusFile(folder, `${name}.eml`), await keysIn("bob", folder, "bob.p12"), corpusFile(folder, "sample-ca.pem"), "2026-01-01T00:00:00Z");
    expect(status.summary, status.problems.join()).toMatchObject({ signed, encrypted: "decrypted" });
    expect(status.problems).toContain("smime.cipher-outdated");
    expect(content.headers).toMatchObject({ subject: "BarCorp contract signed, let's go!", protected: true });
    expect(content.body.text).toMatch(/^Hi Bob!/);
    expect(content.body.text).toContain(`(this is the '${name}' message)`);
  });

  it("a file in PEM is refused for another password, and half of one is none", async () => {
    await expect(readPkcs12(corpusFile(folder, "bob.p12"), "alice")).rejects.toThrow("keys.pkcs12-password");
    await expect(readPkcs12(corpusFile(folder, "bob.p12").subarray(0, 2000), "bob")).rejects.toThrow("keys.pkcs12-malformed");
  });

  it("a message in PGP/MIME is no S/MIME", async () => {
    const { status, content } = await read(corpusFile(folder, "unfortunately-complex.eml"), [], corpusFile(folder, "sample-ca.pem"), "2026-01-01T00:00:00Z");
    expect(status).toMatchObject({ summary: { signed: "none", encrypted: "none" }, layers: [] });
    expect(content.attachments).toHaveLength(2);
  });
});

describe.skipIf(!haveCorpora)("Thunderbird: what Dave signed once more, HTML, and bare objects", () => {
  const folder = ["thunderbird-smime", "smime"] as const;
  const at = "2026-11-01T00:00:00Z";

  // All come from Dave, who signed the whole. Thunderbird has doubts about most of them for the form of the outer signature alone; by the one From and by whose
  // certificate fits it, Dave is the author of what he signed, and Alice's signature inside is somebody else's.
  it.each(namesIn("thunderbird-smime/smime", /^alice\.plain\..*dave.*\.eml$/))("ES-01, UI-06 %s", async (name) => {
    const { status } = await read(corpusFile(...folder, name), [], corpusFile(...folder, "TestCA.pem"), at);
    const outdated = name.includes("SHA1");
    expect(status.summary).toMatchObject(outdated ? { signed: "unverified", author: null } : { signed: "verified", author: "Dave@example.com" });
    expect(status.layers.map(({ signers }) => signers?.map(({ address, verdict, code }) => `${address} ${verdict} ${code}`))).toEqual(
      outdated ? [["Dave@example.com valid cms.algorithm-outdated"], ["Alice@example.com valid cms.algorithm-outdated"]] : [["Dave@example.com valid ok"], ["Alice@example.com valid smime.from-mismatch"]],
    );
  });

  it.each(namesIn("thunderbird-smime/smime", /^alice\.html\..*\.eml$/))("%s shows its HTML, which the signature inside covers (UI-08)", async (name) => {
    const { status, content } = await read(corpusFile(...folder, name), await keysIn("nss", ...folder, "Bob.p12"), corpusFile(...folder, "TestCA.pem"), at);
    expect(status.summary).toMatchObject({ signed: "verified", encrypted: "decrypted", author: "Alice@example.com" });
    expect(content.body.html).toContain("test message from Alice");
  });

  it.each(namesIn("thunderbird-smime/smime", /^alice\.(mime\.dsig|textplain\.sig)\.SHA\d+$/))("SG-01 bare object %s", async (name) => {
    const cms = readCms(corpusFile(...folder, name));
    if (cms.type !== "signed-data") throw new Error(cms.type);
    const detached = name.includes("dsig") ? corpusFile(...folder, "alice.mime") : null;
    if (detached === null) expect(Buffer.from(cms.content ?? []).equals(corpusFile(...folder, "alice.textplain"))).toBe(true);
    const verdicts = async (content: Bytes | null) => (await verifySigners(cms, content, () => Promise.resolve([]))).map(({ verdict, code }) => `${verdict} ${code}`);
    expect(await verdicts(detached)).toEqual([name.endsWith("SHA1") ? "valid cms.algorithm-outdated" : "valid ok"]);
    if (detached !== null) expect(await verdicts(corpusFile(...folder, "alice.textplain"))).toEqual(["broken cms.digest-mismatch"]);
  });

  it.each(namesIn("thunderbird-smime/smime", /^alice\..*\.env$/))("bare object %s is for a Bob of an authority before: the reason is said, not guessed", async (name) => {
    const cms = readCms(corpusFile(...folder, name));
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    expect(describeRecipients(cms)).toMatchObject({ cipher: "aes-128-cbc", recipients: [{ issuer: expect.stringMatching(/^CN=NSS Test CA,/) as string, serial: "28" }] });
    await expect(openEnveloped(cms, localKeyPort(await keysIn("nss", ...folder, "Bob.p12"), null, () => new Date(at)))).rejects.toThrow("cms.no-recipient-key");
  });

  it.each(namesIn("thunderbird-smime/smime", /^alice\.(d?sig)\.SHA\d+\.(multipart|opaque)$/))("entity %s without a header of a message: the signature holds, and there is no author", async (name) => {
    const { status } = await read(corpusFile(...folder, name), [], corpusFile(...folder, "TestCA.pem"), at);
    expect(status.summary).toMatchObject({ signed: "unverified", author: null });
    expect(status.layers).toMatchObject([{ signers: [{ address: "Alice@example.com", verdict: "valid", code: name.includes("SHA1") ? "cms.algorithm-outdated" : "smime.from-missing" }] }]);
  });

  it("content that differs inside and beside a signature proves nothing", async () => {
    const { status } = await read(corpusFile(...folder, "alice.dsig.SHA384.multipart.mismatch-econtent"), [], corpusFile(...folder, "TestCA.pem"), at);
    expect(status.layers).toMatchObject([{ signers: [{ verdict: "broken", code: "cms.content-confusion" }] }]);
  });

  it.each([["Alice", "rsaEncryption"], ["Alice-ec", "id-ecPublicKey"], ["Dave", "rsaEncryption"], ["Eve", "rsaEncryption"], ["Fran", "rsaEncryption"], ["Fran-ec", "id-ecPublicKey"]])("%s.p12 holds one key that signs and opens", async (name, kind) => {
    const keys = await keysIn("nss", ...folder, `${name}.p12`);
    expect(keys.map(({ key }) => [parseCertificate(key.certificate).keyAlgorithm, key.canSign, key.canDecrypt])).toEqual([[kind, true, true]]);
  });
});

describe.skipIf(!haveCorpora)("OpenSSL 1.1.1's ECDH with Triple DES key wrap", () => {
  it("OL-01 opens with a recipient's key", async () => {
    const { object } = findSmime(corpusFile("openssl", "cms-data", "ciphertext_from_1_1_1.cms"));
    const cms = readCms(object);
    if (cms.type !== "enveloped-data") throw new Error(cms.type);
    const pem = text("openssl", "smime-certs", "smec3.pem");
    const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
    const curve = { name: "ECDH", namedCurve: "P-256" } as const;
    const key = { algorithm: curve, octets: 32, key: await crypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8), curve, false, ["deriveBits"]) };
    // By the key alone: the certificate's key usage leaves agreement out, so the extension would not use it.
    const port: KeyPort = {
      choose: ([first = ""]) => Promise.resolve(first),
      certificates: () => Promise.resolve([{ id: "", certificate: certificatesOf(fromLatin1(pem))[0]?.der as Bytes, canSign: false, canDecrypt: true }]),
      sign: () => Promise.reject(new Error("nothing is signed")),
      unwrap: async (request) => ({ contentKey: await agreeAndUnwrap(key, request as KeyAgreementUnwrap) }),
    };
    const { content, keyTransport } = await openEnveloped(cms, port);
    expect(latin1(content)).toMatch(/^Somewhat longer test content for OpenSSL CMS utility to handle/);
    expect(keyTransport).toBe("dhSinglePass-stdDH-sha1kdf-scheme");
  });
});

describe.skipIf(!haveCorpora)("certificates and keys beside the messages", () => {
  it.each([...namesIn("rfc4134", /\.cer$/).map((name) => ["rfc4134", name]), ...["smime-certs", "mimekit"].flatMap((folder) => namesIn(folder === "mimekit" ? "mimekit/smime" : "openssl/smime-certs", /\.(pem|crt)$/).map((name) => [folder === "mimekit" ? "mimekit/smime" : "openssl/smime-certs", name]))])("%s/%s", (folder, name) => {
    const file = corpusFile(...(folder).split("/"), name);
    // DSA's parameters and a key are no certificate.
    if (/^(smdsap|smrsa3-key)\.pem$/.test(name)) expect(() => certificatesOf(file)).toThrow("pki.malformed");
    else expect(certificatesOf(file)).toHaveLength(1);
    const key = /-----BEGIN PRIVATE KEY-----([^-]*)-----END/.exec(latin1(file))?.[1];
    if (key === undefined) return;
    const code = (() => {
      try {
        return readPkcs8(new Uint8Array(Buffer.from(key, "base64"))).kind;
      } catch (error) {
        return codeOf(error);
      }
    })();
    expect(code).toBe(/^sm(rsa|root)|^csrsa/.test(name) ? "rsa" : /^smec/.test(name) ? "ec" : "keys.algorithm");
  });

  it.each(namesIn("pqc-lamps/rfc9936-cms-ml-kem", /\.priv$/))("RD-04 pqc-lamps: private key %s is of an algorithm that is not known", (name) => {
    const pem = text("pqc-lamps", "rfc9936-cms-ml-kem", name).replaceAll(/-----[^-]*-----/g, "");
    expect(() => readPkcs8(new Uint8Array(Buffer.from(pem, "base64")))).toThrow("keys.algorithm");
  });

  it("NSS's user with a key for PSS alone signs", async () => {
    const [identity] = await keysIn("nss", "nss", "cert", "TestUser-rsa-pss-interop.p12");
    expect(identity?.key).toMatchObject({ canSign: true, canDecrypt: false, canPss: true });
  });
});

interface ContentType {
  header: string;
  expected: { c_type: string; c_subtype: string | null; attributes: [string, string][] | null } | null;
}

describe.skipIf(!haveCorpora)("Content-Type fields that another parser reads", () => {
  const cases = haveCorpora ? (JSON.parse(Buffer.from(corpusFile("mime-stalwart", "content_type.json")).toString("utf8")) as ContentType[]) : [];
  const entity = (header: string) => parseEntity(fromLatin1(`Content-Type: ${header.replace(/\r?\n$/, "").replace(/\r?\n(?![ \t])/g, "\n ")}\r\n\r\nx`));

  it("reads the same types and parameters where the field is one", () => {
    // Encoded words in a parameter are decoded where the name is shown; languages are not kept. Semicolons that are missing, and signs of
    // RFC 2231 that fit nowhere, are read differently by everybody: the part is kept, and what cannot be told apart is left out.
    const odd = /=\?|\*|\n\s+(server|filename)|\u00e1|"[^"]*\n$|name= {2}\n/;
    const whole = cases.filter(({ header, expected }) => expected?.c_subtype && !odd.test(header));
    expect(whole.length).toBeGreaterThan(45);
    for (const { header, expected } of whole) {
      const { type, parameters } = entity(header);
      expect([type, Object.fromEntries(parameters)], header).toEqual([`${expected?.c_type}/${expected?.c_subtype}`, Object.fromEntries(expected?.attributes ?? [])]);
    }
  });

  it("takes a field that names no type for plain text, and says so", () => {
    const none = cases.filter(({ expected }) => !expected?.c_subtype);
    expect(none.length).toBeGreaterThan(15);
    for (const { header } of none) expect([entity(header).type, entity(header).problems], header).toEqual(["text/plain", ["mime.content-type-malformed"]]);
  });
});
