import type { Certificate } from "../certificate.ts";
import { type PathAnswer, type PathRequest, validatePath } from "../path.ts";
import { notAsked, type RevocationVerdict } from "./check-revocation.ts";

/**
 * Looks for a path that holds and that nobody revoked; among several, one with a revoked certificate hides no other.
 * @param check Answers for a path that holds otherwise.
 * The answer's code speaks of the path alone; what is known of its revocation stands beside it.
 */
export async function validateWithRevocation<Verdict extends RevocationVerdict>(
  request: PathRequest,
  check: (path: readonly Certificate[]) => Promise<Verdict>,
): Promise<{ answer: PathAnswer; revocation: Verdict | RevocationVerdict }> {
  const verdicts = new Map<readonly Certificate[], Verdict>();
  const confirm = async (path: readonly Certificate[]) => {
    const verdict = await check(path);
    verdicts.set(path, verdict);
    return verdict.code;
  };
  const best = await validatePath({ ...request, confirm });
  // That the certificate itself was revoked is an answer; that another path's could not be checked is none, and hides it not.
  const revoked = best.code === "ok" ? undefined : [...verdicts].find(([, { certificates }]) => certificates[0]?.state === "revoked");
  const answer = revoked ? { ...best, path: revoked[0] as Certificate[] } : best;
  const revocation = verdicts.get(answer.path);
  return revocation === undefined ? { answer, revocation: notAsked(answer.path) } : { answer: { ...answer, code: "ok", culprit: null }, revocation };
}
