import { type Bytes, concat, randomBytes, utf8 } from "../base/bytes.ts";
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive } from "../pki/der.ts";
import { TAG } from "../pki/der-reader.ts";
import { OID } from "../pki/oids.ts";
import { KDF_DIGESTS, KDF_PURPOSE, pkcs12Kdf } from "./pkcs12-kdf.ts";
import { passwordForms } from "./pkcs12-password.ts";

/** A key with what stands beside it in its file. */
export interface Pkcs12Entry {
  /** PrivateKeyInfo, DER. */
  pkcs8: Bytes;
  certificate: Bytes;
  /** The certificates above, DER. */
  chain: readonly Bytes[];
  /** Shown by programs that list the file. */
  name: string;
}

/**
 * Rounds of each derivation: today's recommended cost of PBKDF2 with HMAC-SHA-256. The MAC has as many, because a guess is tried
 * against whatever is cheapest in the file; its derivation is the old one (RFC 7292 B.2), which every program can read.
 */
export const BACKUP_ROUNDS = 600_000;

const SALT = 16;

export interface Pkcs12Options {
  rounds?: number;
  /** Told now and then how much is done, of 1; the MAC's derivation takes nearly all of the time. */
  onProgress?: ((done: number) => void) | undefined;
}

/**
 * Writes a PKCS#12 file (RFC 7292) of one key: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, HMAC-SHA-256 over all.
 * @param password not empty
 */
export async function writePkcs12({ pkcs8, certificate, chain, name }: Pkcs12Entry, password: string, { rounds = BACKUP_ROUNDS, onProgress }: Pkcs12Options = {}): Promise<Bytes> {
  const localKeyId = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate));
  const attributes = derSetOf(
    attribute(OID.localKeyID, derOctetString(localKeyId)),
    attribute(OID.friendlyName, derElement(TAG.bmpString, utf16(name))),
  );
  const certificates = derSequence(bag(OID.certBag, certBag(certificate), attributes), ...chain.map((each) => bag(OID.certBag, certBag(each))));
  const key = derSequence(bag(OID.pkcs8ShroudedKeyBag, derSequence(...(await encrypt(pkcs8, password, rounds))), attributes));
  const authenticatedSafe = derSequence(await encryptedData(certificates, password, rounds), contentInfo(OID.data, derOctetString(key)));
  return derSequence(derInteger(3), contentInfo(OID.data, derOctetString(authenticatedSafe)), await macData(authenticatedSafe, password, rounds, onProgress));
}

const contentInfo = (type: string, content: Bytes): Bytes => derSequence(derOid(type), derTagged(0, content));

const bag = (type: string, value: Bytes, attributes?: Bytes): Bytes => derSequence(derOid(type), derTagged(0, value), ...(attributes ? [attributes] : []));

const certBag = (certificate: Bytes): Bytes => derSequence(derOid(OID.x509Certificate), derTagged(0, derOctetString(certificate)));

const attribute = (type: string, value: Bytes): Bytes => derSequence(derOid(type), derSetOf(value));

/** BMPString has no characters above U+FFFF; a name is there to be seen and not to be compared. */
function utf16(text: string): Bytes {
  return concat(...Array.from(text, (character) => (character.length === 1 ? character.charCodeAt(0) : 0xfffd)).map((code) => Uint8Array.of(code >> 8, code & 0xff)));
}

async function encryptedData(plain: Bytes, password: string, rounds: number): Promise<Bytes> {
  const [algorithm, ciphertext] = await encrypted(plain, password, rounds);
  return contentInfo(OID.encryptedData, derSequence(derInteger(0), derSequence(derOid(OID.data), algorithm, derTaggedPrimitive(0, ciphertext))));
}

/** EncryptedPrivateKeyInfo's two parts (RFC 5958 §3). */
async function encrypt(plain: Bytes, password: string, rounds: number): Promise<[Bytes, Bytes]> {
  const [algorithm, ciphertext] = await encrypted(plain, password, rounds);
  return [algorithm, derOctetString(ciphertext)];
}

/** PBES2 (RFC 8018 §6.2) under a salt of its own: the AlgorithmIdentifier, and the ciphertext. */
async function encrypted(plain: Bytes, password: string, rounds: number): Promise<[Bytes, Bytes]> {
  const salt = randomBytes(SALT);
  const iv = randomBytes(16);
  const base = await crypto.subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", salt, iterations: rounds, hash: "SHA-256" }, base, { name: "AES-CBC", length: 256 }, false, ["encrypt"]);
  const derivation = derSequence(derOid(OID.PBKDF2), derSequence(derOctetString(salt), derInteger(rounds), derSequence(derOid(OID.hmacWithSHA256), derNull())));
  const scheme = derSequence(derOid(OID["aes-256-cbc"]), derOctetString(iv));
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain));
  return [derSequence(derOid(OID.PBES2), derSequence(derivation, scheme)), ciphertext];
}

async function macData(content: Bytes, password: string, rounds: number, onProgress: Pkcs12Options["onProgress"]): Promise<Bytes> {
  const digest = KDF_DIGESTS["sha256"] as NonNullable<(typeof KDF_DIGESTS)[string]>;
  const salt = randomBytes(SALT);
  const [proper] = passwordForms(password);
  const key = await pkcs12Kdf(digest, KDF_PURPOSE.mac, (proper as NonNullable<typeof proper>).wide, salt, rounds, digest.output, onProgress);
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, content));
  return derSequence(derSequence(derSequence(derOid(OID.sha256), derNull()), derOctetString(mac)), derOctetString(salt), derInteger(rounds));
}
