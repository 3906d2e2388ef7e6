import { constants, createHash, diffieHellman, generateKeyPairSync, hkdfSync, createCipheriv, publicEncrypt } from "node:crypto";
import { type Bytes, randomBytes } from "../../src/base/bytes.ts";
import { newRecoveryCode } from "../../src/keys/recovery-code.ts";
import { passphraseLock, newVaultKey, openVault, recoveryCodeLock, securityKeyLock, type UnlockSecret, type Vault } from "../../src/keys/vault.ts";
import { type PrivateKey, importSoftwareKey, openStoredKey } from "../../src/keys/private-key.ts";
import { importProtected, openDek, protectedPrivateKey, protectKey } from "../../src/keys/protected-key.ts";
import { sealingKey } from "../../src/keys/sealed-octets.ts";
import { derNull, derOctetString, derOid, derSequence, derTagged } from "../../src/pki/der.ts";
import { OID } from "../../src/pki/oids.ts";
import type { UnwrapRequest } from "../../src/protocol/key-port.ts";
import { certificateFor } from "../unit/keys/support/certificate.ts";
import { RAW } from "./raw-primitives.ts";
import { ratioRow } from "./ratio.ts";
import { type Measure, measureHere, rounds } from "./rounds.ts";
import type { Row } from "./row.ts";

const where = `Node ${process.versions.node}`;
const octets = (value: Uint8Array): Bytes => new Uint8Array(value);

/** Octets that signed attributes have. */
const ATTRIBUTES = randomBytes(400);

/** One operation of a key with us, and what of it cannot be done without. */
interface Operation {
  name: string;
  pkcs8: Bytes;
  certificate: Bytes;
  ours: (key: PrivateKey) => Promise<unknown>;
  raw: () => Promise<unknown>;
}

/**
 * Measures a key's operations, kept without protection and protected and unlocked, and unlocking itself, against the same
 * primitive of WebCrypto alone in the same rounds. RSAES-PKCS1-v1_5 is not in WebCrypto: its arithmetic is ours, and is held
 * against RSA-OAEP of the same length.
 */
export async function* measureKeys(count = 9): AsyncGenerator<Row> {
  yield* measureUnlocking(count);
  for (const operation of [...(await rsa(2048)), ...(await rsa(3072)), ...(await curve("P-256")), ...(await curve("25519"))]) {
    for (const protection of ["none", "protected, unlocked"] as const) {
      const key = await keptAs(protection, operation);
      const { ours, raw } = await inTurns({ ours: () => operation.ours(key), raw: operation.raw }, count);
      yield ratioRow({ name: `${operation.name} (${protection})`, where, ours, theirs: raw, against: RAW });
    }
  }
}

function inTurns(sides: { ours: () => Promise<unknown>; raw: () => Promise<unknown> }, count: number): Promise<Record<"ours" | "raw", number[]>> {
  const measure = (run: () => Promise<unknown>): Measure => measureHere(() => run);
  return rounds({ ours: measure(sides.ours), raw: measure(sides.raw) }, { count, atLeast: 50 });
}

async function* measureUnlocking(count: number): AsyncGenerator<Row> {
  const { subtle } = crypto;
  const key = newVaultKey();
  const output = randomBytes(32);
  const credential = randomBytes(16);
  const passphrase = "four words that open";
  const lock = await passphraseLock("v", key, passphrase);
  const { salt, iterations } = lock.parameters;
  const keyed = await securityKeyLock("v", key, { credential, salt, transports: [], relyingParty: null, label: "", addedAt: "" }, output);
  const code = await newRecoveryCode();
  const recovery = await recoveryCodeLock("v", key, code);
  const vault: Vault = { id: "v", kind: "passphrase", locks: [lock, keyed, recovery] };
  const derive = async (algorithm: Pbkdf2Params | HkdfParams, secret: Bytes) => subtle.deriveBits(algorithm, await subtle.importKey("raw", secret, algorithm.name, false, ["deriveBits"]), 256);
  const ways: [string, UnlockSecret, () => Promise<unknown>][] = [
    ["unlock by passphrase: PBKDF2", { kind: "passphrase", passphrase }, () => derive({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, new TextEncoder().encode(passphrase))],
    ["unlock by recovery code: HKDF", { kind: "recovery-code", code }, () => derive({ name: "HKDF", hash: "SHA-256", salt: recovery.salt, info: new Uint8Array(0) }, new TextEncoder().encode(code))],
    ["unlock by security key: HKDF of PRF", { kind: "security-key", credential, output }, () => derive({ name: "HKDF", hash: "SHA-256", salt, info: new Uint8Array(0) }, output)],
  ];
  for (const [name, secret, raw] of ways) {
    const { ours, raw: theirs } = await inTurns({ ours: () => openVault(vault, secret), raw }, count);
    yield ratioRow({ name, where, ours, theirs, against: RAW });
  }
}

async function keptAs(protection: "none" | "protected, unlocked", { pkcs8, certificate }: Operation): Promise<PrivateKey> {
  if (protection === "none") return openStoredKey(await importSoftwareKey(pkcs8.slice(), certificate));
  const vaultKey = await sealingKey(newVaultKey());
  const kept = await protectKey("one", pkcs8.slice(), certificate, { id: "v", key: vaultKey });
  // As `key-locks` does it: imported once, looked for at each use.
  const imported = importProtected("one", kept, certificate, await openDek("one", kept, vaultKey));
  return protectedPrivateKey(certificate, kept.facts, async () => openStoredKey(await imported));
}

async function rsa(modulusLength: number): Promise<Operation[]> {
  const { subtle } = crypto;
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
  const pkcs8 = octets(privateKey.export({ type: "pkcs8", format: "der" }));
  const certificate = certificateFor(octets(publicKey.export({ type: "spki", format: "der" })));
  const signing = await subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
  const transport = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-1" }, false, ["decrypt"]);
  const encrypted = (padding: number): Bytes => octets(publicEncrypt({ key: publicKey, padding }, randomBytes(32)));
  const oaep = encrypted(constants.RSA_PKCS1_OAEP_PADDING);
  const v15 = encrypted(constants.RSA_PKCS1_PADDING);
  const request = (algorithm: Bytes, encryptedKey: Bytes): UnwrapRequest => ({ kind: "key-transport", certificateId: "one", algorithm, encryptedKey, keyLength: 32 });
  const raw = () => subtle.decrypt("RSA-OAEP", transport, oaep);
  const key = { pkcs8, certificate };
  const name = `RSA-${modulusLength}`;
  return [
    { ...key, name: `${name}: sign`, ours: (own) => own.sign("sha256", ATTRIBUTES), raw: () => subtle.sign("RSASSA-PKCS1-v1_5", signing, ATTRIBUTES) },
    { ...key, name: `${name}: unwrap, RSA-OAEP`, ours: (own) => own.unwrap(request(derSequence(derOid(OID["rsaesOaep"]), derSequence()), oaep)), raw },
    { ...key, name: `${name}: unwrap, RSAES-PKCS1-v1_5 by our own arithmetic`, ours: (own) => own.unwrap(request(derSequence(derOid(OID.rsaEncryption), derNull()), v15)), raw },
  ];
}

/** P-256 for both, or Ed25519 to sign and X25519 to agree. */
async function curve(kind: "P-256" | "25519"): Promise<Operation[]> {
  const { subtle } = crypto;
  const isP256 = kind === "P-256";
  const pair = (of: "sign" | "agree") => (isP256 ? generateKeyPairSync("ec", { namedCurve: "prime256v1" }) : of === "sign" ? generateKeyPairSync("ed25519") : generateKeyPairSync("x25519"));
  const kept = ({ publicKey, privateKey }: ReturnType<typeof pair>) => ({
    pkcs8: octets(privateKey.export({ type: "pkcs8", format: "der" })),
    certificate: certificateFor(octets(publicKey.export({ type: "spki", format: "der" }))),
  });
  const signer = kept(pair("sign"));
  const own = pair("agree");
  const agreer = kept(own);
  const signing = await subtle.importKey("pkcs8", signer.pkcs8, isP256 ? { name: "ECDSA", namedCurve: "P-256" } : "Ed25519", false, ["sign"]);
  const sender = pair("agree");
  const spki = octets(sender.publicKey.export({ type: "spki", format: "der" }));
  const agreement = isP256 ? { name: "ECDH", namedCurve: "P-256" } : { name: "X25519" };
  const ownKey = await subtle.importKey("pkcs8", agreer.pkcs8, agreement, false, ["deriveBits"]);
  const theirKey = await subtle.importKey("spki", spki, agreement, false, []);
  const info = derSequence(derSequence(derOid(OID["id-aes256-wrap"])), derTagged(2, derOctetString(Uint8Array.of(0, 0, 1, 0))));
  const secret = diffieHellman({ privateKey: sender.privateKey, publicKey: own.publicKey });
  const kek = isP256 ? createHash("sha256").update(secret).update(Uint8Array.of(0, 0, 0, 1)).update(info).digest() : Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), info, 32));
  const wrapper = createCipheriv("id-aes256-wrap", kek, Buffer.alloc(8, 0xa6));
  const encryptedKey = octets(Buffer.concat([wrapper.update(randomBytes(32)), wrapper.final()]));
  const scheme = OID[isP256 ? "dhSinglePass-stdDH-sha256kdf-scheme" : "dhSinglePass-stdDH-hkdf-sha256-scheme"];
  const request: UnwrapRequest = { kind: "key-agreement", certificateId: "one", algorithm: derSequence(derOid(scheme), derSequence(derOid(OID["id-aes256-wrap"]))), originatorKey: octets(spki.subarray(isP256 ? -65 : -32)), originatorAlgorithm: null, ukm: null, encryptedKey, keyLength: 32 };
  return [
    { ...signer, name: `${isP256 ? "P-256" : "Ed25519"}: sign`, ours: (key) => key.sign(isP256 ? "sha256" : "sha512", ATTRIBUTES), raw: () => subtle.sign(isP256 ? { name: "ECDSA", hash: "SHA-256" } : "Ed25519", signing, ATTRIBUTES) },
    { ...agreer, name: `${isP256 ? "P-256" : "X25519"}: agree and unwrap`, ours: (key) => key.unwrap(request), raw: () => subtle.deriveBits({ name: agreement.name, public: theirKey }, ownKey, 256) },
  ];
}
