import { describe, expect, it, vi } from "vitest";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import { openEnveloped } from "../../../src/cms/open.ts";
import { secretPort } from "../../../src/keys/secrets.ts";
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { SecretPort } from "../../../src/protocol/secret-port.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { asEnveloped, encrypted } from "./support.ts";

const wrap = derSequence(derOid(OID["id-aes256-wrap"]));
const pwri = derSequence(derOid(OID["id-alg-PWRI-KEK"]), derSequence(derOid(OID["aes-256-cbc"]), derOctetString(new Uint8Array(16))));

const kek = (name: number): Bytes => derTagged(2, derInteger(4), derSequence(derOctetString(Uint8Array.of(name))), wrap, derOctetString(Uint8Array.of(name)));
const password = derTagged(3, derInteger(0), derTagged(0, derOid(OID.PBKDF2), derNull()), pwri, derOctetString(new Uint8Array(32)));

const key = new Uint8Array(32).fill(7);
const text = utf8("text");

async function enveloped(recipients: Bytes[], algorithm?: Bytes) {
  const made = await encrypted("aes-256-cbc", key, text);
  const content = derSequence(derOid(OID.data), algorithm ?? made.algorithm, derElement(0x80, made.ciphertext));
  return asEnveloped(derSequence(derOid(OID.envelopedData), derElement(0xa0, derSequence(derInteger(3), derElement(0x31, ...recipients), content))));
}

const noKeys = localKeyPort([], null, () => new Date());
const answering = (answer: Awaited<ReturnType<SecretPort["unwrap"]>> | Code) => vi.fn<SecretPort["unwrap"]>(() => (typeof answer === "string" ? Promise.reject(new SmimeError(answer)) : Promise.resolve(answer)));
const open = async (recipients: Bytes[], unwrap: SecretPort["unwrap"], algorithm?: Bytes) => openEnveloped(await enveloped(recipients, algorithm), noKeys, { unwrap });

describe("opening with a secret", () => {
  it("asks once for all recipients of these kinds, and says which of them opened it", async () => {
    const unwrap = answering({ index: 1, contentKey: key });
    const opened = await open([kek(1), password, derTagged(4, derNull())], unwrap);
    expect(opened.content).toEqual(text);
    expect(opened.keyTransport).toBe("id-alg-PWRI-KEK");
    expect(opened.recipients).toEqual([{ own: false }, { own: true, password: true }, { own: false }]);
    expect(unwrap).toHaveBeenCalledTimes(1);
    expect(unwrap.mock.calls[0]?.[0].map(({ kind }) => kind)).toEqual(["kek", "password"]);
  });

  it.each([
    ["a cipher that is not known", derSequence(derOid("1.2.3.4"), derOctetString(new Uint8Array(16))), "cms.algorithm-unknown"],
    ["GCM outside AuthEnvelopedData", derSequence(derOid(OID["aes-256-gcm"]), derSequence(derOctetString(new Uint8Array(12)), derInteger(16))), "cms.algorithm-unknown"],
    ["parameters that are none", derSequence(derOid(OID["aes-256-cbc"]), derNull()), "cms.malformed"],
  ])("RD-04 names %s before a secret is used", async (_what, algorithm, code) => {
    const unwrap = answering({ index: 0, contentKey: key });
    await expect(open([password], unwrap, algorithm)).rejects.toMatchObject({ code });
    expect(unwrap).not.toHaveBeenCalled();
  });

  it("asks nobody about a message without such recipients", async () => {
    const unwrap = answering({ index: 0, contentKey: key });
    await expect(open([derTagged(4, derNull())], unwrap)).rejects.toMatchObject({ code: "cms.no-recipient-key" });
    expect(unwrap).not.toHaveBeenCalled();
  });

  it.each([
    ["no secret is at hand", null, "cms.no-recipient-key"],
    ["the answer names another recipient", { index: 5, contentKey: key }, "cms.no-recipient-key"],
    ["another key", { index: 0, contentKey: new Uint8Array(32) }, "cms.decrypt-failed"],
    ["a key of another length", { index: 0, contentKey: new Uint8Array(16) }, "cms.decrypt-failed"],
    ["a method that the secret's holder does not know", "cms.algorithm-unknown", "cms.decrypt-failed"],
    ["the secret opens nothing", "cms.decrypt-failed", "cms.decrypt-failed"],
    ["something that nobody planned for", "internal.unexpected", "cms.decrypt-failed"],
    ["the failure budget is used up", "keys.failure-budget", "keys.failure-budget"],
    ["too much work was asked for", "limits.pkcs12", "limits.pkcs12"],
  ] as const)("UI-08 where %s", async (_what, answer, code) => {
    await expect(open([password], answering(answer))).rejects.toMatchObject({ code });
  });
});

describe("secrets that are at hand", () => {
  const recipient = (name: number) => ({ kind: "kek", keyIdentifier: Uint8Array.of(name), algorithm: wrap, encryptedKey: new Uint8Array(40) }) as const;
  const given = (...names: number[]) => secretPort({ keys: names.map((name) => ({ identifier: Uint8Array.of(name), key })), passwords: [] });

  it("answers null without one, and one code for any that opens nothing", async () => {
    expect(await given().unwrap([recipient(1)])).toBeNull();
    expect(await given(2).unwrap([recipient(1)])).toBeNull();
    expect(await given(1).unwrap([recipient(1)]).catch(codeOf)).toBe("cms.decrypt-failed");
    expect(await secretPort({ keys: [], passwords: [utf8("x")] }).unwrap([{ kind: "password", derivation: null, algorithm: pwri, encryptedKey: new Uint8Array(32) }]).catch(codeOf)).toBe("cms.decrypt-failed");
  });

  it("uses no key of another length than the wrap names", async () => {
    const short = new Uint8Array(16).fill(7);
    const wrapping = await crypto.subtle.importKey("raw", short, "AES-KW", false, ["wrapKey"]);
    const content = await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    const encryptedKey = new Uint8Array(await crypto.subtle.wrapKey("raw", content, wrapping, "AES-KW"));
    const port = secretPort({ keys: [{ identifier: Uint8Array.of(1), key: short }], passwords: [] });
    expect(await port.unwrap([{ ...recipient(1), encryptedKey }]).catch(codeOf)).toBe("cms.decrypt-failed");
    const right = derSequence(derOid(OID["id-aes128-wrap"]));
    expect(await port.unwrap([{ ...recipient(1), algorithm: right, encryptedKey }])).toMatchObject({ index: 0 });
  });

  it("goes on to the next recipient where one cannot be read", async () => {
    const wrapping = await crypto.subtle.importKey("raw", key, "AES-KW", false, ["wrapKey"]);
    const content = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(9), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    const encryptedKey = new Uint8Array(await crypto.subtle.wrapKey("raw", content, wrapping, "AES-KW"));
    const unknown = { ...recipient(1), algorithm: derSequence(derOid("1.2.3.4")) };
    expect(await given(1).unwrap([unknown, recipient(1), { ...recipient(1), encryptedKey }])).toEqual({ index: 2, contentKey: new Uint8Array(32).fill(9) });
  });
});
