import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { writeCard } from "../directory/write-vcard.ts";
import { type Certificate, certificateFacts, parseCertificate } from "../pki/certificate.ts";
import { certificateDetails } from "../pki/certificate-details.ts";
import { usableFor } from "../pki/purpose.ts";
import type { CertificateDetails, CertificateLists, CertificateRow } from "../protocol/certificates.ts";
import type { CertificateFacts } from "../protocol/frame-requests.ts";
import type { RevocationFacts } from "../protocol/trust-port.ts";
import { allIdentities, type KeptIdentity } from "../store/identities.ts";
import { allIntermediates } from "../store/intermediates.ts";
import { allPeople } from "../store/people.ts";
import { allTrustDecisions } from "../store/trust-decisions.ts";
import type { AnchorService } from "./anchor-service.ts";
import { readable } from "./certificate-reader.ts";
import type { IdentityService } from "./identity-service.ts";
import { KEPT, keptCode, type TrustService } from "./trust-service.ts";

export interface CertificateBookParts {
  anchors: AnchorService;
  trust: Pick<TrustService, "validate">;
  identities: Pick<IdentityService, "all">;
  /** Keys on cards that are here. */
  onCards?: () => Promise<readonly KeptIdentity[]>;
  clock: Clock;
}

/** A certificate of the book, with what came along. */
export interface BookEntry {
  certificate: Certificate;
  source: CertificateFacts["source"];
  others: Bytes[];
}

/** All certificates that are kept or trusted here, for the page that shows them. */
export function certificateBook({ anchors, trust, identities, onCards = () => Promise.resolve([]), clock }: CertificateBookParts) {
  async function row(certificate: Certificate, source: CertificateFacts["source"], addedAt: string | null, signedAt: string | null = null): Promise<CertificateRow> {
    return { ...(await certificateFacts(certificate, source)), addedAt, signedAt };
  }

  const allOwn = async (): Promise<Readonly<KeptIdentity>[]> => [...(await allIdentities()), ...(await onCards())];

  async function lists(): Promise<CertificateLists> {
    const [people, own, mine, trusted, completing, decided] = await Promise.all([allPeople(), allIdentities(), identities.all(), anchors.anchors(), allIntermediates(), allTrustDecisions()]);
    const since = new Map(own.map(({ id, addedAt }) => [id, addedAt]));
    const anchored = new Set(trusted.map(({ sha256 }) => sha256));
    const all = <T, R>(list: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> => Promise.all(list.map(read));
    return {
      people: await all(people.filter(({ source }) => source !== "own").flatMap(readableEntry), ({ certificate, kept }) => row(certificate, kept.source, kept.addedAt, kept.preferredAt)),
      mine: mine.map((identity) => ({ ...identity, addedAt: since.get(identity.id) ?? "" })),
      authorities: [
        ...(await all(trusted, async ({ certificate, by, addedAt }) => ({ ...(await row(certificate, "file", addedAt)), by }))),
        ...(await all(completing.filter(({ sha256 }) => !anchored.has(sha256)).flatMap(readableEntry), async ({ certificate, kept }) => ({ ...(await row(certificate, "file", kept.addedAt)), by: "nobody" as const }))),
      ],
      decisions: (await all(decided, async ({ certificate, decision, decidedAt }) => all(readable([certificate]), async (read) => ({ ...(await row(read, "file", decidedAt)), decision })))).flat(),
    };
  }

  /** Throws `store.not-found`. */
  async function entry(sha256: string): Promise<BookEntry> {
    const person = (await allPeople()).find((kept) => kept.sha256 === sha256);
    if (person) return { certificate: parseCertificate(person.certificate), source: person.source, others: person.others };
    const own = (await allOwn()).find(({ id }) => id === sha256);
    if (own) return { certificate: parseCertificate(own.certificate), source: "own", others: own.chain };
    const anchor = (await anchors.anchors()).find((each) => each.sha256 === sha256);
    if (anchor) return { certificate: anchor.certificate, source: "file", others: [] };
    const completing = (await allIntermediates()).find((each) => each.sha256 === sha256);
    if (completing) return { certificate: parseCertificate(completing.certificate), source: "file", others: [] };
    const decided = (await allTrustDecisions()).find((each) => each.sha256 === sha256);
    if (decided) return { certificate: parseCertificate(decided.certificate), source: "file", others: [] };
    throw new SmimeError("store.not-found");
  }

  /** What the certificate is worth now; of an authority whether it may still vouch for anybody. */
  async function worth({ certificate, others }: BookEntry): Promise<{ code: string; chain: string[] }> {
    if (certificate.basicConstraints?.ca !== true) {
      const purpose = usableFor(certificate, "encrypt") ? "encrypt" : "sign";
      const answer = await trust.validate({ certificate: certificate.der, others, purpose, address: null }, KEPT);
      return { code: keptCode(answer), chain: answer.chain };
    }
    const { anchors: trusted, refuse } = await anchors.inputsFor(null);
    const sha256 = await certificate.sha256();
    const known = (await anchors.anchors()).some((anchor) => anchor.sha256 === sha256) || trusted.includes(certificate);
    const refusal = await refuse?.([certificate]);
    const now = clock();
    const code = refusal?.code === "pki.distrusted" ? refusal.code : certificate.notAfter < now ? "pki.expired" : certificate.notBefore > now ? "pki.not-yet-valid" : known ? "ok" : "pki.untrusted";
    return { code, chain: code === "ok" ? [certificate.subject.rfc4514] : [] };
  }

  /** What is kept says of each, by SHA-256. Where nothing is kept nobody was asked: that is no attempt that failed. */
  async function revocation(wanted: readonly string[]): Promise<Record<string, RevocationFacts>> {
    const [people, own] = await Promise.all([allPeople(), allOwn()]);
    const kept = new Map([...people, ...own.map(({ id, certificate, chain }) => ({ sha256: id, certificate, others: chain }))].map((each) => [each.sha256, each]));
    const found: Record<string, RevocationFacts> = {};
    for (const { sha256, certificate, others } of wanted.flatMap((each) => kept.get(each) ?? [])) {
      const purpose = readable([certificate]).some((read) => usableFor(read, "encrypt")) ? "encrypt" : "sign";
      const { revocation: state, revocationDetail: detail = null } = await trust.validate({ certificate, others, purpose, address: null }, KEPT);
      found[sha256] = detail?.code === "revocation.no-answer" ? { state: "not-asked", detail: null } : { state, detail };
    }
    return found;
  }

  /** Throws `store.not-found`. */
  async function details(sha256: string): Promise<CertificateDetails> {
    const found = await entry(sha256);
    const { code, chain } = await worth(found);
    return { ...(await certificateDetails(found.certificate, found.source)), code, chain };
  }

  /** The person as a vCard, under the first address of the certificate. Throws `store.not-found` where it is no person's. */
  async function card(sha256: string): Promise<Bytes> {
    const { certificate } = await entry(sha256);
    const [address] = certificate.addresses;
    if (address === undefined) throw new SmimeError("store.not-found");
    return writeCard(address, certificate.der);
  }

  return { lists, details, card, entry, revocation };
}

function readableEntry<Kept extends { certificate: Bytes }>(kept: Kept): { certificate: Certificate; kept: Kept }[] {
  return readable([kept.certificate]).map((certificate) => ({ certificate, kept }));
}
