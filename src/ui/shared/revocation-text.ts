import type { RevocationFacts } from "../../protocol/trust-port.ts";
import { formatDay, formatMoment } from "./format.ts";
import { codeText, t } from "./i18n.ts";

/** Whether a certificate was revoked, in words: good, revoked, could not be checked and not asked are four things, and each says why. */
export function revocationText({ state, detail }: RevocationFacts): string {
  const by = detail?.source && detail.thisUpdate ? t(`revocation_by_${detail.source}`, formatMoment(detail.thisUpdate)) : null;
  return [what(state, detail), by].filter((text) => text !== null).join(" ");
}

function what(state: RevocationFacts["state"], detail: RevocationFacts["detail"]): string {
  switch (state) {
    case "good":
      return t("revocation_good");
    case "not-asked":
      return t("revocation_not_asked");
    case "unreachable":
      return detail && detail.code !== "ok" ? `${t("revocation_unreachable")} ${codeText(detail.code)}` : t("revocation_unreachable");
    case "revoked": {
      const reason = t(`revocation_reason_${detail?.reason ?? "unspecified"}`);
      return detail?.revokedAt ? t("revocation_revoked_on", formatDay(detail.revokedAt), reason) : t("revocation_revoked");
    }
  }
}
