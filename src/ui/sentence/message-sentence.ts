import type { Code } from "../../base/codes/index.ts";
import type { MessageStatus, Signer } from "../../protocol/message-status.ts";
import { type ClaimedTime, claimedTime } from "../shared/claimed-time.ts";
import type { Sentence } from "./sentence.ts";
import { unverifiedReason } from "./unverified.ts";

/** What the sentence needs besides the verdict: who the message says it is from, and whether the header was protected. */
export interface SentenceContext {
  from: string | null;
  outerFrom: string | null;
  /** The From inside, where the delivered one is shown in its place. */
  insideFrom: string | null;
  headersProtected: boolean;
  /** Writes a day for a person, for example "3 May 2024". */
  day: (iso: string) => string;
}

/** Why nothing could be opened, as coarse as a sentence tells it. */
const unopenable: Partial<Record<Code, string>> = {
  "cms.no-recipient-key": "sentence_closed_no_key",
  "keys.not-found": "sentence_closed_no_key",
  "keys.not-allowed-here": "sentence_closed_not_here",
  "keys.locked": "sentence_closed_locked",
  "keys.failure-budget": "sentence_closed_budget",
  "cms.algorithm-unknown": "sentence_closed_method",
  "limits.encrypted-layers": "sentence_closed_layers",
  "smime.part-not-opened": "sentence_closed_part",
};

/**
 * The one sentence that tells a message's state; reader, details and popup all use it (Display table, UI-01).
 * It derives nothing: it only words what `src/smime` decided.
 */
export function messageSentence(status: MessageStatus, context: SentenceContext): Sentence {
  const { summary } = status;
  const decrypted = summary.encrypted === "decrypted";
  if (summary.encrypted === "failed") return closed(status);
  if (summary.pending) return { key: "sentence_checking", substitutions: [], seal: "outline", lock: decrypted ? "filled" : "none", tone: "plain" };
  const careful = mismatch(status, context);
  if (careful) return { ...careful, lock: decrypted ? "filled" : "none" };
  if (summary.signed === "verified") return verified(status, context, decrypted);
  if (summary.signed === "unverified") return unverified(status, context, decrypted);
  if (decrypted) return { key: "sentence_encrypted_only", substitutions: [], seal: "struck", lock: "filled", tone: "plain" };
  const key = status.parts.length > 0 ? "sentence_parts" : "sentence_unprotected";
  return { key, substitutions: [], seal: "none", lock: "none", tone: "quiet" };
}

function closed(status: MessageStatus): Sentence {
  const code = status.problems.find((problem) => unopenable[problem] !== undefined);
  const locked = code === "cms.no-recipient-key" && status.layers.at(-1)?.recipients?.some(({ password }) => password === true) === true;
  if (locked) return { key: "sentence_closed_password", substitutions: [], seal: "none", lock: "outline", tone: "plain" };
  const key = code === undefined ? "sentence_closed" : (unopenable[code] as string);
  return { key, substitutions: [], seal: "none", lock: "outline", tone: "plain" };
}

/** Somebody else's name on a message: the one case that interrupts (FR-01, UI-06). */
function mismatch(status: MessageStatus, { from, outerFrom, insideFrom }: SentenceContext): Omit<Sentence, "lock"> | null {
  if (status.summary.signed !== "verified") {
    const signer = signersOf(status).find(({ code }) => code === "smime.from-mismatch" || code === "pki.address-mismatch");
    // A signer is compared with the From inside, so that is the name that does not fit.
    const claimed = insideFrom ?? from;
    if (signer?.address && claimed !== null) {
      return { key: "sentence_careful_signer", substitutions: [signer.address, claimed], seal: "struck", tone: "careful" };
    }
  }
  if (status.problems.includes("smime.header-from-differs") && insideFrom !== null && outerFrom !== null) {
    return { key: "sentence_careful_from", substitutions: [outerFrom, insideFrom], seal: "struck", tone: "careful" };
  }
  return null;
}

function verified(status: MessageStatus, { headersProtected }: SentenceContext, decrypted: boolean): Sentence {
  const signer = signersOf(status).find(({ verdict, code }) => verdict === "valid" && code === "ok");
  const name = signer?.name ?? status.summary.author ?? "";
  const key = headersProtected ? "sentence_verified" : "sentence_text_signed";
  return {
    key: decrypted ? `${key}_encrypted` : key,
    substitutions: [name],
    seal: "filled",
    lock: decrypted ? "filled" : "none",
    // Valid with an unprotected header is neutral (RFC 9788 §9.1): the text is proved, the subject is not.
    tone: headersProtected ? "verified" : "plain",
  };
}

function unverified(status: MessageStatus, { day }: SentenceContext, decrypted: boolean): Sentence {
  const signer = tellingSigner(status);
  const code = signer?.code ?? status.problems[0] ?? "cms.no-signer";
  const rest = { seal: "struck", lock: decrypted ? "filled" : "none", tone: "quiet" } as const;
  const key = (name: string): string => (decrypted ? `${name}_encrypted` : name);
  if (code === "smime.outer-signature") {
    return { key: "sentence_agent_signed", substitutions: [signer?.name ?? ""], ...rest };
  }
  if (code === "cms.algorithm-outdated") {
    const year = signer?.signingTime?.slice(0, 4);
    return { key: key(year ? "sentence_outdated_year" : "sentence_outdated"), substitutions: year ? [year] : [], ...rest };
  }
  const reason = unverifiedReason(code);
  const revokedAt = reason === "revoked" ? signer?.revocationDetail?.revokedAt : null;
  if (signer && revokedAt) return { key: key(revokedOn(claimedTime(signer))), substitutions: [day(revokedAt)], ...rest };
  const when = reason === "expired" ? signer?.notAfter : reason === "not_yet_valid" ? signer?.notBefore : null;
  return { key: key(`sentence_unverified_${reason}`), substitutions: when ? [day(when)] : [], ...rest };
}

/** Which of the two came first is told as the signature's claim; it saves no verdict (RV-03). */
function revokedOn(claimed: ClaimedTime | null): string {
  if (claimed === "before") return "sentence_unverified_revoked_later";
  return claimed === "after" ? "sentence_unverified_revoked_already" : "sentence_unverified_revoked_on";
}

/** The signer whose failure is told: the innermost, because that is the author's, and there the one that came furthest. */
export function tellingSigner(status: MessageStatus): Signer | undefined {
  const innermost = status.layers.findLast((layer) => (layer.signers?.length ?? 0) > 0)?.signers ?? [];
  return innermost.find(({ verdict }) => verdict === "valid") ?? innermost.find(({ verdict }) => verdict === "unknown") ?? innermost[0];
}

function signersOf(status: MessageStatus): Signer[] {
  return status.layers.flatMap((layer) => layer.signers ?? []);
}
