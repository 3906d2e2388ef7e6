import { type Bytes, latin1 } from "../../base/bytes.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { TrustOffer } from "../../protocol/certificates.ts";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { RevocationListFacts } from "../../protocol/page-requests.ts";
import type { Ask } from "../../protocol/requests.ts";

/** The largest files that are read, in octets: certificates, and revocation lists. */
const MAX_FILE = 1_000_000;
const MAX_LISTS = 40_000_000;

/** What a file brought; null for a kind of thing that it does not hold. */
export interface Imported {
  kept: CertificateFacts[] | null;
  /** Authorities that complete paths from now on; those that may be trusted stand among the offers too. */
  intermediates: CertificateFacts[];
  offers: TrustOffer[];
  /** Certificates that belong to own keys. */
  mine: CertificateFacts[];
  /** Certificates for an address that a key waits for, of another key. */
  unfitting: CertificateFacts[];
  unprotectable: CertificateFacts[];
  lists: RevocationListFacts[] | null;
}

const NO_CERTIFICATES: Omit<Imported, "lists"> = { kept: null, intermediates: [], offers: [], mine: [], unfitting: [], unprotectable: [] };

/**
 * Keeps what a file holds: certificates, revocation lists, or both, as PEM may. In DER the name ends on .crl, and where it does not
 * a list is what is no certificate. Throws `pki.malformed`, `revocation.malformed`, `limits.revocation`.
 */
export async function importFile(file: Pick<File, "name" | "size" | "arrayBuffer">, ask: Ask<"page">): Promise<Imported> {
  const named = /\.crl$/i.test(file.name);
  if (file.size > MAX_LISTS) throw new SmimeError(named ? "limits.revocation" : "pki.malformed");
  const octets = new Uint8Array(await file.arrayBuffer());
  const has = marks(octets);
  if (named || has.lists) {
    const { lists } = await ask("revocation.import", { file: octets });
    return { ...(has.certificates ? await certificates(octets, ask) : NO_CERTIFICATES), lists };
  }
  try {
    return { ...(await certificates(octets, ask)), lists: null };
  } catch (error) {
    if (codeOf(error) !== "pki.malformed" || has.certificates) throw error;
    const other = await ask("revocation.import", { file: octets }).catch(() => null);
    if (other === null) throw error;
    return { ...NO_CERTIFICATES, lists: other.lists };
  }
}

async function certificates(octets: Bytes, ask: Ask<"page">): Promise<Omit<Imported, "lists">> {
  if (octets.length > MAX_FILE) throw new SmimeError("pki.malformed");
  return ask("certificates.import", { file: octets });
}

/** Which marks of PEM stand in a file (RFC 7468). They stand early where both do: a list may be long, and is not searched. */
function marks(octets: Bytes): { lists: boolean; certificates: boolean } {
  const text = latin1(octets.subarray(0, MAX_FILE));
  return { lists: /-----BEGIN (X509 )?CRL-----/.test(text), certificates: text.includes("-----BEGIN CERTIFICATE-----") };
}
