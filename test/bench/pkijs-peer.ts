import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import type { Bytes } from "../../src/base/bytes.ts";
import type { Material } from "./material.ts";
import type { Side } from "./side.ts";

export const PKIJS = "pkijs";

/**
 * PKI.js as its documentation uses it: the entity inside SignedData inside EnvelopedData, DER, and back to the entity. It
 * gets the options that make it fastest, and it does no MIME and no base64.
 */
export async function pkijsSide({ pkcs8, certificate, issuer }: Material, entity: Bytes): Promise<Side> {
  const { subtle } = crypto;
  const own = pkijs.Certificate.fromBER(certificate);
  const chain = [own, pkijs.Certificate.fromBER(issuer)];
  const signing = await subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
  const decryption = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"]);

  const sign = async (content: Bytes): Promise<ArrayBuffer> => {
    const digest = await subtle.digest("SHA-256", content);
    const attribute = (type: string, value: asn1js.BaseBlock) => new pkijs.Attribute({ type, values: [value] });
    const signed = new pkijs.SignedData({
      version: 1,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: pkijs.ContentInfo.DATA }),
      signerInfos: [new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            attribute("1.2.840.113549.1.9.3", new asn1js.ObjectIdentifier({ value: pkijs.ContentInfo.DATA })),
            attribute("1.2.840.113549.1.9.5", new asn1js.UTCTime({ valueDate: new Date() })),
            attribute("1.2.840.113549.1.9.4", new asn1js.OctetString({ valueHex: digest })),
          ],
        }),
      })],
      certificates: chain,
    });
    // Given in the constructor, the content would be cut into pieces of 64 KiB.
    signed.encapContentInfo.eContent = new asn1js.OctetString({ valueHex: content.buffer });
    await signed.sign(signing, 0, "SHA-256");
    return new pkijs.ContentInfo({ contentType: pkijs.ContentInfo.SIGNED_DATA, content: signed.toSchema(true) }).toSchema().toBER();
  };

  const seal = async (content: Bytes): Promise<ArrayBuffer> => {
    const enveloped = new pkijs.EnvelopedData({ disableSplit: true });
    enveloped.addRecipientByCertificate(own, { oaepHashAlgorithm: "SHA-256" });
    await enveloped.encrypt({ name: "AES-CBC", length: 256 } as Algorithm, await sign(content));
    return new pkijs.ContentInfo({ contentType: pkijs.ContentInfo.ENVELOPED_DATA, content: enveloped.toSchema() }).toSchema().toBER();
  };

  const open = async (der: ArrayBuffer): Promise<void> => {
    const enveloped = new pkijs.EnvelopedData({ schema: read(der).content as asn1js.BaseBlock });
    const decrypted = await enveloped.decrypt(0, { recipientCertificate: own, recipientPrivateKey: decryption });
    const signed = new pkijs.SignedData({ schema: read(decrypted).content as asn1js.BaseBlock });
    const verified = await signed.verify({ signer: 0, checkChain: false });
    if (!verified || signed.encapContentInfo.eContent?.getValue().byteLength !== entity.length) throw new Error("pkijs does not verify its own message");
  };

  const sealed = await seal(entity.slice());
  return {
    seal: () => {
      const content = entity.slice();
      return () => seal(content);
    },
    open: () => {
      const der = sealed.slice(0);
      return () => open(der);
    },
  };
}

/** Its own limits refuse mail of ordinary size; without the copy and the look into every octet string it is faster. */
function read(der: ArrayBuffer): pkijs.ContentInfo {
  const parsed = asn1js.fromBER(der, { maxNodes: 100_000, maxContentLength: der.byteLength, parseEmbedded: false, copyInput: false });
  return new pkijs.ContentInfo({ schema: parsed.result });
}
