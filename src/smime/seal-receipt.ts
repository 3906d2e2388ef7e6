import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { buildEnveloped } from "../cms/build-enveloped.ts";
import { buildSignedData } from "../cms/build-signed.ts";
import { contentHintsAttribute, msgSigDigestAttribute } from "../cms/receipts.ts";
import { buildOuterHeader, type SmimeType, wrapPkcs7 } from "../mime/build.ts";
import { OID } from "../pki/oids.ts";
import type { ContentCipher, Draft, RecipientCertificate } from "../protocol/draft.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { makeSignerInfo, type SignedService, type Signing } from "./local-key-port.ts";
import { webCryptoDigest } from "./sign-entity.ts";

/** A receipt to be sealed. */
export interface ReceiptToSeal {
  /** Gives the header fields alone: a receipt has no text. */
  header: Draft;
  /** Receipt, DER (`cms/receipts.ts`). */
  receipt: Bytes;
  msgSigDigest: Bytes;
  digestName: DigestName;
  encrypt: { cipher: ContentCipher; certificates: readonly RecipientCertificate[] } | null;
}

/**
 * Makes the message that carries a signed receipt (RFC 2634 §2.4): SignedData directly around the Receipt, and where it is to be
 * encrypted a second signature around the encryption, which says by content hints that a receipt is in it (§2.4 step 11).
 * Nothing in it is a digest of somebody's choice: it is made beside the key. Throws what keys and `cms` throw.
 */
export async function sealReceipt(sealed: ReceiptToSeal, signing: Signing, now: Clock): Promise<Bytes> {
  const { receipt, encrypt, msgSigDigest, digestName } = sealed;
  const header = buildOuterHeader(sealed.header, { encrypted: false, policy: "baseline" });
  const sign = async (content: Bytes, service: SignedService, type: SmimeType, outerHeader: string): Promise<Bytes> => {
    const digest = new Uint8Array(await crypto.subtle.digest(webCryptoDigest(digestName), content));
    const { signerInfo, certificates } = await makeSignerInfo(signing, { digest, digestName }, now, service);
    const cms = buildSignedData({ content, contentType: service.contentType, signerInfos: [signerInfo], certificates, digestNames: [digestName] });
    return wrapPkcs7(cms, type, outerHeader);
  };
  const inner = await sign(receipt, { contentType: OID["id-smime-ct-receipt"], attributes: [msgSigDigestAttribute(msgSigDigest)] }, "signed-receipt", encrypt ? "" : header);
  if (encrypt === null) return inner;
  const cms = await buildEnveloped({ content: inner, cipher: encrypt.cipher, recipients: encrypt.certificates });
  const entity = wrapPkcs7(cms, encrypt.cipher.endsWith("-gcm") ? "authEnveloped-data" : "enveloped-data");
  return sign(entity, { contentType: OID.data, attributes: [contentHintsAttribute(OID["id-smime-ct-receipt"])] }, "signed-data", header);
}
