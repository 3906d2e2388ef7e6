import { SmimeError } from "../base/errors.ts";
import type { DerReader } from "./der-reader.ts";
import { OID } from "./oids.ts";
import { readCertificatePolicies } from "./policy-extensions.ts";

/**
 * Reads Microsoft's application policies: purposes as extended key usage has them, in the form of certificatePolicies
 * ([MS-WCCE] §2.2.2.7.7.3). Dotted identifiers; null if they cannot be read.
 */
export function readApplicationPolicies(value: DerReader): ReturnType<typeof readCertificatePolicies> | null {
  try {
    const read = readCertificatePolicies(value);
    value.end();
    return read;
  } catch (error) {
    // The extension is a vendor's: a malformed one that is not critical is passed over, as RFC 5280 §4.2 lets one.
    if (error instanceof SmimeError) return null;
    throw error;
  }
}

/** Tells whether purposes that a certificate states include one, or any; null states nothing. */
export function statesPurpose(stated: readonly string[] | null, keyPurpose: string): boolean {
  return stated === null || stated.some((each) => each === keyPurpose || each === OID.anyExtendedKeyUsage || each === OID.anyApplicationPolicy);
}
