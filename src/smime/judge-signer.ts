import { hex } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { SignerFact } from "../cms/verify.ts";
import { matchingAddress } from "../pki/address-match.ts";
import type { Signer } from "../protocol/message-status.ts";
import type { TrustAnswer } from "../protocol/trust-port.ts";
import { trustCode } from "./trust-code.ts";

/**
 * Combines what the mathematics, the path and the addresses say of one signer.
 * @param answer what trust says of the certificate; null while it is being asked
 * @param from the one From mailbox to compare with (UI-06); null if there is none or several
 * @param fromProblem why `from` is null
 */
export function judgeSigner(fact: SignerFact, answer: TrustAnswer | null, from: string | null, fromProblem: Code | null): Signer {
  const certificate = fact.certificate;
  const addresses = certificate?.addresses ?? [];
  const matching = certificate && from !== null ? matchingAddress(certificate, from) : null;
  const address = matching ?? addresses[0] ?? null;
  return {
    address,
    addresses,
    subject: certificate?.subject.rfc4514 ?? null,
    name: certificate ? (certificate.subject.commonName ?? address) : null,
    issuer: fact.issuer,
    serial: fact.serial,
    digest: fact.digest,
    signature: fact.signature,
    verdict: fact.verdict,
    code: firstReason(fact, answer, from, fromProblem, addresses, matching !== null),
    chain: answer?.chain ?? [],
    revocation: answer?.revocation ?? "not-asked",
    ...(answer?.revocationDetail === undefined ? {} : { revocationDetail: answer.revocationDetail }),
    ...(answer?.issuer === undefined ? {} : { missingIssuer: answer.issuer }),
    signingTime: fact.signingTime?.toISOString() ?? null,
    notBefore: certificate?.notBefore.toISOString() ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    ...(fact.msgSigDigest && { msgSigDigest: hex(fact.msgSigDigest) }),
  };
}

/** The first reason why a signer does not verify the message; the order is from what is surest to what may change. */
function firstReason(
  fact: SignerFact,
  answer: TrustAnswer | null,
  from: string | null,
  fromProblem: Code | null,
  addresses: string[],
  matches: boolean,
): Code {
  if (fact.verdict !== "valid") return fact.code === "ok" ? "cms.signature-mismatch" : fact.code;
  if (fact.code !== "ok") return fact.code;
  // A mismatch is said before trust: whoever vouches for Eve, she is not Alice (FR-01, display table).
  if (from === null) return fromProblem ?? "smime.from-missing";
  if (addresses.length === 0) return "pki.no-address";
  if (!matches) return "smime.from-mismatch";
  if (answer === null) return "smime.checking";
  return trustCode(answer);
}
