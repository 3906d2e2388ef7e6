import { type Bytes, equal } from "../base/bytes.ts";
import { certificateBlobs } from "../pki/certificate-file.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { meantForMail } from "../pki/purpose.ts";
import { directoryLimits } from "./limits.ts";

/** A certificate of a person with what came along. */
export interface CertificateValue {
  certificate: Bytes;
  others: Bytes[];
}

/**
 * Reads the values of `userCertificate` (DER), `userSMIMECertificate` (a SignedData with the chain, RFC 2798 §2.8) or a vCard's
 * KEY; each may hold either, and PEM, because people and programs mix them up. What is expired, not meant for mail or an
 * authority's is left out, and a value that cannot be read takes no other with it. The values are one person's: a chain that
 * stands in one of them serves the others too, after their own.
 * @param values no more than `directoryLimits.values` of one attribute
 */
export function certificatesIn(values: readonly Uint8Array[], at: Date): CertificateValue[] {
  const found: CertificateValue[] = [];
  const along: Bytes[] = [];
  for (const value of values) {
    if (value.length > directoryLimits.value) continue;
    const all = parsed(value);
    const people = all.filter((certificate) => isPersons(certificate, at));
    const others = all.filter((certificate) => !people.includes(certificate)).map(({ der }) => der);
    along.push(...others);
    found.push(...people.map(({ der }) => ({ certificate: der, others })));
  }
  return found.slice(0, directoryLimits.certificates).map(({ certificate, others }) => ({ certificate, others: firstOf([...others, ...along]) }));
}

/** Each once, in their order, and no more than a person may have. */
function firstOf(certificates: readonly Bytes[]): Bytes[] {
  const unlike: Bytes[] = [];
  for (const one of certificates) {
    if (unlike.length === directoryLimits.certificates) break;
    if (!unlike.some((each) => equal(each, one))) unlike.push(one);
  }
  return unlike;
}

function parsed(value: Uint8Array): Certificate[] {
  let blobs: Bytes[];
  try {
    blobs = certificateBlobs(value);
  } catch {
    return [];
  }
  return blobs.slice(0, directoryLimits.certificates).flatMap((blob) => {
    try {
      return [parseCertificate(blob)];
    } catch {
      return [];
    }
  });
}

function isPersons(certificate: Certificate, at: Date): boolean {
  return certificate.basicConstraints?.ca !== true && certificate.notAfter >= at && meantForMail(certificate);
}
