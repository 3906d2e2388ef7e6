import type { Bytes } from "../base/bytes.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { usableFor } from "../pki/purpose.ts";
import { allIdentities } from "../store/identities.ts";
import { allPeople, keptCertificate, removeCertificate } from "../store/people.ts";
import type { OnCard } from "./card-service.ts";
import type { PeopleService } from "./people-service.ts";

/**
 * One's own copy of what is sent is encrypted to the card that is in the reader, and to none that is not: nothing of a card stays.
 * A browser or a background that ended while a card was in its reader did not see it go: what it left is removed at the browser's
 * start and at the first look.
 */
export function cardCertificates(people: Pick<PeopleService, "keep">) {
  /** Names of the certificates on cards that are here. */
  const present = new Set<string>();
  let [first, last] = [true, Promise.resolve()];
  /** One change after the other, so that a card that comes is not swept away. */
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  };

  async function sweep(): Promise<void> {
    const own = (await allPeople()).filter(({ sha256, source }) => source === "own" && !present.has(sha256));
    // Read afterwards: an identity is kept before its certificate is.
    const identities = new Set((await allIdentities()).map(({ id }) => id));
    for (const { sha256 } of own) if (!identities.has(sha256)) await removeCertificate(sha256);
  }

  async function change(came: readonly OnCard[], went: readonly { certificate: Bytes }[]): Promise<void> {
    for (const { certificate } of went) {
      const id = await parseCertificate(certificate).sha256();
      present.delete(id);
      const inBrowser = (await allIdentities()).some((kept) => kept.id === id);
      if (!inBrowser && (await keptCertificate(id))?.source === "own") await removeCertificate(id);
    }
    for (const { certificate, chain } of came) {
      const parsed = parseCertificate(certificate);
      present.add(await parsed.sha256());
      if (usableFor(parsed, "encrypt")) await people.keep(parsed, chain, "own");
    }
    if (first) await sweep();
    first = false;
  }

  return {
    /** What came and what went, of the first look too where nothing did. */
    changed: (came: readonly OnCard[], went: readonly { certificate: Bytes }[]): Promise<void> => inTurn(() => change(came, went)),
    /** The browser was started. */
    started: (): Promise<void> => inTurn(sweep),
  };
}
