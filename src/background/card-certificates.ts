import type { Bytes } from "../base/bytes.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import { allIdentities } from "../store/identities.ts";
import { keptCertificate, removeCertificate } from "../store/people.ts";
import type { OnCard } from "./card-service.ts";
import type { PeopleService } from "./people-service.ts";

/** One's own copy of what is sent is encrypted to the card that is in the reader, and to none that is not: nothing of a card stays. */
export async function keepOwnOf(people: Pick<PeopleService, "keep">, came: readonly OnCard[], went: readonly { certificate: Bytes }[]): Promise<void> {
  for (const { certificate } of went) {
    const id = await parseCertificate(certificate).sha256();
    const inBrowser = (await allIdentities()).some((kept) => kept.id === id);
    if (!inBrowser && (await keptCertificate(id))?.source === "own") await removeCertificate(id);
  }
  for (const { certificate, chain } of came) {
    const parsed = parseCertificate(certificate);
    if (usableFor(parsed, "encrypt")) await people.keep(parsed, chain, "own");
  }
}
