import { type Bytes, concat, fromHex } from "../base/bytes.ts";
import { derElement } from "../pki/der.ts";

/** SMIMECapability entries by OpenSSL's names, byte for byte as the standards print or imply them (CP-03). */
const encodings = {
  // AES: parameters absent (RFC 3565 §5; RFC 8551 §2.5.2 for those of GCM, which differ in nothing to be announced).
  "aes-256-gcm": "300b060960864801650304012e",
  "aes-128-gcm": "300b0609608648016503040106",
  // RFC 8103 §5.
  "chacha20-poly1305": "300d060b2a864886f70d0109100312",
  "aes-256-cbc": "300b060960864801650304012a",
  "aes-128-cbc": "300b0609608648016503040102",
  // RFC 5753 §6: the scheme with the key wrap as its parameters.
  "dhSinglePass-stdDH-sha256kdf-scheme": "301506062b8104010b01300b060960864801650304012d301506062b8104010b01300b0609608648016503040105",
  "dhSinglePass-stdDH-sha384kdf-scheme": "301506062b8104010b02300b060960864801650304012d",
  "dhSinglePass-stdDH-sha512kdf-scheme": "301506062b8104010b03300b060960864801650304012d",
  // RFC 8418 §5: as above.
  "dhSinglePass-stdDH-hkdf-sha256-scheme":
    "301a060b2a864886f70d0109100313300b060960864801650304012d301a060b2a864886f70d0109100313300b0609608648016503040105",
  // RFC 3560 §5: no parameters of OAEP are negotiated beyond the default; the entry says that OAEP can be read.
  rsaesOaep: "300d06092a864886f70d0101073000",
} as const;

export type Capability = keyof typeof encodings;

/** Names that are worth remembering of a peer: what he can read. Old ciphers are kept to be told, never to be used (OL-01). */
const remembered = new Set<string>([
  ...Object.keys(encodings),
  "aes-192-cbc",
  "aes-192-gcm",
  "des-ede3-cbc",
  "rc2-cbc",
  "des-cbc",
]);

/** Tells whether OpenSSL's name of an announced algorithm is one that we can make use of. */
export function isCapability(name: string): boolean {
  return remembered.has(name);
}

/** What we announce: content ciphers in order of preference, then the schemes that the encryption key is good for. */
export function ownCapabilities(key: { keyAlgorithm: string }): Capability[] {
  const ciphers: Capability[] = ["aes-256-gcm", "aes-128-gcm", "chacha20-poly1305", "aes-256-cbc", "aes-128-cbc"];
  switch (key.keyAlgorithm) {
    case "rsaEncryption":
    case "rsaesOaep":
      return [...ciphers, "rsaesOaep"];
    case "id-ecPublicKey":
      return [...ciphers, "dhSinglePass-stdDH-sha256kdf-scheme", "dhSinglePass-stdDH-sha384kdf-scheme", "dhSinglePass-stdDH-sha512kdf-scheme"];
    case "X25519":
      return [...ciphers, "dhSinglePass-stdDH-hkdf-sha256-scheme"];
    default:
      return ciphers;
  }
}

/** Writes SMIMECapabilities (RFC 8551 §2.5.2) in the order given. */
export function writeCapabilities(capabilities: readonly Capability[]): Bytes {
  return derElement(0x30, concat(...capabilities.map((name) => fromHex(encodings[name]))));
}
