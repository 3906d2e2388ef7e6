import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { certificateFacts, certificatesOf } from "../pki/certificate.ts";
import type { CertificateFacts } from "../protocol/frame-requests.ts";
import { allIntermediates, type KeptIntermediate, putIntermediates } from "../store/intermediates.ts";
import type { AnchorService } from "./anchor-service.ts";

/** Authorities that are kept from files; whole public bundles have some hundreds, and every path looks through them. */
export const MOST_INTERMEDIATES = 1000;

/** Authorities of files that nobody trusts: they complete paths to those that are trusted (RFC 5280 §6.1 takes any). */
export function keptIntermediates({ anchors, clock }: { anchors: Pick<AnchorService, "anchors">; clock: Clock }) {
  return {
    /** Keeps a file's authorities that are not trusted here; answers those, new or kept already. Throws `pki.malformed`, `limits.intermediates`. */
    async importFile(file: Bytes): Promise<CertificateFacts[]> {
      const trusted = new Set((await anchors.anchors()).map(({ sha256 }) => sha256));
      const known = new Set((await allIntermediates()).map(({ sha256 }) => sha256));
      const added = new Map<string, KeptIntermediate>();
      const told: CertificateFacts[] = [];
      for (const authority of certificatesOf(file)) {
        const sha256 = await authority.sha256();
        if (authority.basicConstraints?.ca !== true || trusted.has(sha256) || added.has(sha256)) continue;
        if (!known.has(sha256)) added.set(sha256, { sha256, certificate: authority.der, addedAt: clock().toISOString() });
        told.push(await certificateFacts(authority, "file"));
      }
      if (known.size + added.size > MOST_INTERMEDIATES) throw new SmimeError("limits.intermediates");
      await putIntermediates([...added.values()]);
      return told;
    },
  };
}
