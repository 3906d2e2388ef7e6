import { type Bytes, equal } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/errors.ts";
import { type Certificate, certificatesOf, parseCertificate } from "../pki/certificate.ts";
import { validatePath } from "../pki/path.ts";
import { newPathCache } from "../pki/path-cache.ts";
import { utf8 } from "../base/bytes.ts";
import type { FindRequest, TrustAnswer, TrustPort, TrustRequest } from "../protocol/trust-port.ts";
import { allAnchors } from "../store/anchors.ts";
import { allIdentities } from "../store/identities.ts";
import { allPeople } from "../store/people.ts";
import type { PolicyService } from "./policy-service.ts";

/** An authority that is trusted here, and by whose decision. */
export interface Anchor {
  certificate: Certificate;
  managed: boolean;
}

export interface TrustService extends TrustPort {
  anchors(): Promise<Anchor[]>;
}

/** Reads certificates of which a damaged one is of no use and no reason to give the others up (CE-04). */
export function readable(certificates: readonly Bytes[]): Certificate[] {
  return certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      return [];
    }
  });
}

function managedAnchors(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return certificatesOf(utf8(pem));
    } catch {
      return [];
    }
  });
}

/** `TrustPort` over the anchors that user and organisation trust. Revocation is not asked yet, and said so. */
export function trustService(policy: PolicyService, clock: Clock): TrustService {
  const cache = newPathCache();

  async function anchors(): Promise<Anchor[]> {
    const managed = managedAnchors((await policy.current()).values.TrustAnchors).map((certificate) => ({ certificate, managed: true }));
    const own = readable((await allAnchors()).map((anchor) => anchor.certificate)).map((certificate) => ({ certificate, managed: false }));
    return [...managed, ...own];
  }

  async function validate(request: TrustRequest): Promise<TrustAnswer> {
    try {
      const own = (await allIdentities()).flatMap(({ chain }) => chain);
      const { code, path } = await validatePath({
        leaf: parseCertificate(request.certificate),
        others: readable([...request.others, ...own]),
        anchors: (await anchors()).map(({ certificate }) => certificate),
        at: clock(),
        purpose: request.purpose,
        cache,
      });
      return { code, chain: code === "ok" ? path.map(({ subject }) => subject.rfc4514) : [], revocation: "not-asked" };
    } catch (error) {
      return { code: codeOf(error), chain: [], revocation: "not-asked" };
    }
  }

  async function find({ issuerAndSerial, keyIdentifier }: FindRequest): Promise<Bytes[]> {
    const kept = [...(await allPeople()), ...(await allIdentities())].map(({ certificate }) => certificate);
    return readable(kept)
      .filter((certificate) => {
        if (issuerAndSerial) return certificate.serial === issuerAndSerial.serial && equal(certificate.issuer.der, issuerAndSerial.issuer);
        const own = certificate.subjectKeyIdentifier;
        return keyIdentifier !== null && own !== null && equal(own, keyIdentifier);
      })
      .map(({ der }) => der);
  }

  return { anchors, validate, find };
}
