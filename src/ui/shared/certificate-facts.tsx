import type { JSX } from "preact";
import type { CertificateFacts } from "../../protocol/frame-requests.ts";
import type { RevocationFacts } from "../../protocol/trust-port.ts";
import { formatDay, formatFingerprint } from "./format.ts";
import { t } from "./i18n.ts";
import { revocationText } from "./revocation-text.ts";

/** What a certificate says, in plain words: whose it is, who says so, until when, what it can do, and where it came from. */
export interface CertificateFactsProps {
  facts: CertificateFacts;
  fingerprint?: boolean;
  /** Where it came from, where more is known than the kind of place. */
  origin?: string | undefined;
  revocation?: RevocationFacts | undefined;
}

export function CertificateFactsList({ facts, fingerprint = false, origin, revocation }: CertificateFactsProps): JSX.Element {
  return (
    <dl class="facts" data-test="certificate">
      <div class="fact">
        <dt>{t("certificate_name")}</dt>
        <dd>
          <bdi>{facts.name}</bdi>
        </dd>
      </div>
      <div class="fact">
        <dt>{t("certificate_addresses")}</dt>
        <dd>
          {facts.addresses.length === 0 ? t("details_none") : facts.addresses.map((address) => <bdi key={address} class="address block">{address}</bdi>)}
        </dd>
      </div>
      <div class="fact">
        <dt>{t("certificate_issuer")}</dt>
        <dd>
          <bdi>{facts.issuerName}</bdi>
        </dd>
      </div>
      <div class="fact">
        <dt>{t("certificate_valid")}</dt>
        <dd>{t("details_from_until", formatDay(facts.notBefore), formatDay(facts.notAfter))}</dd>
      </div>
      {revocation && (
        <div class="fact">
          <dt>{t("details_revocation")}</dt>
          <dd data-test="certificate-revocation">{revocationText(revocation)}</dd>
        </div>
      )}
      <div class="fact">
        <dt>{t("certificate_can")}</dt>
        <dd>{t(facts.canSign && facts.canEncrypt ? "can_both" : facts.canSign ? "can_sign" : facts.canEncrypt ? "can_encrypt" : "can_nothing")}</dd>
      </div>
      <div class="fact">
        <dt>{t("certificate_key")}</dt>
        <dd>
          <bdi>{facts.key}</bdi>
        </dd>
      </div>
      <div class="fact">
        <dt>{t("certificate_source")}</dt>
        <dd>{origin ?? t(`source_${facts.source.replace("-", "_")}`)}</dd>
      </div>
      {fingerprint && (
        <div class="fact">
          <dt>{t("certificate_fingerprint")}</dt>
          <dd>
            <bdi class="mono">{formatFingerprint(facts.sha256)}</bdi>
          </dd>
        </div>
      )}
    </dl>
  );
}
