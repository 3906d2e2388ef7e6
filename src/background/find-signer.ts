import { type Bytes, equal } from "../base/bytes.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import type { FindRequest, TrustPort } from "../protocol/trust-port.ts";
import type { DirectoryService } from "./directory-service.ts";

/** Milliseconds that a message waits for directories before it is shown without its signer's certificate. */
const TIME = 3000;

/**
 * Finds a signer's certificate that the message does not carry: among what is kept, then in the directories under the addresses
 * of From, because no directory is searched by serial number. What is found is a candidate: the signature has to fit its key.
 */
export function findSigner(trust: Pick<TrustPort, "find">, directories: Pick<DirectoryService, "lookUp">): TrustPort["find"] {
  return async (request) => {
    const kept = await trust.find(request);
    const { addresses } = request;
    if (kept.length > 0 || !addresses || addresses.length === 0) return kept;
    return soon(inDirectories(directories, addresses, request), TIME, []);
  };
}

async function inDirectories(directories: Pick<DirectoryService, "lookUp">, addresses: readonly string[], request: FindRequest): Promise<Bytes[]> {
  const found = await Promise.all(addresses.map((address) => directories.lookUp(address)));
  return found.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate)).filter((der) => isNamed(der, request));
}

function isNamed(der: Bytes, { issuerAndSerial, keyIdentifier }: FindRequest): boolean {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(der);
  } catch {
    return false;
  }
  if (issuerAndSerial) return certificate.serial === issuerAndSerial.serial && equal(certificate.issuer.der, issuerAndSerial.issuer);
  const own = certificate.subjectKeyIdentifier;
  return keyIdentifier !== null && own !== null && equal(own, keyIdentifier);
}

/** What comes in time, and otherwise what stands in for it; later it is in the directories' memory for the next time. */
function soon<T>(work: Promise<T>, milliseconds: number, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), milliseconds);
    work.then(resolve, () => resolve(otherwise)).finally(() => clearTimeout(timer));
  });
}
