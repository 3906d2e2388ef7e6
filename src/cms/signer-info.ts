import type { Bytes } from "../base/bytes.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { derInteger, derOctetString, derOid, derSequence } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { issuerAndSerial, keyIdentifier } from "./holder.ts";

export interface SignerInfoInput {
  /** The signer's certificate, DER. */
  certificate: Bytes;
  /** What was signed: the answer of `buildSignedAttributes`. */
  attributes: Bytes;
  digestName: DigestName;
  /** AlgorithmIdentifier of the signature, DER. */
  signatureAlgorithm: Bytes;
  /** For ECDSA the DER of Ecdsa-Sig-Value, not WebCrypto's raw form. */
  signature: Bytes;
  /** Names the signer by subject key identifier, where the certificate has one. */
  useKeyIdentifier?: boolean;
}

/** A SET's and a [0]'s identifier octets: the attributes are signed under one and sent under the other (RFC 5652 §5.4). */
const SET = 0x31;
const CONTEXT_0 = 0xa0;

/** Digest AlgorithmIdentifier without parameters, as RFC 5754 §2 asks of whoever writes one. */
export function digestAlgorithm(name: DigestName): Bytes {
  return derSequence(derOid(OID[name]));
}

/**
 * Puts a SignerInfo together (RFC 5652 §5.3), DER: version 1 with the signer named by issuer and serial, or version 3 with a key identifier.
 * Throws `pki.malformed`; `RangeError` for attributes that are no SET.
 */
export function assembleSignerInfo(input: SignerInfoInput): Bytes {
  if (input.attributes[0] !== SET) throw new RangeError("attributes are a SET");
  const tagged = new Uint8Array(input.attributes);
  tagged[0] = CONTEXT_0;
  const certificate = parseCertificate(input.certificate);
  const identifier = input.useKeyIdentifier === true ? keyIdentifier(certificate) : null;
  return derSequence(
    derInteger(identifier === null ? 1 : 3),
    identifier ?? issuerAndSerial(certificate),
    digestAlgorithm(input.digestName),
    tagged,
    input.signatureAlgorithm,
    derOctetString(input.signature),
  );
}
