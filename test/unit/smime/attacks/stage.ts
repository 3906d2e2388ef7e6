import { type Bytes, concat, fromLatin1, latin1 } from "../../../../src/base/bytes.ts";
import { fileTrust } from "../../../../src/cli/trust.ts";
import { buildEnveloped } from "../../../../src/cms/build-enveloped.ts";
import { buildSignedData } from "../../../../src/cms/build-signed.ts";
import { importSoftwareKey, openStoredKey } from "../../../../src/keys/private-key.ts";
import { wrapPkcs7, wrapSigned } from "../../../../src/mime/build.ts";
import { derElement, derSequence } from "../../../../src/pki/der.ts";
import { DerReader, TAG, contextTag } from "../../../../src/pki/der-reader.ts";
import { OID } from "../../../../src/pki/oids.ts";
import type { ContentCipher } from "../../../../src/protocol/draft.ts";
import type { InspectedMessage } from "../../../../src/protocol/message-content.ts";
import { inspect } from "../../../../src/smime/inspect.ts";
import { type LocalKey, localKeyPort } from "../../../../src/smime/local-key-port.ts";
import { signerInfo } from "../../../interop/support/local-keys.ts";
import { type Issued, issue } from "../../pki/support/authority.ts";

/*
 * The people of the attacks and what they can do. Alice is the victim whose name is misused, Eve attacks and has a good
 * certificate of her own, Bob reads. Messages are made of our own writers, and of text wherever those would refuse.
 */

export const authority = issue({ name: "Authority", ca: true });
const person = (name: string, emails: string[], issuer: Issued | null = authority): Issued =>
  issue({ name, emails, keyUsage: 0x88, extendedKeyUsage: [OID.emailProtection], ...(issuer && { issuer }) });

export const alice = person("Alice", ["alice@lab.test"]);
export const eve = person("Eve", ["eve@evil.test"]);
export const bob = person("Bob", ["bob@lab.test"]);
/** Says that she is Alice; nobody trusted vouches for it. */
export const falseAlice = person("Alice", ["alice@lab.test"], null);

/** Text that only its rightful reader may see, and only as Alice wrote it. */
export const SECRET = "The merger is on Friday.";

export const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");
export const plain = (text: string): string => crlf(`Content-Type: text/plain; charset=utf-8\n\n${text}\n`);
export const html = (text: string): string => crlf(`Content-Type: text/html; charset=utf-8\n\n${text}\n`);

/** An entity with protected header fields (RFC 9788). */
export const withFields = (fields: Record<string, string>, text: string, hp = "clear"): string =>
  crlf(`${lines(fields)}Content-Type: text/plain; charset=utf-8; hp="${hp}"\n\n${text}\n`);

const lines = (fields: Record<string, string>): string => Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`).join("");

/** A multipart entity. */
export function multi(type: string, ...parts: string[]): string {
  const body = parts.map((part) => `--=_b\r\n${part}`).join("\r\n");
  return `${crlf(`Content-Type: multipart/${type}; boundary="=_b"\n\n`)}${body}\r\n--=_b--\r\n`.replaceAll("=_b", `=_b${parts.join("").length}`);
}

/** Header fields before an entity; those not given are as Alice would write them, and `null` leaves one out. */
export function message(entity: string, fields: Record<string, string | null> = {}): Bytes {
  const all = { From: "Alice <alice@lab.test>", To: "Bob <bob@lab.test>", Subject: "Hello", Date: "Tue, 01 Sep 2026 10:00:00 +0000", ...fields };
  const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return fromLatin1(crlf(lines(Object.fromEntries(kept))) + entity);
}

export async function infoOf(who: Issued, content: string): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", fromLatin1(content)));
  return signerInfo({ certificate: who.certificate.der, key: who.key }, digest, "sha256", new Date("2026-09-01T00:00:00Z"));
}

/** SignedData over an entity; `content: null` leaves it out. */
export async function signedObject(signers: Issued[], entity: string, options: { content?: string | null; infos?: Bytes[]; certificates?: Issued[] } = {}): Promise<Bytes> {
  const content = options.content === undefined ? entity : options.content;
  return buildSignedData({
    content: content === null ? null : fromLatin1(content),
    contentType: OID.data,
    signerInfos: options.infos ?? (await Promise.all(signers.map((who) => infoOf(who, entity)))),
    certificates: (options.certificates ?? signers).map(({ certificate }) => certificate.der),
    digestNames: ["sha256"],
  });
}

/** The same SignedData with RevocationInfoChoices in it (RFC 5652 §10.2.1). */
export function enclosing(object: Bytes, ...choices: Bytes[]): Bytes {
  const outer = new DerReader(object).enter();
  const type = outer.next(TAG.oid).raw;
  const fields = outer.enter(contextTag(0)).enter().rest().map(({ raw }) => raw);
  return derSequence(type, derElement(0xa0, derSequence(...fields.slice(0, -1), derElement(0xa1, ...choices), ...fields.slice(-1))));
}

export const opaque = (object: Bytes): string => latin1(wrapPkcs7(object, "signed-data"));
export const clear = (entity: string, object: Bytes): string => latin1(wrapSigned(fromLatin1(entity), object, "sha-256"));

/** Signs in the clear. */
export async function signed(who: Issued, entity: string): Promise<string> {
  return clear(entity, await signedObject([who], entity, { content: null }));
}

/** Signs opaquely. */
export async function signedOpaque(who: Issued, entity: string): Promise<string> {
  return opaque(await signedObject([who], entity));
}

export async function encryptedObject(entity: string, cipher: ContentCipher = "aes-256-cbc"): Promise<Bytes> {
  const recipients = [{ certificate: bob.certificate.der, keyTransport: "rsaesOaep" as const, useKeyIdentifier: false }];
  return buildEnveloped({ content: fromLatin1(entity), cipher, recipients });
}

export const enveloped = (object: Bytes, type: "enveloped-data" | "authEnveloped-data" = "enveloped-data"): string => latin1(wrapPkcs7(object, type));

/** Encrypts to Bob. */
export async function encrypted(entity: string, cipher: ContentCipher = "aes-256-cbc"): Promise<string> {
  return enveloped(await encryptedObject(entity, cipher), cipher.endsWith("gcm") ? "authEnveloped-data" : "enveloped-data");
}

/** Replaces octets of the one object in an entity. */
export function altered(object: Bytes, at: number, ...octets: number[]): Bytes {
  return concat(object.subarray(0, at), Uint8Array.from(octets), object.subarray(at + octets.length));
}

let keys: LocalKey[] | null = null;

/** Bob reads: the same function as the reader and the command line. */
export async function bobReads(mail: Bytes): Promise<InspectedMessage> {
  keys ??= [{ id: "bob", key: openStoredKey(await importSoftwareKey(new Uint8Array(bob.key.export({ type: "pkcs8", format: "der" })), bob.certificate.der)), chain: [] }];
  const at = new Date("2026-09-02T00:00:00Z");
  return inspect(mail, { keys: localKeyPort(keys, null, () => at), trust: fileTrust({ anchors: [authority.certificate], intermediates: [], at }) });
}
