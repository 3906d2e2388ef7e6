import { type Bytes, latin1 } from "../base/bytes.ts";
import { digest as digestWith, webCryptoDigest } from "../base/digest.ts";
import { type Algorithm, hasNoParameters } from "./algorithm.ts";
import { derBitString, derNull, derOid, derSequence } from "./der.ts";
import { rawEcdsaSignature } from "./ecdsa-signature.ts";
import { verifyEcdsa } from "./ecdsa-verify.ts";
import { OID } from "./oids.ts";
import { type PssParameters, readPssParameters } from "./pss-parameters.ts";
import { type PublicKeyFacts, readPublicKey } from "./public-key.ts";
import { verifyPss, verifyRsaV15 } from "./rsa-verify.ts";

/** What the mathematics say: `unknown` if algorithm or key are not known here, which is never as good as `valid`. */
export type SignatureVerdict = "valid" | "broken" | "unknown";

/** Digest that a signature algorithm names; `null` where it names none and the caller's counts. */
const DIGEST_OF: Record<string, string | null> = {
  rsaEncryption: null,
  sha1WithRSA: "sha1",
  sha1WithRSAEncryption: "sha1",
  sha224WithRSAEncryption: "sha224",
  sha256WithRSAEncryption: "sha256",
  sha384WithRSAEncryption: "sha384",
  sha512WithRSAEncryption: "sha512",
  "id-ecPublicKey": null,
  "ecdsa-with-SHA1": "sha1",
  "ecdsa-with-SHA224": "sha224",
  "ecdsa-with-SHA256": "sha256",
  "ecdsa-with-SHA384": "sha384",
  "ecdsa-with-SHA512": "sha512",
};

const CURVES: Record<string, { name: string; octets: number }> = {
  prime256v1: { name: "P-256", octets: 32 },
  secp384r1: { name: "P-384", octets: 48 },
  secp521r1: { name: "P-521", octets: 66 },
};

/** Imported keys by their octets and algorithm, for callers that use one key many times. */
export interface KeyCache {
  get(name: string): CryptoKey | undefined;
  set(name: string, key: CryptoKey): void;
}

/** Checks in JavaScript take milliseconds each, and one message can ask for hundreds. */
export interface SlowChecks {
  left: number;
}

export interface VerifyOptions {
  /** OpenSSL's name of the digest algorithm beside the signature; null where there is none, as in certificates. */
  digest?: string | null;
  /** Where imported keys are kept; nothing is kept without it. */
  keys?: KeyCache | null;
  /** How many checks may still be made without WebCrypto; none is made beyond it, and the answer is `unknown`. */
  budget?: SlowChecks;
}

/** Larger moduli cost more to check than any real key is worth. */
const MAX_RSA_BITS = 16384;

/** Tells the digest that a signature algorithm rests on, OpenSSL's name; null if it names none or is not known here. */
export function digestOfSignature(algorithm: Algorithm): string | null {
  if (algorithm.name !== "rsassaPss") return DIGEST_OF[algorithm.name] ?? (algorithm.name === "md5WithRSAEncryption" ? "md5" : null);
  return readPssParameters(algorithm)?.digest ?? null;
}

/**
 * Checks a signature: RSA v1.5, RSA-PSS with any digest for the mask, ECDSA on P-256, P-384, P-521, and Ed25519.
 * WebCrypto is asked wherever it can be; SHA-224 and mixed PSS it does not know. Never throws for bad input.
 * @param spki SubjectPublicKeyInfo, DER.
 * @param algorithm The signature algorithm; where it names a key only (`rsaEncryption` in CMS), `digest` says the digest.
 */
export async function verifyWithKey(
  spki: Bytes,
  algorithm: Algorithm,
  data: Bytes,
  signature: Bytes,
  { digest = null, keys = null, budget = { left: 1 } }: VerifyOptions = {},
): Promise<SignatureVerdict> {
  try {
    const key = factsOf(spki);
    const check = chooseCheck(key, algorithm, digest);
    if (check === "broken" || check === "unknown") return check;
    const octets = check.curve === undefined ? signature : rawEcdsaSignature(signature, check.curve.octets);
    if (octets === null) return "broken";
    if ("own" in check && budget.left-- <= 0) return "unknown";
    const holds = "own" in check ? await check.own(data, octets) : await askPlatform(check, data, octets, keys);
    return holds === null ? "unknown" : holds ? "valid" : "broken";
  } catch {
    // The platform refuses the key or does not have the algorithm, or the key is not of its own structure.
    return "unknown";
  }
}

const knownFacts = new WeakMap<Bytes, PublicKeyFacts>();

/** What a key says, read once for each array: an issuer's key is asked about again and again, and its octets stay as they are. Throws `pki.malformed`. */
function factsOf(spki: Bytes): PublicKeyFacts {
  const known = knownFacts.get(spki);
  if (known !== undefined) return known;
  const facts = readPublicKey(spki);
  knownFacts.set(spki, facts);
  return facts;
}

/** A key in the one form in which WebCrypto imports its kind, and the texts by which it is known, by what it is imported as. */
interface Importable {
  spki: Bytes;
  names: Map<string, string>;
}

const knownImportable = new WeakMap<PublicKeyFacts, Importable>();

function importable(key: PublicKeyFacts): Importable {
  const known = knownImportable.get(key);
  if (known !== undefined) return known;
  const spki = platformSpki(key);
  const made = { spki, names: new Map<string, string>() };
  knownImportable.set(key, made);
  return made;
}

/** The octets of a key and what it is imported as, in one text; made once, as it is long. */
function nameFor({ spki, names }: Importable, importAs: PlatformCheck["importAs"]): string {
  const kind = Object.values(importAs).join();
  const known = names.get(kind);
  if (known !== undefined) return known;
  const name = `${kind} ${latin1(spki)}`;
  names.set(kind, name);
  return name;
}

/** WebCrypto imports RSA keys under rsaEncryption only, so every RSA key is wrapped as that. */
function platformSpki({ algorithm, key }: PublicKeyFacts): Bytes {
  const wrapped = algorithm.name.startsWith("rsa") ? derSequence(derOid(OID.rsaEncryption), derNull()) : algorithm.name === "ED25519" ? derSequence(derOid(OID.ED25519)) : algorithm.der;
  return derSequence(wrapped, derBitString(key));
}

async function importedKey({ key, importAs }: PlatformCheck, keys: KeyCache | null): Promise<CryptoKey> {
  const name = nameFor(key, importAs);
  const known = keys?.get(name);
  if (known) return known;
  const imported = await crypto.subtle.importKey("spki", key.spki, importAs, false, ["verify"]);
  keys?.set(name, imported);
  return imported;
}

type Check = { curve?: { name: string; octets: number } } & (PlatformCheck | { own: (data: Bytes, signature: Bytes) => Promise<boolean | null> });

interface PlatformCheck {
  key: Importable;
  importAs: RsaHashedImportParams | EcKeyImportParams | { name: string };
  verifyAs: RsaPssParams | EcdsaParams | { name: string };
}

async function askPlatform(check: PlatformCheck, data: Bytes, signature: Bytes, keys: KeyCache | null): Promise<boolean> {
  return crypto.subtle.verify(check.verifyAs, await importedKey(check, keys), signature, data);
}

function chooseCheck(key: PublicKeyFacts, algorithm: Algorithm, digest: string | null): Check | "broken" | "unknown" {
  if (algorithm.name === "rsassaPss") return choosePss(key, algorithm);
  if (algorithm.name === "ED25519") {
    if (key.algorithm.name !== "ED25519" || algorithm.parametersDer !== null) return "broken";
    return { key: importable(key), importAs: { name: "Ed25519" }, verifyAs: { name: "Ed25519" } };
  }
  const named = DIGEST_OF[algorithm.name];
  const name = named ?? digest ?? "";
  const hash = webCryptoDigest(name);
  if (named === undefined || (hash === null && name !== "sha224")) return "unknown";
  if (algorithm.name.startsWith("ecdsa") || algorithm.name === "id-ecPublicKey") {
    if (key.algorithm.name !== "id-ecPublicKey") return "broken";
    const curve = CURVES[key.curve ?? ""];
    if (curve === undefined) return "unknown";
    if (hash === null) return { curve, own: async (data, octets) => verifyEcdsa(key.curve as string, key.key, (await digestWith(name, data)) as Bytes, octets) };
    const importAs = { name: "ECDSA", namedCurve: curve.name };
    return { key: importable(key), importAs, verifyAs: { name: "ECDSA", hash }, curve };
  }
  // RFC 4055 §1.2: a key under id-RSASSA-PSS signs with PSS only.
  if (key.algorithm.name !== "rsaEncryption" || !hasNoParameters(key.algorithm) || !hasNoParameters(algorithm)) return "broken";
  if (key.bits > MAX_RSA_BITS) return "unknown";
  if (hash === null) return { own: (data, octets) => verifyRsaV15(key.key, "sha224", data, octets) };
  return { key: importable(key), importAs: { name: "RSASSA-PKCS1-v1_5", hash }, verifyAs: { name: "RSASSA-PKCS1-v1_5" } };
}

function choosePss(key: PublicKeyFacts, algorithm: Algorithm): Check | "broken" | "unknown" {
  const kind = key.algorithm.name;
  if (kind !== "rsaEncryption" && kind !== "rsassaPss") return "broken";
  const parameters = readPssParameters(algorithm);
  if (parameters === null || key.bits > MAX_RSA_BITS) return "unknown";
  if (kind === "rsassaPss" && key.algorithm.parametersDer !== null && !permits(readPssParameters(key.algorithm), parameters)) return "broken";
  const hash = webCryptoDigest(parameters.digest);
  // WebCrypto has one hash for message and mask.
  if (hash === null || parameters.maskDigest !== parameters.digest) return { own: (data, octets) => verifyPss(key.key, parameters, data, octets) };
  return { key: importable(key), importAs: { name: "RSA-PSS", hash }, verifyAs: { name: "RSA-PSS", saltLength: parameters.saltLength } };
}

/** RFC 4055 §3.3: a key's own parameters fix the digests and the least salt. */
function permits(ofKey: PssParameters | null, used: PssParameters): boolean {
  return ofKey !== null && ofKey.digest === used.digest && ofKey.maskDigest === used.maskDigest && ofKey.saltLength <= used.saltLength;
}
