import { type Bytes, equal } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/errors.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { validatePath } from "../pki/path.ts";
import { newPathCache } from "../pki/path-cache.ts";
import type { FindRequest, TrustAnswer, TrustPort, TrustRequest } from "../protocol/trust-port.ts";
import { allIdentities } from "../store/identities.ts";
import { allPeople } from "../store/people.ts";
import { type AnchorService, readable } from "./anchor-service.ts";

export interface TrustService extends TrustPort {
  anchors: AnchorService["anchors"];
}

/** `TrustPort` over the anchors that are trusted here. Revocation is not asked yet, and said so. */
export function trustService(anchors: AnchorService, clock: Clock): TrustService {
  const cache = newPathCache();

  async function validate(request: TrustRequest): Promise<TrustAnswer> {
    try {
      const own = (await allIdentities()).flatMap(({ chain }) => chain);
      const { intermediates, ...trusted } = await anchors.inputsFor(request.address);
      const { code, path } = await validatePath({
        ...trusted,
        leaf: parseCertificate(request.certificate),
        others: [...readable([...request.others, ...own]), ...intermediates],
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

  return { anchors: anchors.anchors, validate, find };
}
