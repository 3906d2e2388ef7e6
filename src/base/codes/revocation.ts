export const revocationCodes = {
  "revocation.malformed": "A revocation list or an OCSP answer is not valid DER or not of the structure of its standard.",
  "revocation.no-answer": "None of the revocation lists and OCSP answers at hand speaks for the certificate.",
  "revocation.outdated": "The revocation list or OCSP answer is out of date, or not valid yet.",
  "revocation.signer": "The revocation list or OCSP answer is not signed by one who may speak for the certificate.",
  "revocation.signer-unchecked": "Whether the signer of the revocation list or OCSP answer was itself revoked could not be checked.",
  "revocation.algorithm": "The revocation list or OCSP answer is signed with an algorithm that is not accepted.",
  "revocation.critical-extension": "The revocation list or OCSP answer has a critical extension that is not understood here.",
  "revocation.reasons": "The revocation lists at hand do not speak of all reasons for which the certificate may be revoked.",
  "revocation.unknown": "The OCSP responder does not know the certificate.",
  "revocation.refused": "The OCSP responder did not answer the question: it was busy, failed, or may not answer it.",
  "limits.revocation": "The revocation lists and OCSP answers are larger or more than the limit.",
} as const;
