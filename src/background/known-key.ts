import { samePublicKey } from "../keys/born-key.ts";
import { type Certificate, certificateFacts, parseCertificate } from "../pki/certificate.ts";
import type { KnownKey } from "../protocol/identities.ts";
import { allIdentities } from "../store/identities.ts";

/** Whether a certificate is here with its key already, or its key is here under another one: then this is a renewal, and both stay. */
export async function knownAs(certificate: Certificate): Promise<KnownKey | null> {
  const id = await certificate.sha256();
  const identities = await allIdentities();
  if (identities.some((kept) => kept.id === id)) return { state: "here", other: null };
  // The newest of those that the key had: what it is renewed from.
  const others = identities.map((kept) => parseCertificate(kept.certificate)).filter(({ spki }) => samePublicKey(spki, certificate.spki));
  const newest = others.toSorted((a, b) => b.notAfter.getTime() - a.notAfter.getTime())[0];
  return newest ? { state: "renewal", other: await certificateFacts(newest, "own") } : null;
}
