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
  const answer = await validatePath({ ...request, confirm });
  const revocation = verdicts.get(answer.path);
  return revocation === undefined ? { answer, revocation: notAsked(answer.path) } : { answer: { ...answer, code: "ok", culprit: null }, revocation };
}
