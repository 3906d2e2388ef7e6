import type { Bytes } from "../base/bytes.ts";
import type { Certificate } from "../pki/certificate.ts";
import { nameOfOid, OID } from "../pki/oids.ts";
import { type BerElement, readBer } from "./ber.ts";
import { isCapability } from "./capabilities.ts";
import { Fields } from "./fields.ts";
import { readOid } from "./values.ts";

/** Most octets of the extension in a certificate. */
const MOST = 4096;

/**
 * Reads SMIMECapabilities (RFC 8551 §2.5.2): OpenSSL's names, best first, unknown ones left out (CP-03). A list that cannot be read
 * announces nothing: it concerns later encryption and not what it came with.
 */
export function readCapabilities(value: BerElement | null): string[] {
  if (value === null) return [];
  try {
    return value.children.map((capability) => nameOfOid(readOid(new Fields(capability).next()))).filter(isCapability);
  } catch {
    return [];
  }
}

/** What a certificate announces of its holder's programs (RFC 4262), as above. It is its authority's word, of the day on which it was issued. */
export function capabilitiesOf(certificate: Pick<Certificate, "all">): string[] {
  const value: Bytes | undefined = certificate.all.get(OID.SMIMECapabilities)?.value;
  if (value === undefined || value.length > MOST) return [];
  try {
    return readCapabilities(readBer(value));
  } catch {
    return [];
  }
}
