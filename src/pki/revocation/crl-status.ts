import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Certificate } from "../certificate.ts";
import { type RevocationAnswer, nearer, unreachable } from "./answer.ts";
import { type Crl, newestFirst } from "./crl.ts";
import type { EntryFacts } from "./crl-entry.ts";
import { deltaFits, reasonsCovered } from "./crl-scope.ts";
import { findCrlSigner, type SignerKind } from "./crl-signer.ts";
import { isCurrent } from "./currency.ts";
import { type DistributionPoint, pointsToAsk } from "./distribution-points.ts";
import type { Inquiry } from "./inquiry.ts";
import { serialOctets } from "./ocsp-id.ts";
import { ALL_REASONS, type ReasonMask } from "./reasons.ts";

/** Where the algorithm stands. */
interface Progress {
  /** Reasons that were spoken of so far. */
  reasons: ReasonMask;
  /** The lists that speak for the certificate and do not name it. */
  silent: Crl[];
  /** Why other lists were of no use. */
  code: Code;
}

/**
 * What the lists say of a certificate: RFC 5280 §6.3.3.
 * @param path from the certificate in question to the anchor
 */
export async function crlAnswer(inquiry: Inquiry, path: readonly Certificate[]): Promise<RevocationAnswer> {
  const progress: Progress = { reasons: 0, silent: [], code: "revocation.no-answer" };
  for (const signer of SIGNERS) {
    // A list that its signer's own standing rests on counts where no other does.
    for (const circular of [false, true]) {
      const revoked = await askLists(inquiry, path, progress, { signer, circular, outdated: false });
      if (revoked !== null) return revoked;
      if (progress.reasons === ALL_REASONS) return good(progress.silent);
    }
  }
  // What was revoked stays revoked, but for a hold: an old list suffices to say so.
  for (const signer of SIGNERS) {
    const revokedLongAgo = await askLists(inquiry, path, { ...progress, reasons: 0 }, { signer, circular: false, outdated: true });
    if (revokedLongAgo !== null) return revokedLongAgo;
  }
  return unreachable(progress.reasons === 0 ? progress.code : "revocation.reasons");
}

const SIGNERS: readonly SignerKind[] = ["own", "other"];

/** Which lists are asked: those of the issuer's own key or not; those whose signer's standing rests on themselves, or not; current ones, or outdated ones. */
interface Mode {
  signer: SignerKind;
  circular: boolean;
  outdated: boolean;
}

async function askLists(inquiry: Inquiry, path: readonly Certificate[], progress: Progress, mode: Mode): Promise<RevocationAnswer | null> {
  const complete = inquiry.request.crls.filter((crl) => crl.baseNumber === null).toSorted(newestFirst);
  for (const point of readablePoints(path[0] as Certificate, progress)) {
    for (const crl of complete) {
      try {
        const covered = reasonsCovered(crl, path[0] as Certificate, point);
        // (e): a list that says nothing new is passed over.
        if ((covered & ~progress.reasons) === 0) continue;
        const revoked = await askList(inquiry, path, crl, progress, mode);
        if (revoked === "unusable") continue;
        if (revoked !== null) return revoked;
        progress.reasons |= covered;
        progress.silent.push(crl);
      } catch (error) {
        progress.code = nearer(progress.code, codeOf(error));
      }
    }
  }
  return null;
}

function readablePoints(certificate: Certificate, progress: Progress): DistributionPoint[] {
  try {
    return pointsToAsk(certificate);
  } catch (error) {
    progress.code = nearer(progress.code, codeOf(error));
    return [];
  }
}

/** One list with the delta that brings it up to date: revoked, null if it does not name the certificate, or of no use. */
async function askList(
  inquiry: Inquiry,
  path: readonly Certificate[],
  crl: Crl,
  progress: Progress,
  mode: Mode,
): Promise<RevocationAnswer | "unusable" | null> {
  const unusable = (code: Code): "unusable" => {
    progress.code = nearer(progress.code, code);
    return "unusable";
  };
  const { at, maxAge = null } = inquiry.request;
  const deltas = inquiry.request.crls.filter((each) => deltaFits(each, crl) && isCurrent(each, at, maxAge)).toSorted(newestFirst);
  const current = isCurrent(crl, at, maxAge);
  if (mode.outdated ? current || crl.thisUpdate > at : !current && deltas.length === 0) return unusable("revocation.outdated");
  if (isNotUnderstood(crl)) return unusable("revocation.critical-extension");
  const signer = await findCrlSigner(inquiry, crl, path, mode.signer);
  if (signer.code !== null) return unusable(signer.code);
  if (signer.circular !== mode.circular) return "unusable";
  // (h): the delta's signature is checked with the same key.
  let delta: Crl | null = null;
  for (const each of mode.outdated ? [] : deltas) {
    delta ??= !isNotUnderstood(each) && !inquiry.isOutdated(each) && (await inquiry.verify(each, signer.spki)) === "valid" ? each : null;
  }
  if (!current && delta === null && !mode.outdated) return unusable("revocation.outdated");
  const entry = entryOf(delta, path[0] as Certificate) ?? entryOf(crl, path[0] as Certificate);
  if (entry === null || entry.reason === "removeFromCRL" || (mode.outdated && entry.reason === "certificateHold")) return null;
  return { state: "revoked", code: "revocation.revoked", source: "crl", ...entry, thisUpdate: (delta ?? crl).thisUpdate, nextUpdate: (delta ?? crl).nextUpdate };
}

/** RFC 5280 §5.2 and §5.3: such a list says nothing of any certificate. */
function isNotUnderstood(crl: Crl): boolean {
  return crl.criticalUnknown.length > 0 || crl.entries.criticalUnknown.length > 0;
}

function entryOf(crl: Crl | null, certificate: Certificate): EntryFacts | null {
  return crl?.entries.find(serialOctets(certificate), certificate.issuer, crl.issuer) ?? null;
}

/** The answer counts until the first of the lists that it rests on expires. */
function good(silent: readonly Crl[]): RevocationAnswer {
  const until = (crl: Crl): number => crl.nextUpdate?.getTime() ?? 0;
  const first = silent.toSorted((a, b) => until(a) - until(b))[0] as Crl;
  return { state: "good", code: "ok", source: "crl", revokedAt: null, reason: null, invalidityDate: null, thisUpdate: first.thisUpdate, nextUpdate: first.nextUpdate };
}
