import { type Bytes, equal, hex } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { ReceiptRequest, SecurityLabel } from "../protocol/message-status.ts";
import type { FindRequest } from "../protocol/trust-port.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { digestOfSignature, type SlowChecks } from "../pki/verify-signature.ts";
import { checkUnsignedAttributes, mayLackAttributes, readSignedAttributes, type SignedAttributes } from "./attributes.ts";
import { digest, webCryptoDigest } from "../base/digest.ts";
import { isOutdatedDigest } from "./outdated-digest.ts";
import { type HolderIdentifier, names } from "./identifiers.ts";
import { cmsLimits } from "./limits.ts";
import type { SignedData, SignerInfo } from "./signed-data.ts";
import { broken, type Judgement, tryKeys, unknown, withHashes } from "./signer-key.ts";
import { nameText } from "./values.ts";

/** What one SignerInfo is worth by mathematics alone: path, address, usage and age are others' questions. */
export interface SignerFact extends Judgement {
  /** RFC 4514 name of the issuer; empty if the signer is named by key identifier and the certificate is missing. */
  issuer: string;
  /** Serial number, lower-case hex; empty as above. */
  serial: string;
  /** Key identifier, lower-case hex, if the signer is named by it. */
  keyIdentifier: string | null;
  /** OpenSSL's names. */
  digest: string;
  signature: string;
  /** The signer's own claim (CP-04). */
  signingTime: Date | null;
  /** Announced content ciphers and key schemes, OpenSSL's names, best first. */
  capabilities: string[];
  encryptionKeyPreference: HolderIdentifier | null;
  /** The certificate of the message that the preference names, DER. */
  encryptionCertificate: Bytes | null;
  /** What the signer asks for and how he labels the content; claims until the signature is judged. */
  receiptRequest: ReceiptRequest | null;
  securityLabel: SecurityLabel | null;
  /** In a signed receipt: the digest of the signed attributes that it confirms. */
  msgSigDigest: Bytes | null;
  /** A mailing list agent has passed the message on. */
  mailingList: boolean;
  /** The SignerInfo as it came. */
  raw: Bytes;
}

/** Finds certificates by holder, for messages that carry none. */
export type FindCertificates = (request: FindRequest) => Promise<Bytes[]>;

/**
 * Verifies every SignerInfo by itself (RFC 5652 §5.6; SG-01 to SG-04, SG-07, SG-08): one verdict each, in their order.
 * `detached` is the content of a detached signature, null for an opaque one. An object without signers gives an empty list.
 * `budget` is shared by callers that try more than one form of the same text.
 */
export async function verifySigners(
  signed: SignedData,
  detached: Bytes | null,
  find: FindCertificates,
  budget: SlowChecks = { left: cmsLimits.slowChecks },
): Promise<SignerFact[]> {
  const verifier = new Verifier(signed, detached, find, budget);
  const facts: SignerFact[] = [];
  for (const info of signed.signerInfos) facts.push(await verifier.signer(info));
  return facts;
}

class Verifier {
  readonly #signed: SignedData;
  readonly #detached: Bytes | null;
  readonly #find: FindCertificates;
  readonly #certificates: Certificate[];
  readonly #budget: SlowChecks;
  readonly #digests = new Map<string, Promise<Bytes | null>>();

  constructor(signed: SignedData, detached: Bytes | null, find: FindCertificates, budget: SlowChecks) {
    this.#budget = budget;
    this.#signed = signed;
    this.#detached = detached;
    this.#find = find;
    this.#certificates = signed.certificates.flatMap(readable);
    // Begun at once where the platform computes, so that whoever called has the time that it takes for something else.
    const content = detached ?? signed.content;
    if (content === null) return;
    for (const { digestAlgorithm } of signed.signerInfos) if (webCryptoDigest(digestAlgorithm.name) !== null) void this.#digest(digestAlgorithm.name, content);
  }

  async signer(info: SignerInfo): Promise<SignerFact> {
    const attributes = attributesOf(info);
    const candidates = await this.#candidates(info.sid);
    const judgement = await this.#judge(info, attributes, candidates);
    const known = attributes instanceof SmimeError ? null : attributes;
    const preference = known?.encryptionKeyPreference ?? null;
    const { certificate } = judgement;
    return {
      ...judgement,
      issuer: info.sid.kind === "issuer-and-serial" ? nameText(info.sid.issuer) : (certificate?.issuer.rfc4514 ?? ""),
      serial: info.sid.kind === "issuer-and-serial" ? info.sid.serial : (certificate?.serial ?? ""),
      keyIdentifier: info.sid.kind === "key-identifier" ? hex(info.sid.keyIdentifier) : null,
      digest: info.digestAlgorithm.name,
      signature: info.signatureAlgorithm.name,
      signingTime: known?.signingTime ?? null,
      capabilities: known?.capabilities ?? [],
      encryptionKeyPreference: preference,
      receiptRequest: known?.receiptRequest ?? null,
      securityLabel: known?.securityLabel ?? null,
      msgSigDigest: known?.msgSigDigest ?? null,
      mailingList: known?.mailingList ?? false,
      raw: info.raw,
      encryptionCertificate: (preference && this.#certificates.find((one) => names(preference, one))?.der) ?? null,
    };
  }

  async #judge(info: SignerInfo, attributes: SignedAttributes | SmimeError | null, candidates: Certificate[]): Promise<Judgement> {
    const first = candidates[0] ?? null;
    const name = info.digestAlgorithm.name;
    const { content } = this.#signed;
    // Shown text and signed text could differ: such an object proves nothing (Johnny, CMS class C1).
    if (this.#detached !== null && content !== null) return broken("cms.content-confusion", first);
    const signedContent = this.#detached ?? content;
    if (signedContent === null) return broken("cms.malformed", first);
    if (attributes instanceof SmimeError) return broken(attributes.code, first);
    // A weak digest under a strong signature's name: the two fields must agree (RFC 5754 §3).
    const implied = digestOfSignature(info.signatureAlgorithm);
    if (implied !== null && implied !== name) return broken("cms.attributes-invalid", first);
    const octets = await this.#digest(name, signedContent);
    if (octets === null) return unknown(isOutdatedDigest(name) ? "cms.algorithm-outdated" : "cms.algorithm-unknown", first);
    if (attributes === null) {
      if (!mayLackAttributes(this.#signed.contentType, signedContent)) return broken("cms.attributes-invalid", first);
    } else {
      if (attributes.contentType !== this.#signed.contentType) return broken("cms.attributes-invalid", first);
      if (!equal(attributes.messageDigest, octets)) return broken("cms.digest-mismatch", first);
    }
    if (first === null) return unknown("cms.signer-certificate-missing", null);
    const named = await withHashes(candidates, attributes?.certificateHashes ?? []);
    if (named === null) return unknown("cms.algorithm-unknown", first);
    if (named.length === 0) return broken("cms.signer-certificate-mismatch", first);
    return await tryKeys(named, info, attributes?.encodings ?? [signedContent], this.#budget);
  }

  /** Certificates that the identifier names: those of the message first, and what is known elsewhere only if there are none. */
  async #candidates(sid: HolderIdentifier): Promise<Certificate[]> {
    const here = this.#certificates.filter((certificate) => names(sid, certificate));
    if (here.length > 0) return here;
    const found = await this.#find({
      issuerAndSerial: sid.kind === "issuer-and-serial" ? { issuer: sid.issuer, serial: sid.serial } : null,
      keyIdentifier: sid.kind === "key-identifier" ? sid.keyIdentifier : null,
    });
    return found.flatMap(readable).filter((certificate) => names(sid, certificate));
  }

  #digest(name: string, content: Bytes): Promise<Bytes | null> {
    const known = this.#digests.get(name);
    if (known !== undefined) return known;
    const fresh = digest(name, content);
    this.#digests.set(name, fresh);
    return fresh;
  }
}

/** A certificate that can be read, or nothing. */
export function readable(der: Bytes): Certificate[] {
  try {
    return [parseCertificate(der)];
  } catch {
    // One certificate that cannot be read says nothing of the others.
    return [];
  }
}

/** A SignerInfo's signed attributes, what is wrong with them, or null if it has none. */
export function attributesOf(info: SignerInfo): SignedAttributes | SmimeError | null {
  try {
    if (info.unsignedAttributes !== null) checkUnsignedAttributes(info.unsignedAttributes);
    return info.signedAttributes === null ? null : readSignedAttributes(info.signedAttributes);
  } catch (error) {
    if (error instanceof SmimeError) return error;
    throw error;
  }
}
