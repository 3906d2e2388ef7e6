import type { Bytes } from "../../base/bytes.ts";
import { cardLimits } from "../../protocol/card-messages.ts";
import { parseCertificate } from "../../pki/certificate.ts";
import { CK } from "./constants.ts";
import { type Attribute, type Handle, type Pkcs11, resultOf } from "./pkcs11.ts";

/** Objects of a session that fit a template, at most `most`. */
export function findObjects(pkcs11: Pkcs11, session: Handle, template: Attribute[], most: number): Handle[] {
  pkcs11.C_FindObjectsInit(session, template);
  try {
    const found: Handle[] = [];
    while (found.length < most) {
      const next = pkcs11.C_FindObjects(session, most - found.length);
      if (next.length === 0) break;
      found.push(...next);
    }
    return found;
  } finally {
    pkcs11.C_FindObjectsFinal(session);
  }
}

/** One attribute; null where the library does not give it. */
export function attribute(pkcs11: Pkcs11, session: Handle, object: Handle, type: number): Bytes | null {
  try {
    return new Uint8Array(pkcs11.C_GetAttributeValue(session, object, [{ type }])[0]?.value ?? []);
  } catch (error) {
    // Libraries differ in how they say that there is none; that the card is gone shows in the next call.
    if (resultOf(error) === null) throw error;
    return null;
  }
}

/** What lies on a card for everybody to read. */
export interface CardCertificates {
  leaves: { id: Bytes; certificate: Bytes }[];
  authorities: Bytes[];
}

/** Reads a card's certificates; those that cannot be read, or have no name for their key, are passed over. */
export function readCertificates(pkcs11: Pkcs11, session: Handle): CardCertificates {
  const found: CardCertificates = { leaves: [], authorities: [] };
  const template = [{ type: CK.CKA_CLASS, value: CK.CKO_CERTIFICATE }, { type: CK.CKA_CERTIFICATE_TYPE, value: CK.CKC_X_509 }];
  for (const object of findObjects(pkcs11, session, template, cardLimits.certificates)) {
    const certificate = attribute(pkcs11, session, object, CK.CKA_VALUE);
    const id = attribute(pkcs11, session, object, CK.CKA_ID);
    if (certificate === null || certificate.length > cardLimits.certificate) continue;
    const authority = isAuthority(certificate);
    if (authority === true) found.authorities.push(certificate);
    if (authority === false && id !== null && id.length > 0 && id.length <= cardLimits.keyId) found.leaves.push({ id, certificate });
  }
  return found;
}

/** Null for what is no certificate. */
function isAuthority(der: Bytes): boolean | null {
  try {
    return parseCertificate(der).basicConstraints?.ca === true;
  } catch {
    return null;
  }
}

export interface CardKey {
  handle: Handle;
  id: Bytes;
  /** CKA_ALWAYS_AUTHENTICATE: the PIN goes with each use. */
  eachTime: boolean;
}

/** The private keys that a session sees; before login that is mostly none. */
export function readKeys(pkcs11: Pkcs11, session: Handle): CardKey[] {
  return findObjects(pkcs11, session, [{ type: CK.CKA_CLASS, value: CK.CKO_PRIVATE_KEY }], cardLimits.certificates).flatMap((handle) => {
    const id = attribute(pkcs11, session, handle, CK.CKA_ID);
    if (id === null || id.length === 0 || id.length > cardLimits.keyId) return [];
    return [{ handle, id, eachTime: attribute(pkcs11, session, handle, CK.CKA_ALWAYS_AUTHENTICATE)?.[0] === 1 }];
  });
}
