import type { Certificate } from "../pki/certificate.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { codeOf } from "../base/errors.ts";
import { type Evidence, readEvidence } from "../pki/revocation/evidence.ts";
import type { Attempt } from "../pki/revocation/check-online.ts";
import { notAsked, type RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { validateWithRevocation } from "../pki/revocation/validate-with-revocation.ts";
import { equal, hex } from "../base/bytes.ts";
import type { CommandAnchors } from "./anchors.ts";
import type { RevocationCheck } from "./revocation.ts";
import { detailWithPlaces } from "../pki/revocation/detail.ts";
import type { TrustAnswer, TrustPort, TrustRequest } from "../protocol/trust-port.ts";

/** What the command line was told about trust. */
export interface TrustOptions extends CommandAnchors {
  intermediates: Certificate[];
  at: Date;
  /** Nobody is asked without it. */
  revocation?: RevocationCheck;
}

/** Answers from the command line's options. */
export function fileTrust(options: TrustOptions): TrustPort {
  return {
    validate: (request) => validate(request, options),
    find: ({ issuerAndSerial, keyIdentifier }) =>
      Promise.resolve(
        options.intermediates
          .filter((certificate) =>
            issuerAndSerial
              ? certificate.serial === issuerAndSerial.serial && equal(certificate.issuer.der, issuerAndSerial.issuer)
              : keyIdentifier !== null &&
                certificate.subjectKeyIdentifier !== null &&
                hex(certificate.subjectKeyIdentifier) === hex(keyIdentifier),
          )
          .map((certificate) => certificate.der),
      ),
  };
}

async function validate(request: TrustRequest, options: TrustOptions): Promise<TrustAnswer> {
  const others = request.others.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      // A malformed certificate beside the signer's is of no use to a path and no reason to give up (CE-04).
      return [];
    }
  });
  try {
    const beside = [...others, ...options.intermediates];
    // Several paths may be asked about: what is read once keeps its signatures' verdicts.
    let evidence: Evidence | null = null;
    const enclosed = () => (evidence ??= request.revocation ? readEvidence(request.revocation) : null);
    const { answer, revocation } = await validateWithRevocation(
      { leaf: parseCertificate(request.certificate), others: beside, anchors: options.anchors, anchorTerms: options.anchorTerms, at: options.at, purpose: request.purpose },
      async (path) => (await options.revocation?.(path, beside, enclosed)) ?? notAsked(path),
    );
    const { code, path } = answer;
    if (code !== "ok") return { code, chain: [], revocation: "not-asked" };
    const { state, deciding, attempts } = revocation as RevocationVerdict & { attempts?: Attempt[] };
    const chain = path.map((certificate) => certificate.subject.rfc4514);
    return state === "not-asked" ? { code, chain, revocation: state } : { code, chain, revocation: state, revocationDetail: detailWithPlaces(deciding, attempts) };
  } catch (error) {
    return { code: codeOf(error), chain: [], revocation: "not-asked" };
  }
}
