import type { Certificate } from "../certificate.ts";
import { NOT_ASKED, type RevocationAnswer, nearer, unreachable } from "./answer.ts";
import { crlAnswer } from "./crl-status.ts";
import { type Inquiry, keyOf } from "./inquiry.ts";
import { ocspAnswer, strongest } from "./ocsp-status.ts";
import { namesSource } from "./sources.ts";

/**
 * The answer for the first certificate of a path, from everything at hand.
 * @param path from that certificate to the anchor, two at least
 */
export async function answerFor(inquiry: Inquiry, path: readonly Certificate[]): Promise<RevocationAnswer> {
  const certificate = path[0] as Certificate;
  const key = keyOf(certificate);
  const known = inquiry.answers.get(key);
  if (known !== undefined) return known;
  inquiry.open.push(key);
  const found = join(await crlAnswer(inquiry, path), await ocspAnswer(inquiry, path));
  inquiry.open.pop();
  const unasked = found.state === "unreachable" && found.code === "revocation.no-answer" && inquiry.request.demand === "named" && !namesSource(certificate);
  const answer = unasked ? NOT_ASKED : found;
  // What was not found while others are open may only be hidden behind one of them.
  if (answer.state !== "unreachable" || inquiry.open.length === 0) inquiry.answers.set(key, answer);
  return answer;
}

/** Lists and answers together: what one of them knows counts, and of two reasons for knowing nothing the nearer. */
function join(byList: RevocationAnswer, byAnswer: RevocationAnswer): RevocationAnswer {
  const known = [byList, byAnswer].filter(({ state }) => state !== "unreachable");
  return strongest(known) ?? unreachable(nearer(byList.code, byAnswer.code));
}
