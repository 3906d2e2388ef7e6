import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { SignedAttributes } from "./attributes.ts";
import { readBer } from "./ber.ts";
import { names } from "./identifiers.ts";
import { cmsLimits } from "./limits.ts";
import { readSignerInfo, type SignerInfo } from "./signed-data.ts";
import { tryKeys, withHashes } from "./signer-key.ts";
import { attributesOf, readable } from "./verify.ts";

/** A SignerInfo whose signature over its own signed attributes holds, and whose it is. */
export interface VerifiedAttributes {
  info: SignerInfo;
  attributes: SignedAttributes;
  certificate: Certificate;
}

/**
 * Verifies one SignerInfo, DER, by its signed attributes alone: what they say was signed, whatever the content is that they name.
 * For the background, which has a signature before it and not the message. Throws `cms.malformed`, `cms.attributes-invalid`,
 * `cms.signer-certificate-missing`, and the code of a signature that does not hold with today's methods.
 */
export async function verifyAttributes(signerInfo: Bytes, certificates: readonly Bytes[]): Promise<VerifiedAttributes> {
  const info = readSignerInfo(readBer(signerInfo));
  const attributes = attributesOf(info);
  if (attributes instanceof SmimeError) throw attributes;
  if (attributes === null) throw new SmimeError("cms.attributes-invalid");
  const named = await withHashes(certificates.flatMap(readable).filter((certificate) => names(info.sid, certificate)), attributes.certificateHashes);
  const { code, certificate } = await tryKeys(named ?? [], info, attributes.encodings, { left: cmsLimits.slowChecks });
  if (certificate === null) throw new SmimeError("cms.signer-certificate-missing");
  if (code !== "ok") throw new SmimeError(code);
  return { info, attributes, certificate };
}
