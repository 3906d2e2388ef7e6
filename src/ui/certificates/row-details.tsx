import type { ComponentChildren, JSX } from "preact";
import type { CertificateDetails, CertificateRow } from "../../protocol/certificates.ts";
import type { RevocationFacts } from "../../protocol/trust-port.ts";
import { CertificateFactsList } from "../shared/certificate-facts.tsx";
import { formatDay, formatMoment } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import type { CertificatesActions } from "./model.ts";

/** What one certificate says, what it is worth now, where it came from, and what can be done with it. */
export function RowDetails(props: {
  details: CertificateDetails | undefined;
  /** What is kept says of its revocation; absent where it was not looked for. */
  revocation?: RevocationFacts | undefined;
  row: CertificateRow | null;
  /** Other certificates of the same person are here. */
  several: boolean;
  /** The user can distrust it: there is no decision on it yet. */
  undecided: boolean;
  own: boolean;
  /** An authority from a file that nobody trusts: it completes paths. */
  completing: boolean;
  actions: CertificatesActions;
}): JSX.Element {
  const { details, revocation, row, several, undecided, own, completing, actions } = props;
  if (!details) return <p class="dim">{t("certificate_reading")}</p>;
  const { facts, code, chain } = details;
  const trustable = code === "pki.untrusted" && !own && details.authority === null;
  return (
    <div class="stack">
      <p class="worth" data-test="certificate-worth" data-code={code}>
        {code === "ok" ? t("certificate_worth_ok") : completing && code === "pki.untrusted" ? t("certificate_worth_completing") : codeText(code)}
      </p>
      {/* Whoever trusts it types the first digits as he was told them, and not off this page. */}
      <CertificateFactsList facts={facts} fingerprint={!trustable} origin={row ? originText(row) : undefined} revocation={revocation?.state === "not-asked" ? undefined : revocation} />
      <dl class="facts">
        <Fact term={t("details_chain")}>{chain.length > 0 ? chain.map((name) => <bdi key={name} class="block">{name}</bdi>) : t("certificate_no_chain")}</Fact>
        <Fact term={t("certificate_subject")}>
          <bdi>{facts.subject}</bdi>
        </Fact>
        <Fact term={t("certificate_issuer_full")}>
          <bdi>{facts.issuer}</bdi>
        </Fact>
        <Fact term={t("certificate_exact_dates")}>{t("details_from_until", formatMoment(facts.notBefore), formatMoment(facts.notAfter))}</Fact>
        <Fact term={t("details_serial")}>
          <bdi class="mono">{facts.serial}</bdi>
        </Fact>
        <Fact term={t("certificate_signed_with")}>
          <bdi>{details.signatureAlgorithm}</bdi>
        </Fact>
        <Fact term={t("certificate_key_usage")}>{details.keyUsage === null ? t("certificate_unlimited") : <bdi>{details.keyUsage.join(", ")}</bdi>}</Fact>
        <Fact term={t("certificate_purposes")}>{details.extendedKeyUsage === null ? t("certificate_unlimited") : <bdi>{details.extendedKeyUsage.join(", ")}</bdi>}</Fact>
        {details.authority && <Fact term={t("certificate_authority")}>{details.authority.pathLength === null ? t("certificate_authority_any") : t("certificate_authority_depth", String(details.authority.pathLength))}</Fact>}
        {details.policies.length > 0 && (
          <Fact term={t("certificate_policies")}>
            <bdi>{details.policies.join(", ")}</bdi>
          </Fact>
        )}
        {details.subjectKeyIdentifier && (
          <Fact term={t("certificate_key_identifier")}>
            <bdi class="mono">{details.subjectKeyIdentifier}</bdi>
          </Fact>
        )}
      </dl>
      <div class="buttons">
        {trustable && (
          <button type="button" onClick={() => actions.offerKept(facts.sha256)} data-test="certificate-trust">
            {t("certificate_trust")}
          </button>
        )}
        <button type="button" onClick={() => actions.exportOne(details, "cer")} data-test="export-cer">
          {t("export_cer")}
        </button>
        <button type="button" onClick={() => actions.exportOne(details, "pem")} data-test="export-pem">
          {t("export_pem")}
        </button>
        {facts.addresses.length > 0 && details.authority === null && (
          <button type="button" onClick={() => actions.exportContact(details)} data-test="export-contact">
            {t("export_contact")}
          </button>
        )}
        {several && row && (
          <button type="button" onClick={() => actions.exportPerson(row)} data-test="export-person">
            {t("export_person")}
          </button>
        )}
        {undecided && !own && (
          <button type="button" onClick={() => actions.distrust(details)} data-test="certificate-distrust">
            {t("certificate_distrust")}
          </button>
        )}
      </div>
    </div>
  );
}

/** Where a certificate came from and when, as one sentence. */
export function originText({ source, addresses, signedAt, addedAt }: CertificateRow): string {
  if (addedAt === null) return t("origin_unknown");
  const day = formatDay(addedAt);
  if (source !== "signed-mail") return t(`origin_${source === "directory" ? "directory" : "file"}`, day);
  return signedAt === null ? t("origin_mail", addresses[0] ?? "", day) : t("origin_mail_signed", addresses[0] ?? "", formatDay(signedAt), day);
}

function Fact({ term, children }: { term: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
