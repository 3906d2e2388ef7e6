import { type Certificate, isSelfIssued } from "./certificate.ts";
import { OID } from "./oids.ts";

/** Twenty octets of a positive number, as hexadecimal digits (RFC 5280 §4.1.2.2). */
const MAX_SERIAL_DIGITS = 40;

/**
 * Tells whether a certificate breaks a rule that RFC 5280 has for its issuer and whose breach real authorities never
 * need: then somebody means to be read in two ways.
 */
export function breaksProfile(certificate: Certificate): boolean {
  const { issuer, subject, basicConstraints, nameConstraints } = certificate;
  const authority = basicConstraints?.ca === true;
  return (
    // §4.1.2.4, §4.1.2.6: issuers have names, and so do authorities as subjects.
    issuer.rdns.length === 0 ||
    (authority && subject.rdns.length === 0) ||
    // §4.2.1.6: without a subject the names are in subjectAltName, which is critical then.
    (subject.rdns.length === 0 && criticality(certificate, OID.subjectAltName) === false) ||
    // §4.2.1.1, §4.2.1.2: key identifiers are hints and never critical.
    criticality(certificate, OID.authorityKeyIdentifier) === true ||
    criticality(certificate, OID.subjectKeyIdentifier) === true ||
    // §4.2.1.10: name constraints are for authorities.
    (nameConstraints !== null && !authority)
  );
}

/** Tells whether a certificate breaks one of the rules that real authorities do break; they count only if asked for (`PathInputs.strict`). */
export function breaksStrictProfile(certificate: Certificate): boolean {
  const { basicConstraints, serial } = certificate;
  const authority = basicConstraints?.ca === true;
  return (
    // §4.2.1.1, §4.2.1.2: authorities have both key identifiers, others that of their issuer; self-signed ones need not name themselves.
    (authority && certificate.subjectKeyIdentifier === null) ||
    (!isSelfIssued(certificate) && certificate.authorityKeyIdentifier === null) ||
    // §4.2.1.9, §4.2.1.10, §4.2.1.11, §4.2.1.14: what limits a path is critical.
    (authority && criticality(certificate, OID.basicConstraints) === false) ||
    [OID.nameConstraints, OID.policyConstraints, OID.inhibitAnyPolicy].some((oid) => criticality(certificate, oid) === false) ||
    // §4.2.1.9: a path length is for authorities.
    (basicConstraints !== null && !authority && basicConstraints.pathLength !== null) ||
    // §4.1.2.2: a positive number of at most twenty octets.
    serial.startsWith("-") ||
    /^0+$/.test(serial) ||
    serial.length > MAX_SERIAL_DIGITS
  );
}

/** Null if the certificate has no such extension. */
function criticality(certificate: Certificate, oid: string): boolean | null {
  return certificate.all.get(oid)?.critical ?? null;
}
