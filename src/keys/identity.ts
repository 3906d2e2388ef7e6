import { type Bytes, equal, randomBytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Certificate, isSelfIssued, parseCertificate } from "../pki/certificate.ts";
import { sameName } from "../pki/name.ts";
import { type PublicKeyFacts, readPublicKey, readRsaPublicKey } from "../pki/public-key.ts";
import { WEB_CURVES } from "./curves.ts";
import { curve25519Pkcs8, ecPkcs8, type PrivateKeyFacts, readPkcs8 } from "./pkcs8.ts";
import type { Pkcs12Contents } from "./pkcs12.ts";

/** A private key with a certificate of its public key. */
export interface Identity {
  certificate: Bytes;
  /** PrivateKeyInfo, DER. */
  pkcs8: Bytes;
  /** The file's certificates above, nearest first, without the root; found by name and not validated. */
  chain: Bytes[];
}

/**
 * Joins the keys of a file with the certificates of their public keys, whatever labels the file gave them.
 * A key with two certificates makes two identities. Certificates that cannot be read are passed over.
 * @throws SmimeError `keys.pkcs12-no-key`, `keys.pkcs12-no-certificate`, and `keys.algorithm` or `keys.pkcs12-malformed`
 * if no key can be used.
 */
export async function matchIdentities(contents: Pkcs12Contents): Promise<Identity[]> {
  if (contents.keys.length === 0) throw new SmimeError("keys.pkcs12-no-key");
  const certificates = contents.certificates.flatMap(({ certificate }) => readable(certificate));
  const found: Identity[] = [];
  let refusal = new SmimeError("keys.pkcs12-no-certificate");
  for (const { pkcs8 } of contents.keys) {
    try {
      const key = readPkcs8(pkcs8);
      for (const certificate of certificates) {
        if (await belongsTo(key, certificate)) found.push({ certificate: certificate.der, pkcs8, chain: chainOf(certificate, certificates) });
      }
    } catch (error) {
      if (!(error instanceof SmimeError)) throw error;
      refusal = error.code === "pki.malformed" ? new SmimeError("keys.pkcs12-malformed", { cause: error }) : error;
    }
  }
  if (found.length === 0) throw refusal;
  return found;
}

function readable(der: Bytes): Certificate[] {
  try {
    return [parseCertificate(der)];
  } catch {
    return [];
  }
}

/** The certificates above one among others, nearest first, without the root; found by name and not validated. */
export function chainOf(leaf: Certificate, certificates: readonly Certificate[]): Bytes[] {
  const chain: Certificate[] = [leaf];
  for (;;) {
    const last = chain.at(-1) as Certificate;
    const issuer = certificates.find((candidate) => sameName(candidate.subject, last.issuer) && !isSelfIssued(candidate) && !chain.includes(candidate));
    if (issuer === undefined) return chain.slice(1).map((certificate) => certificate.der);
    chain.push(issuer);
  }
}

/**
 * Tells whether a private key is the one of a certificate. RSA numbers are compared; for curves the key is used and the
 * certificate's key has to agree, because files often leave the public point out and platforms differ in deriving it.
 */
export async function belongsTo(key: PrivateKeyFacts, certificate: Certificate): Promise<boolean> {
  const publicKey = readPublicKey(certificate.spki);
  const name = publicKey.algorithm.name;
  switch (key.kind) {
    case "rsa": {
      if (name !== "rsaEncryption" && name !== "rsassaPss") return false;
      const { modulus, exponent } = readRsaPublicKey(publicKey.key);
      return modulus === key.numbers.n && exponent === key.numbers.e;
    }
    case "ec": {
      const curve = WEB_CURVES[key.curve];
      if (curve === undefined) throw new SmimeError("keys.algorithm");
      return publicKey.curve === key.curve && pairSigns(ecPkcs8(key.scalar, publicKey), publicKey, { name: "ECDSA", namedCurve: curve.name });
    }
    case "ed25519":
      return name === "ED25519" && pairSigns(curve25519Pkcs8("ed25519", key.secret), publicKey, { name: "Ed25519" });
    case "x25519":
      return name === "X25519" && pairAgrees(curve25519Pkcs8("x25519", key.secret), publicKey);
  }
}

async function pairSigns(pkcs8: Bytes, publicKey: PublicKeyFacts, algorithm: EcKeyImportParams | { name: string }): Promise<boolean> {
  const use = { name: algorithm.name, hash: "SHA-256" };
  try {
    const own = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
    const theirs = await crypto.subtle.importKey("raw", publicKey.key, algorithm, false, ["verify"]);
    const challenge = randomBytes(32);
    return await crypto.subtle.verify(use, theirs, await crypto.subtle.sign(use, own, challenge), challenge);
  } catch {
    // Platforms that check the pair on import refuse a wrong one.
    return false;
  }
}

async function pairAgrees(pkcs8: Bytes, publicKey: PublicKeyFacts): Promise<boolean> {
  try {
    const own = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]);
    const theirs = await crypto.subtle.importKey("raw", publicKey.key, "X25519", false, []);
    const other = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    const one = await crypto.subtle.deriveBits({ name: "X25519", public: other.publicKey }, own, 256);
    const two = await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, other.privateKey, 256);
    return equal(new Uint8Array(one), new Uint8Array(two));
  } catch {
    return false;
  }
}
