import type { Bytes } from "../base/bytes.ts";
import type { Piece } from "../base/pieces.ts";
import { buildSignedData } from "../cms/build-signed.ts";
import { signedPieces, wrapPkcs7 } from "../mime/build.ts";
import { OID } from "../pki/oids.ts";
import type { DigestName, KeyPort, SignatureForm } from "../protocol/key-port.ts";

const digests: Record<DigestName, { webCrypto: string; micalg: string }> = {
  sha256: { webCrypto: "SHA-256", micalg: "sha-256" },
  sha384: { webCrypto: "SHA-384", micalg: "sha-384" },
  sha512: { webCrypto: "SHA-512", micalg: "sha-512" },
};

/** WebCrypto's name of a digest. */
export function webCryptoDigest(name: DigestName): string {
  return digests[name].webCrypto;
}

/**
 * Signs one MIME entity: multipart/signed if `clear`, else opaque SignedData (RFC 8551 §3.5). The result is in pieces, the entity's own octets among them.
 * @param entity 7-bit with CRLF line ends, exactly the octets that will be sent (CO-10)
 * @param outerHeader header of the message; empty for an entity inside a further layer
 */
export async function signEntity(
  entity: Bytes,
  { ticket, digestName, clear, form }: { ticket: string; digestName: DigestName; clear: boolean; form?: SignatureForm },
  keys: KeyPort,
  outerHeader: string,
): Promise<Piece[]> {
  const { webCrypto, micalg } = digests[digestName];
  const digest = new Uint8Array(await crypto.subtle.digest(webCrypto, entity));
  const { signerInfo, certificates } = await keys.sign({ ticket, digest, digestName, ...(form && { form }) });
  const cms = buildSignedData({
    content: clear ? null : entity,
    contentType: OID.data,
    signerInfos: [signerInfo],
    certificates,
    digestNames: [digestName],
  });
  return clear ? signedPieces(entity, cms, micalg, outerHeader) : [wrapPkcs7(cms, "signed-data", outerHeader)];
}
