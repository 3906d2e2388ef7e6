import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { DigestName, UnwrapRequest } from "../protocol/key-port.ts";
import { agreeAndUnwrap, type AgreementKey } from "./key-agreement.ts";
import { WEB_CURVES } from "./curves.ts";
import { unwrapRsa } from "./key-transport.ts";
import { signWith } from "./sign.ts";
import type { StoredKey } from "./stored-key.ts";

export { importSoftwareKey } from "./stored-key.ts";
export type { StoredKey } from "./stored-key.ts";

/** One private key with its certificate: software here, a card or another place elsewhere. Authority is the caller's matter. */
export interface PrivateKey {
  certificate: Bytes;
  canSign: boolean;
  canDecrypt: boolean;
  /** The digest that the key demands of signed messages: its algorithm (Ed25519: RFC 8419 §3.1), or its birth (`born-key.ts`); null if any may be chosen. */
  requiredDigest: DigestName | null;
  /** Whether it can sign with RSASSA-PSS when asked to. A key under id-RSASSA-PSS does so unasked. */
  canPss: boolean;
  /**
   * Whether it can be used now, asked before anything is counted. Throws why not: `keys.locked`, `keys.protection-required`, or what
   * the place where it is says.
   */
  ready(): Promise<void>;
  /**
   * Signs octets, which are the DER signed attributes that the background built.
   * Answers the signature as CMS has it and its AlgorithmIdentifier, DER. `pss` asks RSA keys for RSASSA-PSS.
   * Throws `keys.wrong-use`, `keys.algorithm` for `pss` where `canPss` is false.
   */
  sign(digestName: DigestName, data: Bytes, pss?: boolean): Promise<{ signature: Bytes; algorithm: Bytes }>;
  /**
   * Opens a content key, which has `request.keyLength` octets.
   * Throws `keys.wrong-use`, `cms.algorithm-unknown`, `cms.decrypt-failed`; for RSAES-PKCS1-v1_5 a wrong padding never throws.
   */
  unwrap(request: UnwrapRequest): Promise<Bytes>;
}

/** Makes a key that was kept usable. */
export function openStoredKey(stored: StoredKey): PrivateKey {
  return {
    certificate: stored.certificate,
    canSign: stored.kind !== "x25519" && stored.signing !== null,
    canDecrypt: decrypts(stored),
    requiredDigest: requiredDigest(stored),
    canPss: stored.kind === "rsa" && (stored.scheme === "RSA-PSS" || Boolean(stored.pss)),
    ready: () => Promise.resolve(),
    sign: (digestName, data, pss = false) => signWith(stored, digestName, data, pss),
    unwrap: async (request) => {
      const key = await unwrapWith(stored, request).catch((error: unknown) => {
        // What the platform or the reader of parameters threw says no more than this to whoever sent the message.
        throw error instanceof SmimeError && error.code !== "pki.malformed" ? error : new SmimeError("cms.decrypt-failed", { cause: error });
      });
      if (key.length !== request.keyLength) throw new SmimeError("cms.decrypt-failed");
      return key;
    },
  };
}

function requiredDigest(stored: StoredKey): DigestName | null {
  if (stored.kind === "ed25519") return "sha512";
  const digests = stored.kind === "rsa" ? (Object.keys(stored.signing ?? {}) as DigestName[]) : [];
  return digests.length === 1 ? (digests[0] ?? null) : null;
}

function decrypts(stored: StoredKey): boolean {
  switch (stored.kind) {
    case "rsa":
      return stored.decryption !== null;
    case "ec":
    case "x25519":
      return stored.agreement !== null;
    case "ed25519":
      return false;
  }
}

async function unwrapWith(stored: StoredKey, request: UnwrapRequest): Promise<Bytes> {
  if (!decrypts(stored)) throw new SmimeError("keys.wrong-use");
  if (stored.kind === "rsa") {
    if (request.kind !== "key-transport" || stored.decryption === null) throw new SmimeError("cms.decrypt-failed");
    return unwrapRsa(stored.decryption, request);
  }
  const own = agreementKey(stored);
  if (request.kind !== "key-agreement" || own === null) throw new SmimeError("cms.decrypt-failed");
  return agreeAndUnwrap(own, request);
}

function agreementKey(stored: StoredKey): AgreementKey | null {
  if (stored.kind === "x25519") return stored.agreement && { key: stored.agreement, algorithm: { name: "X25519" }, octets: 32 };
  const curve = stored.kind === "ec" ? WEB_CURVES[stored.curve] : undefined;
  if (stored.kind !== "ec" || stored.agreement === null || curve === undefined) return null;
  return { key: stored.agreement, algorithm: { name: "ECDH", namedCurve: curve.name }, octets: curve.octets };
}
