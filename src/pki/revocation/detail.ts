import type { RevocationDetail } from "../../protocol/trust-port.ts";
import type { RevocationAnswer } from "./answer.ts";
import type { Attempt } from "./check-online.ts";

/** An answer as it crosses contexts: times in ISO 8601. */
export function detailOf({ code, source, revokedAt, reason, invalidityDate, thisUpdate, nextUpdate }: RevocationAnswer): RevocationDetail {
  const text = (date: Date | null): string | null => date?.toISOString() ?? null;
  return { code, source, revokedAt: text(revokedAt), reason, invalidityDate: text(invalidityDate), thisUpdate: text(thisUpdate), nextUpdate: text(nextUpdate) };
}

/** Places that are told of; more of them say nothing new. */
const MOST_PLACES = 8;

/** The same with the places that were asked meanwhile, for whoever has to find out why one does not answer. */
export function detailWithPlaces(deciding: RevocationAnswer, attempts: readonly Attempt[] = []): RevocationDetail {
  const asked = attempts.slice(0, MOST_PLACES).flatMap(({ url, code }) => {
    const place = URL.canParse(url) ? new URL(url) : null;
    return place ? [{ protocol: place.protocol.replace(":", ""), host: place.host, code }] : [];
  });
  return { ...detailOf(deciding), ...(asked.length > 0 && { asked }) };
}
