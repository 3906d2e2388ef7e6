import { utf8 } from "../../../src/base/bytes.ts";
import { type Identity, P256, P384, P521, type People, RSA } from "../support/people.ts";
import type { EncryptJob, SignJob, Transport } from "./program.ts";

export const TEXT = utf8("Content-Type: text/plain\r\n\r\nWhat other programs read, and what they write.\r\n");

/** One line of the table. `here` says whether we write it; everything is read. */
export type Row = { section: string; title: string; here: boolean } & (
  | { kind: "signed"; job: SignJob; /** What is said of such a signature. */ code: "ok" | "cms.algorithm-outdated" }
  | { kind: "enveloped"; job: EncryptJob }
  | { kind: "certificates"; who: Identity }
  | { kind: "compressed" }
  | { kind: "message"; form: "clear" | "opaque" | "encrypted" | "triple" }
);

export function makeIdentities(people: People) {
  const usage = ["keyUsage=critical,digitalSignature,keyEncipherment,keyAgreement"];
  return {
    alice: people.make("alice", RSA, usage),
    bob: people.make("bob", RSA, usage),
    pss: people.make("pss", ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"], ["keyUsage=critical,digitalSignature"]),
    p256: people.make("p256", P256, usage.map((line) => line.replace("keyEncipherment,", ""))),
    p256b: people.make("p256b", P256, usage.map((line) => line.replace("keyEncipherment,", ""))),
    p384: people.make("p384", P384, usage.map((line) => line.replace("keyEncipherment,", ""))),
    p521: people.make("p521", P521, usage.map((line) => line.replace("keyEncipherment,", ""))),
    ed25519: people.make("ed25519", ["-newkey", "ed25519"], ["keyUsage=critical,digitalSignature"]),
    x25519: people.makeAgreement("x25519", "X25519"),
  };
}

export function makeRows(who: ReturnType<typeof makeIdentities>): Row[] {
  const { alice, bob, pss, p256, p256b, p384, p521, ed25519, x25519 } = who;
  const signed = (title: string, here: boolean, signers: SignJob["signers"], more: Partial<SignJob> = {}, section = "Signatures"): Row => ({
    section, title, here, kind: "signed", job: { text: TEXT, signers, ...more }, code: signers[0]?.digest === "sha1" ? "cms.algorithm-outdated" : "ok",
  });
  const enveloped = (section: string, title: string, here: boolean, to: Identity[], transport: Transport, cipher = "aes-256-cbc", identifier = false): Row => ({
    section, title, here, kind: "enveloped", job: { text: TEXT, to, cipher, transport, identifier },
  });
  const agree = (scheme: string, curve: string, ukm = false): Transport => ({ kind: "agree", scheme, curve, ukm });
  const ecdh = (title: string, here: boolean, to: Identity[], transport: Transport): Row => enveloped("Key transport and agreement", title, here, to, transport);
  const oaep = (hash: "sha1" | "sha224" | "sha256", mask: "sha1" | "sha224" | "sha256" | "sha512"): Transport => ({ kind: "oaep", hash, mask });
  const content = (cipher: string, here: boolean): Row => enveloped("Content", cipher, here, [alice], { kind: "rsa" }, cipher);
  const sha256kdf = "dhSinglePass-stdDH-sha256kdf-scheme";
  return [
    signed("detached signature (multipart/signed)", true, [{ who: alice, digest: "sha256" }], { detached: true }, "Structure"),
    signed("opaque SignedData", true, [{ who: alice, digest: "sha256" }], {}, "Structure"),
    signed("BER: indefinite lengths, strings in segments", false, [{ who: alice, digest: "sha256" }], { ber: true }, "Structure"),
    { section: "Structure", title: "certs-only", here: true, kind: "certificates", who: alice },
    { section: "Structure", title: "CompressedData", here: false, kind: "compressed" },
    { section: "Structure", title: "message, clear-signed, header protected (`hp=\"clear\"`)", here: true, kind: "message", form: "clear" },
    { section: "Structure", title: "message, opaque-signed, header protected", here: true, kind: "message", form: "opaque" },
    { section: "Structure", title: "message, signed inside encrypted, header protected (`hp=\"cipher\"`)", here: true, kind: "message", form: "encrypted" },
    { section: "Structure", title: "message, triple-wrapped", here: true, kind: "message", form: "triple" },
    signed("RSA PKCS#1 v1.5, SHA-256, no signed attributes", false, [{ who: alice, digest: "sha256" }], { direct: true }),
    signed("RSA PKCS#1 v1.5, SHA-224", false, [{ who: alice, digest: "sha224" }]),
    signed("RSA PKCS#1 v1.5, SHA-384", true, [{ who: alice, digest: "sha384" }]),
    signed("RSA PKCS#1 v1.5, SHA-512", true, [{ who: alice, digest: "sha512" }]),
    signed("RSA PKCS#1 v1.5, SHA-1 (\"outdated\")", false, [{ who: alice, digest: "sha1" }]),
    signed("RSA-PSS, key under id-RSASSA-PSS, SHA-256", true, [{ who: pss, digest: "sha256", pss: "digest" }]),
    ...(["sha384", "sha512"] as const).map((digest) => signed(`RSA-PSS, key under id-RSASSA-PSS, SHA-${digest.slice(3)}`, true, [{ who: pss, digest, pss: "digest" }])),
    ...(["sha256", "sha384", "sha512"] as const).map((digest) => signed(`RSA-PSS, key under rsaEncryption, SHA-${digest.slice(3)}`, true, [{ who: alice, digest, pss: "digest" }])),
    signed("RSA-PSS, salt of 20 octets", false, [{ who: alice, digest: "sha256", pss: "20" }]),
    signed("RSA-PSS, SHA-256 with MGF1 of SHA-1", false, [{ who: alice, digest: "sha256", pss: "mask sha1" }]),
    signed("RSA-PSS, SHA-224 throughout", false, [{ who: alice, digest: "sha224", pss: "digest" }]),
    ...[p256, p384, p521].flatMap((curve) => (["sha256", "sha384", "sha512"] as const).map((digest) => signed(`ECDSA ${curve.name.toUpperCase().replace("P", "P-")}, SHA-${digest.slice(3)}`, true, [{ who: curve, digest }]))),
    ...[p256, p384, p521].map((curve) => signed(`ECDSA ${curve.name.toUpperCase().replace("P", "P-")}, SHA-224`, false, [{ who: curve, digest: "sha224" }])),
    signed("Ed25519, SHA-512", true, [{ who: ed25519, digest: "sha512" }]),
    signed("two signers", true, [{ who: alice, digest: "sha256" }, { who: p256, digest: "sha256" }]),
    signed("signer by key identifier", true, [{ who: alice, digest: "sha256" }], { identifier: true }),
    signed("signing-certificate-v2", true, [{ who: alice, digest: "sha256" }], { signingCertificate: true }),
    signed("signing-certificate (v1)", false, [{ who: alice, digest: "sha1" }], { signingCertificate: true }),
    ecdh("RSAES-PKCS1-v1_5", true, [alice], { kind: "rsa" }),
    enveloped("Key transport and agreement", "RSAES-PKCS1-v1_5, recipient by key identifier", true, [alice], { kind: "rsa" }, "aes-256-cbc", true),
    ecdh("two recipients", true, [alice, bob], { kind: "rsa" }),
    ecdh("RSAES-OAEP, SHA-256 throughout", true, [alice], oaep("sha256", "sha256")),
    ecdh("RSAES-OAEP, SHA-1 throughout", false, [alice], oaep("sha1", "sha1")),
    ecdh("RSAES-OAEP, SHA-256 with MGF1 of SHA-512", false, [alice], oaep("sha256", "sha512")),
    ecdh("RSAES-OAEP, SHA-224 throughout", false, [alice], oaep("sha224", "sha224")),
    ecdh("ECDH P-256, X9.63 with SHA-256", true, [p256], agree(sha256kdf, "prime256v1")),
    ecdh("ECDH P-256, X9.63 with SHA-1", false, [p256], agree("dhSinglePass-stdDH-sha1kdf-scheme", "prime256v1")),
    ecdh("ECDH P-256, X9.63 with SHA-224", false, [p256], agree("dhSinglePass-stdDH-sha224kdf-scheme", "prime256v1")),
    ecdh("ECDH P-256 with ukm", false, [p256], agree(sha256kdf, "prime256v1", true)),
    ecdh("ECDH, two keys in one KeyAgreeRecipientInfo", false, [p256, p256b], agree(sha256kdf, "prime256v1")),
    ecdh("ECDH P-384, X9.63 with SHA-384", true, [p384], agree("dhSinglePass-stdDH-sha384kdf-scheme", "secp384r1")),
    ecdh("ECDH P-521, X9.63 with SHA-512", true, [p521], agree("dhSinglePass-stdDH-sha512kdf-scheme", "secp521r1")),
    ecdh("X25519, HKDF with SHA-256", true, [x25519], agree("dhSinglePass-stdDH-hkdf-sha256-scheme", "X25519")),
    ecdh("key that both have (KEKRecipientInfo)", false, [alice], { kind: "kek", identifier: "c0ffee", key: "a7".repeat(32) }),
    ecdh("password (RFC 3211)", false, [alice], { kind: "password", password: "the word" }),
    ...["aes-128-cbc", "aes-192-cbc", "aes-256-cbc"].map((cipher) => content(cipher, cipher !== "aes-192-cbc")),
    ...["aes-128-gcm", "aes-192-gcm", "aes-256-gcm"].map((cipher) => content(cipher, cipher !== "aes-192-gcm")),
    enveloped("Content", "aes-256-gcm, ECDH P-256", true, [p256], agree(sha256kdf, "prime256v1"), "aes-256-gcm"),
    ...["chacha20-poly1305", "des-ede3-cbc", "des-cbc", "rc2-cbc"].map((cipher) => content(cipher, false)),
  ];
}
