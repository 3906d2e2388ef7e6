import type { Bytes } from "../../base/bytes.ts";
import { encodeBase64 } from "../../base/base64.ts";
import type { Certificate } from "../certificate.ts";
import { derElement, derNull, derOctetString, derOid, derSequence } from "../der.ts";
import { TAG } from "../der-reader.ts";
import { OID } from "../oids.ts";
import { readPublicKey } from "../public-key.ts";
import { writtenSerial } from "./ocsp-id.ts";

/** RFC 5019 §5: longer addresses go by POST, which no cache on the way can serve. */
const LONGEST_GET = 255;

/**
 * Asks about one certificate (RFC 6960 §4.1), in the form that every responder and cache knows (RFC 5019 §2.1): SHA-1 names
 * the issuer, which binds nothing, and there is no nonce, because answers are made ahead and shared; their dates show their age.
 */
export async function ocspRequest(certificate: Certificate, issuer: Certificate): Promise<Bytes> {
  const digest = async (octets: Bytes): Promise<Bytes> => derOctetString(new Uint8Array(await crypto.subtle.digest("SHA-1", octets)));
  const id = derSequence(
    derSequence(derOid(OID.sha1), derNull()),
    await digest(certificate.issuer.der),
    await digest(readPublicKey(issuer.spki).key),
    // As its authority wrote it, padded or not: responders look for these octets.
    derElement(TAG.integer, writtenSerial(certificate)),
  );
  return derSequence(derSequence(derSequence(derSequence(id))));
}

/** How a question goes over HTTP (RFC 6960 A.1): by GET where it is short enough, so that caches serve it, else by POST. */
export function ocspOverHttp(place: string, request: Bytes): { url: string; body: Bytes | null } {
  const url = `${place.endsWith("/") ? place : `${place}/`}${encodeURIComponent(encodeBase64(request))}`;
  return url.length <= LONGEST_GET ? { url, body: null } : { url: place, body: request };
}
