import { encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { type Certificate, certificateFacts, certificatesOf, isSelfIssued, parseCertificate } from "../pki/certificate.ts";
import { validatePath } from "../pki/path.ts";
import { usableFor } from "../pki/purpose.ts";
import type { TrustOffer } from "../protocol/certificates.ts";
import { type KeptAnchor, putAnchor, removeAnchor } from "../store/anchors.ts";
import { putIntermediates, removeIntermediate } from "../store/intermediates.ts";
import { putTrustDecision, removeTrustDecision, type TrustDecision } from "../store/trust-decisions.ts";
import type { AnchorService } from "./anchor-service.ts";
import { readable } from "./certificate-reader.ts";
import type { removals } from "./removals.ts";

/** What a message or the book brings whose certificate nobody vouches for. */
export interface Stranger {
  certificate: Bytes;
  others: readonly Bytes[];
  /** The From that it stood for; null if none. */
  address: string | null;
}

/** The user's decisions on certificates: what may be decided, deciding, and taking it back. Pages of ours alone come here. */
export function trustDecisions({ anchors, undoing, clock }: { anchors: AnchorService; undoing: ReturnType<typeof removals>; clock: Clock }) {
  let offered: TrustOffer | null = null;

  /**
   * What could be trusted so that a stranger's certificate would be: the authority at the end of its chain, or, when that did
   * not come along, the certificate itself. Throws `pki.malformed`.
   */
  async function offerFor({ certificate, others, address }: Stranger): Promise<TrustOffer> {
    const leaf = parseCertificate(certificate);
    const beside = readable(others);
    const at = clock();
    const { refuse, intermediates } = await anchors.inputsFor(address);
    const purpose = usableFor(leaf, "sign") ? "sign" : "encrypt";
    const request = { leaf, others: [...beside, ...intermediates], at, purpose, refuse } as const;
    const { reached } = await validatePath({ ...request, anchors: [] });
    const top = reached.at(-1);
    const root = top && top !== leaf && isSelfIssued(top) && top.basicConstraints?.ca === true ? top : null;
    const { code } = await validatePath({ ...request, anchors: [root ?? leaf] });
    const told = await certificateFacts(leaf, "message");
    return { certificate: root ? await certificateFacts(root, "message") : told, der: encodeBase64((root ?? leaf).der), kind: root ? "authority" : "person", leaf: told, code };
  }

  /** The authorities of a file that are not trusted yet; only those that name themselves as issuer, if there are such. Throws `pki.malformed`. */
  async function offersOf(file: Bytes): Promise<TrustOffer[]> {
    const trusted = new Set((await anchors.anchors()).map(({ sha256 }) => sha256));
    const authorities = certificatesOf(file).filter(({ basicConstraints }) => basicConstraints?.ca === true);
    const roots = authorities.filter(isSelfIssued);
    const offers: TrustOffer[] = [];
    for (const authority of roots.length > 0 ? roots : authorities) {
      const certificate = await certificateFacts(authority, "file");
      if (!trusted.has(certificate.sha256)) offers.push({ certificate, der: encodeBase64(authority.der), kind: "authority", leaf: null, code: authority.notAfter < clock() ? "pki.expired" : "ok" });
    }
    return offers;
  }

  /** The certificate, if its fingerprint is the one that was compared. Throws `pki.malformed`. */
  async function compared(der: Bytes, confirmedSha256: string): Promise<Certificate> {
    const certificate = parseCertificate(der);
    if ((await certificate.sha256()) !== confirmedSha256.toLowerCase().replace(/[^0-9a-f]/g, "")) throw new SmimeError("pki.malformed");
    return certificate;
  }

  return {
    offerFor,
    offersOf,
    /** Keeps an offer until a page of ours takes it. */
    offer: (offer: TrustOffer): void => {
      offered = offer;
    },
    take: (): TrustOffer | null => {
      const taken = offered;
      offered = null;
      return taken;
    },

    /** Trusts an authority whose fingerprint was compared; answers the way back. Throws `pki.malformed`, `pki.not-a-ca`. */
    async trustAuthority(der: Bytes, confirmedSha256: string): Promise<string> {
      const certificate = await compared(der, confirmedSha256);
      if (certificate.basicConstraints?.ca !== true) throw new SmimeError("pki.not-a-ca");
      const anchor: KeptAnchor = { sha256: await certificate.sha256(), certificate: certificate.der, addedAt: clock().toISOString() };
      await putAnchor(anchor);
      // It stands among the authorities once, as what it is now.
      const before = await removeIntermediate(anchor.sha256);
      return undoing.keep(() => Promise.all([removeAnchor(anchor.sha256), putIntermediates(before ? [before] : [])]));
    },

    /**
     * Trusts one certificate by itself, or none of its holder whoever vouches for it; answers the way back.
     * Throws `pki.malformed`, and `pki.key-usage` for an authority that is to be trusted as if it were a person.
     */
    async decide(der: Bytes, confirmedSha256: string, decision: TrustDecision["decision"]): Promise<string> {
      const certificate = await compared(der, confirmedSha256);
      if (decision === "trusted" && certificate.basicConstraints?.ca === true) throw new SmimeError("pki.key-usage");
      const sha256 = await certificate.sha256();
      const before = await removeTrustDecision(sha256);
      await putTrustDecision({ sha256, certificate: certificate.der, decision, decidedAt: clock().toISOString() });
      return undoing.keep(() => (before ? putTrustDecision(before) : removeTrustDecision(sha256)));
    },
  };
}
