/** Protection layers of one message, of any type: more is refused (RD-03 asks for any nesting up to a stated limit). */
export const maxLayers = 12;

/** Encrypted layers of one message: each costs a private-key operation, and a message may have two (architecture: keys). */
export const maxEncryptedLayers = 2;

/** Protected parts inside an unprotected message that get a status of their own. */
export const maxProtectedParts = 8;

/** Octets of revocation evidence that are handed on with all signers of one message: each of them costs a request with its own. */
export const maxEvidenceOctets = 4 * 2 ** 20;
