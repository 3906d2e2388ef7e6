import { type Bytes, randomBytes } from "../../src/base/bytes.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import type { Material } from "./material.ts";
import type { Side } from "./side.ts";

export const RAW = "WebCrypto alone";

const SIGNING = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const TRANSPORT = { name: "RSA-OAEP", hash: "SHA-256" };

/** Octets that signed attributes have: what RSA signs in their place. */
const ATTRIBUTES = 400;

/**
 * What cannot be done without: SHA-256 and AES-256-CBC over the entity, one RSA-2048 signature and one key transport, one
 * after the other. No MIME, no ASN.1, no base64.
 */
export async function rawSide({ pkcs8, certificate }: Material, entity: Bytes): Promise<Side> {
  const { subtle } = crypto;
  const spki = parseCertificate(certificate).spki;
  const own = { sign: await subtle.importKey("pkcs8", pkcs8, SIGNING, false, ["sign"]), decrypt: await subtle.importKey("pkcs8", pkcs8, TRANSPORT, false, ["decrypt"]) };
  const theirs = { verify: await subtle.importKey("spki", spki, SIGNING, false, ["verify"]), encrypt: await subtle.importKey("spki", spki, TRANSPORT, false, ["encrypt"]) };

  const attributes = randomBytes(ATTRIBUTES);
  const seal = async (content: Bytes) => {
    await subtle.digest("SHA-256", content);
    const signature = await subtle.sign(SIGNING, own.sign, attributes);
    const contentKey = randomBytes(32);
    const algorithm = { name: "AES-CBC", iv: randomBytes(16) };
    const encryptedKey = await subtle.encrypt(TRANSPORT, theirs.encrypt, contentKey);
    const key = await subtle.importKey("raw", contentKey, algorithm, false, ["encrypt"]);
    return { signature, algorithm, encryptedKey, encrypted: await subtle.encrypt(algorithm, key, content) };
  };
  const sealed = await seal(entity.slice());
  const open = async (encrypted: ArrayBuffer) => {
    const contentKey = await subtle.decrypt(TRANSPORT, own.decrypt, sealed.encryptedKey);
    const key = await subtle.importKey("raw", contentKey, sealed.algorithm, false, ["decrypt"]);
    const content = await subtle.decrypt(sealed.algorithm, key, encrypted);
    await subtle.digest("SHA-256", content);
    if (!(await subtle.verify(SIGNING, theirs.verify, sealed.signature, attributes))) throw new Error("the signature is wrong");
  };
  return {
    seal: () => {
      const content = entity.slice();
      return () => seal(content);
    },
    open: () => {
      const encrypted = sealed.encrypted.slice(0);
      return () => open(encrypted);
    },
  };
}
