import type { RevocationDetail } from "../../protocol/trust-port.ts";
import type { RevocationAnswer } from "./answer.ts";

/** An answer as it crosses contexts: times in ISO 8601. */
export function detailOf({ code, source, revokedAt, reason, invalidityDate, thisUpdate, nextUpdate }: RevocationAnswer): RevocationDetail {
  const text = (date: Date | null): string | null => date?.toISOString() ?? null;
  return { code, source, revokedAt: text(revokedAt), reason, invalidityDate: text(invalidityDate), thisUpdate: text(thisUpdate), nextUpdate: text(nextUpdate) };
}
