import { type Bytes, equal } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf } from "../base/errors.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { withIssuers } from "../pki/issuer-places.ts";
import { sameName } from "../pki/name.ts";
import { newPathCache } from "../pki/path-cache.ts";
import { detailWithPlaces } from "../pki/revocation/detail.ts";
import { readEvidence } from "../pki/revocation/evidence.ts";
import { validateWithRevocation } from "../pki/revocation/validate-with-revocation.ts";
import type { Account } from "../policy/scopes.ts";
import type { FindRequest, TrustAnswer, TrustPort, TrustRequest } from "../protocol/trust-port.ts";
import { allIdentities } from "../store/identities.ts";
import { allPeople } from "../store/people.ts";
import type { AnchorService } from "./anchor-service.ts";
import { certificateReader } from "./certificate-reader.ts";
import type { IssuerService } from "./issuer-service.ts";
import type { RevocationService } from "./revocation-service.ts";

/** How far a question may go. */
export interface Asking {
  /** `kept` goes by what is known here already and asks nobody. */
  patience: "asking" | "kept";
  /** Hosts that the user allowed to be asked for a missing issuer. */
  allowed: (host: string) => boolean;
  /** In whose webmail account the question arises: settings can be limited to some. */
  account?: Account;
}

export interface TrustService extends TrustPort {
  anchors: AnchorService["anchors"];
  validate(request: TrustRequest, asking?: Asking): Promise<TrustAnswer>;
}

export interface TrustServiceParts {
  anchors: AnchorService;
  revocation: Pick<RevocationService, "check" | "importsChanged">;
  issuers: IssuerService;
  clock: Clock;
}

/** For pages that wait for no network: what is kept says whether a certificate was revoked. */
export const KEPT: Asking = { patience: "kept", allowed: () => false };

/** What such a page says of a certificate: its path's code, or that it was revoked. That nothing is kept says nothing against it. */
export function keptCode({ code, revocation }: Pick<TrustAnswer, "code" | "revocation">): Code {
  return code === "ok" && revocation === "revoked" ? "revocation.revoked" : code;
}

/** Asks whom it must, in an account or in none. */
export const ordinarily = (account?: Account): Asking => ({ patience: "asking", allowed: () => false, ...(account && { account }) });

const ORDINARY = ordinarily();

/**
 * `TrustPort` over the anchors that user and organisation trust: the path first, and revocation for a path that holds (RV-04).
 * A missing issuer is looked for in the message, among what is kept here, and then where the certificate says it is.
 */
export function trustService({ anchors, revocation, issuers, clock }: TrustServiceParts): TrustService {
  const cache = newPathCache();
  const read = certificateReader();

  /** The chains of one's own certificates complete paths too. */
  async function ownChains(): Promise<Certificate[]> {
    return read((await allIdentities()).flatMap(({ chain }) => chain));
  }

  /** What came with other people's mail is much, and is looked through only where something is missing. */
  async function fromPeople({ issuer }: Certificate): Promise<Certificate[]> {
    return read((await allPeople()).flatMap((person) => person.others)).filter(({ subject }) => sameName(subject, issuer));
  }

  async function validate(request: TrustRequest, { patience, allowed, account }: Asking = ORDINARY): Promise<TrustAnswer> {
    try {
      const leaf = parseCertificate(request.certificate);
      const { intermediates, ...trusted } = await anchors.inputsFor(request.address, account);
      const others = [...read(request.others), ...intermediates, ...(await ownChains())];
      const search = await issuers.search(allowed, patience, account);
      const offered = new Set<Certificate>();
      const enclosed = request.revocation ? readEvidence(request.revocation) : null;
      const { answer, revocation: verdict } = await withIssuers(
        (found) => {
          const all = [...others, ...found];
          return validateWithRevocation({ ...trusted, leaf, others: all, at: clock(), purpose: request.purpose, cache }, (path) =>
            revocation.check(path, all, enclosed, patience, account),
          );
        },
        async (certificate) => {
          const known = (await fromPeople(certificate)).filter((each) => !offered.has(each));
          for (const each of known) offered.add(each);
          return known.length > 0 ? known : search.issuersOf(certificate);
        },
      );
      const { code, path } = answer;
      if (code !== "ok") {
        const host = code === "pki.untrusted" ? search.refused() : null;
        return { code, chain: [], revocation: "not-asked", ...(host !== null && { issuer: { host } }) };
      }
      const chain = path.map(({ subject }) => subject.rfc4514);
      const end = path.at(-1);
      const anchor = end && { anchor: await end.sha256() };
      const { state, deciding } = verdict;
      const attempts = "attempts" in verdict ? verdict.attempts : [];
      return state === "not-asked" ? { code, chain, ...anchor, revocation: state } : { code, chain, ...anchor, revocation: state, revocationDetail: detailWithPlaces(deciding, attempts) };
    } catch (error) {
      return { code: codeOf(error), chain: [], revocation: "not-asked" };
    }
  }

  async function find({ issuerAndSerial, keyIdentifier }: FindRequest): Promise<Bytes[]> {
    const kept = [...(await allPeople()), ...(await allIdentities())].map(({ certificate }) => certificate);
    return read(kept)
      .filter((certificate) => {
        if (issuerAndSerial) return certificate.serial === issuerAndSerial.serial && equal(certificate.issuer.der, issuerAndSerial.issuer);
        const own = certificate.subjectKeyIdentifier;
        return keyIdentifier !== null && own !== null && equal(own, keyIdentifier);
      })
      .map(({ der }) => der);
  }

  return { anchors: anchors.anchors, validate, find };
}
