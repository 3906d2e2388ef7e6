import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { change, isReadable, readAll, readOne, take } from "./reading.ts";

/** A certificate of somebody else (or one's own, for encrypting to oneself) with what signed mail said of it. */
export interface KeptCertificate {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
  certificate: Bytes;
  /** Every address that the certificate names, in lower case: the index. */
  addresses: string[];
  /** The holder's name as the certificate has it; completion searches it. */
  name: string;
  /** Certificates that came along, DER, trusted for nothing. */
  others: Bytes[];
  source: "signed-mail" | "file" | "directory" | "contacts" | "own";
  /** Announced content ciphers, OpenSSL names, in order of preference. */
  ciphers: string[];
  /** Signing time of the newest verified mail that preferred it, ISO 8601; null if never (CP-02). */
  preferredAt: string | null;
  /** ISO 8601. */
  addedAt: string;
}

export async function allPeople(): Promise<KeptCertificate[]> {
  return readAll("people");
}

/** Certificates that name an address; the address is compared in lower case (AD-02). */
export async function certificatesOf(address: string): Promise<KeptCertificate[]> {
  const wanted = address.toLowerCase();
  const found = await (await database()).getAllFromIndex("people", "by-address", wanted).catch(async () => (await readAll("people")).filter(({ addresses }) => addresses.includes(wanted)));
  return found.filter((kept) => isReadable("people", kept));
}

export async function keptCertificate(sha256: string): Promise<KeptCertificate | undefined> {
  return readOne("people", sha256);
}

/** Keeps or replaces one certificate in one transaction, so that two mails read at the same time lose nothing. */
export async function updateCertificate(
  sha256: string,
  make: (kept: KeptCertificate | undefined) => KeptCertificate,
): Promise<KeptCertificate> {
  return change("people", sha256, make);
}

/** Removes one and answers it; undefined if there was none. */
export async function removeCertificate(sha256: string): Promise<KeptCertificate | undefined> {
  return take("people", sha256);
}
