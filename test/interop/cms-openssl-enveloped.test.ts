import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { copy, utf8 } from "../../src/base/bytes.ts";
import { codeOf } from "../../src/base/errors.ts";
import { buildEnveloped } from "../../src/cms/build-enveloped.ts";
import { readCms } from "../../src/cms/content-info.ts";
import type { AuthEnvelopedData, EnvelopedData } from "../../src/cms/enveloped-data.ts";
import { describeRecipients, openEnveloped } from "../../src/cms/open.ts";
import type { ContentCipher, RecipientCertificate } from "../../src/protocol/draft.ts";
import { localKeys } from "./support/local-keys.ts";
import { type Identity, makePeople, P256, P384, P521, RSA } from "./support/people.ts";
import { must, run } from "./support/programs.ts";

const people = makePeople();
afterAll(() => people.remove());
const file = (name: string): string => join(people.folder, name);

const alice = people.make("alice", RSA);
const bob = people.make("bob", RSA);
const elliptic = people.make("elliptic", P256);
const p384 = people.make("p384", P384);
const p521 = people.make("p521", P521);

const text = utf8(`Content-Type: text/plain\r\n\r\n${"What was hidden.\r\n".repeat(400)}`);
writeFileSync(file("text"), text);

function enveloped(bytes: Uint8Array): EnvelopedData | AuthEnvelopedData {
  const cms = readCms(bytes);
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  return cms;
}

function opensslEncrypted(args: string[], to: Identity[], options: string[] = []): Uint8Array {
  const recipients = to.flatMap((who) => ["-recip", who.certificateFile, ...options]);
  return must("openssl", ["cms", "-encrypt", "-binary", "-in", file("text"), "-outform", "DER", ...args, ...recipients]);
}

async function failure(action: Promise<unknown>): Promise<string> {
  return await action.then(() => "none", codeOf);
}

const oaep = ["-keyopt", "rsa_padding_mode:oaep"];

describe("encrypted by OpenSSL, opened here", () => {
  it.each([
    ["AES-256-CBC, RSA v1.5", ["-aes256"], [alice], [], "aes-256-cbc", "rsaEncryption"],
    ["AES-128-CBC", ["-aes128"], [alice], [], "aes-128-cbc", "rsaEncryption"],
    ["AES-192-CBC", ["-aes192"], [alice], [], "aes-192-cbc", "rsaEncryption"],
    ["streamed BER", ["-aes256", "-stream"], [alice], [], "aes-256-cbc", "rsaEncryption"],
    ["key identifier", ["-aes256", "-keyid"], [alice], [], "aes-256-cbc", "rsaEncryption"],
    ["OAEP with SHA-1", ["-aes256"], [alice], oaep, "aes-256-cbc", "rsaesOaep"],
    ["OAEP with SHA-256", ["-aes256"], [alice], [...oaep, "-keyopt", "rsa_oaep_md:sha256"], "aes-256-cbc", "rsaesOaep"],
    ["OAEP with MGF1 of another digest", ["-aes256"], [alice], [...oaep, "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1"], "aes-256-cbc", "rsaesOaep"],
    ["OL-01 3DES", ["-des3"], [alice], [], "des-ede3-cbc", "rsaEncryption"],
    ["OL-01 DES", ["-des", "-provider", "legacy", "-provider", "default"], [alice], [], "des-cbc", "rsaEncryption"],
    ["OL-01 RC2, 128 bits", ["-rc2", "-provider", "legacy", "-provider", "default"], [alice], [], "rc2-cbc", "rsaEncryption"],
    ["OL-01 RC2, 40 bits", ["-rc2-40-cbc", "-provider", "legacy", "-provider", "default"], [alice], [], "rc2-cbc", "rsaEncryption"],
    ["OL-01 RC2, 64 bits", ["-rc2-64-cbc", "-provider", "legacy", "-provider", "default"], [alice], [], "rc2-cbc", "rsaEncryption"],
    ["AL-04 AES-128-GCM", ["-aes-128-gcm"], [alice], [], "aes-128-gcm", "rsaEncryption"],
    ["AL-04 AES-256-GCM", ["-aes-256-gcm"], [alice], [], "aes-256-gcm", "rsaEncryption"],
    ["AES-192-GCM", ["-aes-192-gcm"], [alice], [], "aes-192-gcm", "rsaEncryption"],
    ["GCM streamed", ["-aes-256-gcm", "-stream"], [alice], [], "aes-256-gcm", "rsaEncryption"],
    ["AL-03 ECDH P-256, SHA-1", ["-aes128"], [elliptic], [], "aes-128-cbc", "dhSinglePass-stdDH-sha1kdf-scheme"],
    ["AL-03 ECDH P-256, SHA-256", ["-aes256"], [elliptic], ["-keyopt", "ecdh_kdf_md:sha256"], "aes-256-cbc", "dhSinglePass-stdDH-sha256kdf-scheme"],
    ["ECDH P-384, GCM", ["-aes-256-gcm"], [p384], ["-keyopt", "ecdh_kdf_md:sha384"], "aes-256-gcm", "dhSinglePass-stdDH-sha384kdf-scheme"],
    ["cofactor ECDH P-256", ["-aes256"], [elliptic], ["-keyopt", "ecdh_kdf_md:sha256", "-keyopt", "ecdh_cofactor_mode:1"], "aes-256-cbc", "dhSinglePass-cofactorDH-sha256kdf-scheme"],
    ["ECDH P-521, key identifier", ["-aes256", "-keyid"], [p521], ["-keyopt", "ecdh_kdf_md:sha512"], "aes-256-cbc", "dhSinglePass-stdDH-sha512kdf-scheme"],
  ] as [string, string[], Identity[], string[], string, string][])("%s", async (_name, args, to, options, cipher, keyTransport) => {
    const keys = localKeys(to);
    const opened = await openEnveloped(enveloped(opensslEncrypted(args, to, options)), keys);
    expect(Buffer.from(opened.content).equals(text)).toBe(true);
    expect(opened).toMatchObject({ cipher, keyTransport, recipients: [{ own: true }] });
    expect(keys.operations).toBe(1);
  });

  it("finds the own entry among several, of several kinds", async () => {
    const object = enveloped(opensslEncrypted(["-aes256"], [bob, elliptic, alice, p384]));
    for (const who of [alice, elliptic, p384, bob]) {
      const opened = await openEnveloped(object, localKeys([who]));
      expect(Buffer.from(opened.content).equals(text)).toBe(true);
      expect(opened.recipients.filter((one) => one.own)).toHaveLength(1);
      expect(opened.recipients[0]).toMatchObject({ issuer: "CN=Test authority,O=Mailseal test" });
    }
  });

  it("says that no own key fits, and for whom the message is", async () => {
    const object = enveloped(opensslEncrypted(["-aes256"], [bob]));
    const keys = localKeys([alice]);
    expect(await failure(openEnveloped(object, keys))).toBe("cms.no-recipient-key");
    expect(keys.operations).toBe(0);
    const { cipher, recipients } = describeRecipients(object);
    expect(cipher).toBe("aes-256-cbc");
    expect(recipients).toMatchObject([{ issuer: "CN=Test authority,O=Mailseal test", own: false }]);
  });

  it("passes over recipients without a certificate (RD-04)", async () => {
    const secret = "000102030405060708090a0b0c0d0e0f";
    const object = enveloped(opensslEncrypted(["-aes256", "-secretkey", secret, "-secretkeyid", secret, "-pwri_password", "word"], [alice]));
    const opened = await openEnveloped(object, localKeys([alice]));
    expect(Buffer.from(opened.content).equals(text)).toBe(true);
    expect(opened.recipients.filter((one) => !one.own)).toEqual([{ own: false }, { own: false, password: true }]);
  });

  it.each([
    ["CBC, v1.5", ["-aes256"], alice],
    ["GCM, v1.5", ["-aes-256-gcm"], alice],
    ["CBC, ECDH", ["-aes256"], elliptic],
  ] as [string, string[], Identity][])("UI-08 one code for every damage once a key matched: %s", async (_name, args, who) => {
    const der = copy(opensslEncrypted(args, [who]));
    const object = enveloped(der);
    const recipient = object.recipients[0];
    if (recipient === undefined || !("encryptedKey" in recipient)) throw new Error("no recipient");
    const lastOfContent = object.encrypted.segments?.at(-1) ?? new Uint8Array(0);
    const places = [recipient.encryptedKey.byteOffset + 5, lastOfContent.byteOffset + lastOfContent.length - 1];
    if (object.type === "auth-enveloped-data") places.push(object.mac.byteOffset + 3, lastOfContent.byteOffset + 20);
    for (const place of places) {
      const damaged = copy(der);
      damaged[place] = (damaged[place] as number) ^ 0x40;
      expect(await failure(openEnveloped(enveloped(damaged), localKeys([who])))).toBe("cms.decrypt-failed");
    }
    expect(await failure(openEnveloped(enveloped(der), localKeys([who])))).toBe("none");
  });
});

describe("encrypted here, opened by OpenSSL", () => {
  const decrypt = (object: Uint8Array, who: Identity): ReturnType<typeof run> =>
    run("openssl", ["cms", "-decrypt", "-binary", "-inform", "DER", "-recip", who.certificateFile, "-inkey", who.keyFile], { input: object });
  const to = (who: Identity, keyTransport: RecipientCertificate["keyTransport"] = "rsaesOaep", useKeyIdentifier = false): RecipientCertificate => ({
    certificate: who.certificate,
    keyTransport,
    useKeyIdentifier,
  });
  const ciphers: ContentCipher[] = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"];

  it.each(ciphers.flatMap((cipher) => [alice, elliptic, p384, p521].map((who) => [cipher, who.name, who] as const)))("AL-03 AL-04 %s for %s", async (cipher, _name, who) => {
    for (const recipient of [to(who), to(who, "rsaEncryption"), to(who, "rsaesOaep", true)]) {
      const object = await buildEnveloped({ content: text, cipher, recipients: [recipient] });
      const read = decrypt(object, who);
      expect(read.err).toBe("");
      expect(read.out.equals(text)).toBe(true);
      const opened = await openEnveloped(enveloped(object), localKeys([who]));
      expect(Buffer.from(opened.content).equals(text)).toBe(true);
      expect(opened.cipher).toBe(cipher);
    }
  });

  it.each(["aes-192-cbc", "aes-192-gcm"] as const)("AL-04 %s where the platform has no keys of 192 bits, as in Chromium", async (cipher) => {
    const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (...all: unknown[]) => Promise<CryptoKey>;
    const spied = vi.spyOn(crypto.subtle, "importKey").mockImplementation(((...all: unknown[]) => ((all[1] as Uint8Array).length === 24 && String(all[2]).startsWith("AES") ? Promise.reject(new DOMException("192", "NotSupportedError")) : importKey(...all))) as typeof crypto.subtle.importKey);
    try {
      // More than one chunk.
      const long = Buffer.alloc(1_200_007, "0123456789\r\n");
      for (const who of [alice, elliptic]) {
        const object = await buildEnveloped({ content: long, cipher, recipients: [to(who)] });
        expect(decrypt(object, who).out.equals(long)).toBe(true);
        const opened = await openEnveloped(enveloped(object), localKeys([who]));
        expect([opened.cipher, Buffer.from(opened.content).equals(long)]).toEqual([cipher, true]);
      }
      expect(spied.mock.calls.some(([, key]) => (key as Uint8Array).length === 24)).toBe(true);
    } finally {
      spied.mockRestore();
    }
  });

  it.each(ciphers)("AL-03 X25519 with HKDF opens with another implementation of it: %s", async (cipher) => {
    const who = people.makeAgreement("montgomery", "X25519");
    const object = await buildEnveloped({ content: text, cipher, recipients: [to(who)] });
    // OpenSSL 3.0 refuses X25519 in CMS; a later one that takes it must find the text.
    const read = decrypt(object, who);
    if (read.status === 0) expect(read.out.equals(text)).toBe(true);
    const opened = await openEnveloped(enveloped(object), localKeys([who]));
    expect(Buffer.from(opened.content).equals(text)).toBe(true);
    expect(opened.keyTransport).toBe("dhSinglePass-stdDH-hkdf-sha256-scheme");
  });

  it("OpenSSL notices a changed tag", async () => {
    const object = await buildEnveloped({ content: text, cipher: "aes-256-gcm", recipients: [to(alice)] });
    object[object.length - 1] = (object[object.length - 1] as number) ^ 1;
    expect(decrypt(object, alice).status).not.toBe(0);
  });

  it("CO-07 several recipients, each of whom can read", async () => {
    const object = await buildEnveloped({ content: text, cipher: "aes-256-gcm", recipients: [to(alice), to(bob, "rsaEncryption"), to(elliptic), to(p384)] });
    for (const who of [alice, bob, elliptic, p384]) expect(decrypt(object, who).out.equals(text)).toBe(true);
  });

  it("versions are those of RFC 5652 §6.1 and RFC 5083 §2.1, in DER that OpenSSL writes alike", async () => {
    const version = async (cipher: ContentCipher, recipient: RecipientCertificate): Promise<string> => {
      const object = await buildEnveloped({ content: text, cipher, recipients: [recipient] });
      const again = must("openssl", ["cms", "-cmsout", "-inform", "DER", "-outform", "DER"], { input: object });
      expect(again.equals(object)).toBe(true);
      const printed = must("openssl", ["cms", "-cmsout", "-print", "-noout", "-inform", "DER"], { input: object }).toString();
      return /nvelopedData:\s+version: (\d)/.exec(printed)?.[1] ?? "";
    };
    expect(await version("aes-256-cbc", to(alice))).toBe("0");
    expect(await version("aes-256-cbc", to(alice, "rsaesOaep", true))).toBe("2");
    expect(await version("aes-256-cbc", to(elliptic))).toBe("2");
    expect(await version("aes-256-gcm", to(alice))).toBe("0");
  });

  it("AL-07 refuses small RSA keys and keys that only sign", async () => {
    const small = people.make("small", ["-newkey", "rsa:1024"]);
    const edwards = people.make("edwards", ["-newkey", "ed25519"]);
    expect(await failure(buildEnveloped({ content: text, cipher: "aes-256-cbc", recipients: [to(small)] }))).toBe("keys.weak");
    expect(await failure(buildEnveloped({ content: text, cipher: "aes-256-cbc", recipients: [to(edwards)] }))).toBe("keys.algorithm");
    expect(await failure(buildEnveloped({ content: text, cipher: "aes-256-cbc", recipients: [] }))).toBe("cms.no-recipient-key");
  });
});
