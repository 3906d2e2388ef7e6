import type { JSX } from "preact";
import type { MessageStatus } from "../../protocol/message-status.ts";
import { t } from "../shared/i18n.ts";

/** A host that a person let be asked for a missing certificate, and what came of it. */
export interface AskedIssuer {
  host: string;
  step: "asking" | "nothing";
}

/**
 * The way on where a signature could not be checked for a reason that the person can do something about: a certificate of an
 * authority that somebody would have to be asked for, or lists that nobody may fetch. The way to help is in the line above.
 */
export function CheckNotice(props: {
  status: MessageStatus;
  asked: AskedIssuer | null;
  onAskIssuer: (host: string, pressed: { isTrusted: boolean }) => void;
  onOptions: () => void;
}): JSX.Element | null {
  const { status, asked } = props;
  if (status.summary.pending || status.summary.signed !== "unverified") return null;
  const signers = status.layers.flatMap((layer) => layer.signers ?? []);
  const host = signers.find(({ code, missingIssuer }) => code === "pki.untrusted" && missingIssuer)?.missingIssuer?.host ?? asked?.host;
  if (host !== undefined && signers.some(({ code }) => code === "pki.untrusted")) {
    return (
      <div class="notice" role="status" data-test="issuer-notice">
        <span>{asked?.step === "nothing" ? t("issuer_nothing", host) : t("issuer_missing", host)}</span>
        <button type="button" disabled={asked?.step === "asking"} onClick={(event) => props.onAskIssuer(host, event)} data-test="issuer-ask">
          {t(asked?.step === "asking" ? "issuer_asking" : "issuer_ask", host)}
        </button>
      </div>
    );
  }
  if (!signers.some(({ code, revocationDetail }) => code === "revocation.unavailable" && revocationDetail?.code === "revocation.no-way")) return null;
  return (
    <div class="notice" role="status" data-test="fetching-notice">
      <span>{t("fetching_missing")}</span>
      <button type="button" onClick={props.onOptions} data-test="fetching-options">
        {t("fetching_options")}
      </button>
    </div>
  );
}
