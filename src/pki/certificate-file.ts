import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { type Bytes, copy, fromLatin1, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, contextTag } from "./der-reader.ts";
import { oidOf } from "./der-values.ts";
import { OID } from "./oids.ts";

/** A bundle of all public roots has under 200 certificates in 300 KiB. */
export const certificateFileLimits = { size: 4 * 1024 * 1024, certificates: 1000 } as const;

const PEM = /-----BEGIN ((?:X509 )?CERTIFICATE|PKCS7|PKCS #7 SIGNED DATA|CMS)-----([^-]*)-----END \1-----/g;

/**
 * Finds the DER certificates of a file: one certificate, PEM text of any number, or a SignedData (.p7b, .p7c), DER or BER.
 * Nothing is said of what is in them. Throws `pki.malformed`.
 */
export function certificateBlobs(file: Uint8Array): Bytes[] {
  if (file.length > certificateFileLimits.size) throw new SmimeError("pki.malformed");
  const bytes = copy(file);
  const found = bytes[0] === TAG.sequence ? blobsOfDer(bytes) : blobsOfPem(bytes);
  if (found.length === 0 || found.length > certificateFileLimits.certificates) throw new SmimeError("pki.malformed");
  return found;
}

function blobsOfPem(bytes: Bytes): Bytes[] {
  return [...latin1(bytes).matchAll(PEM)].flatMap(([, , body = ""]) => {
    const { bytes: der, clean } = decodeBase64Lenient(fromLatin1(body));
    if (!clean) throw new SmimeError("pki.malformed");
    return blobsOfDer(der);
  });
}

function blobsOfDer(der: Bytes): Bytes[] {
  const outer = new DerReader(der, "ber");
  const whole = outer.next(TAG.sequence);
  // A certificate begins with the SEQUENCE that is signed, a ContentInfo with its type.
  return whole.content[0] === TAG.oid ? certificatesOfSignedData(new DerReader(whole.content, "ber")) : [whole.raw];
}

/** The X.509 certificates of a SignedData's certificate set, of whatever version; signers and content are not looked at. */
function certificatesOfSignedData(contentInfo: DerReader): Bytes[] {
  if (oidOf(contentInfo.next(TAG.oid)) !== OID.signedData) throw new SmimeError("pki.malformed");
  const signedData = contentInfo.enter(contextTag(0)).enter();
  signedData.next(TAG.integer);
  signedData.next(TAG.set);
  signedData.next(TAG.sequence);
  const set = signedData.enterOptional(contextTag(0));
  // The other choices are attribute certificates and forms that mail does not use.
  return set?.rest().flatMap((choice) => (choice.tag === TAG.sequence ? [choice.raw] : [])) ?? [];
}
