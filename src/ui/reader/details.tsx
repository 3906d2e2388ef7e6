import type { ComponentChildren, JSX } from "preact";
import type { Layer, MessageStatus, RecipientName, Signer } from "../../protocol/message-status.ts";
import { claimedTime } from "../shared/claimed-time.ts";
import { CopyReport } from "../shared/copy-report.tsx";
import { formatDay, formatMoment } from "../shared/format.ts";
import { codeText, isolated, t } from "../shared/i18n.ts";
import { revocationText } from "../shared/revocation-text.ts";
import { labelText } from "./label-stop.tsx";
import { supportReport } from "./support-report.ts";

/** All that is known of a message's protection, in place below the bar: complete, exact, and only here. */
export function Details({ id, status, children }: { id: string; status: MessageStatus; children?: ComponentChildren }): JSX.Element {
  const signed = status.layers.filter((layer) => layer.signers !== undefined);
  const encrypted = status.layers.filter((layer) => layer.cipher !== undefined || layer.recipients !== undefined);
  return (
    <section id={id} class="details" aria-label={t("reader_details")} data-test="details">
      <section aria-labelledby={`${id}-signature`} data-test="verify-signature">
        <h2 id={`${id}-signature`}>{t("details_signature")}</h2>
        {signed.length === 0 && <p class="dim">{t("details_no_signature")}</p>}
        {signed.map((layer, index) => (
          <SignedLayer key={index} layer={layer} />
        ))}
        {children}
      </section>
      <section aria-labelledby={`${id}-encryption`} data-test="verify-encryption">
        <h2 id={`${id}-encryption`}>{t("details_encryption")}</h2>
        {encrypted.length === 0 && <p class="dim">{t("details_no_encryption")}</p>}
        {encrypted.map((layer, index) => (
          <EncryptedLayer key={index} layer={layer} />
        ))}
      </section>
      <section aria-labelledby={`${id}-layers`}>
        <h2 id={`${id}-layers`}>{t("details_layers")}</h2>
        <ol class="layers">
          {status.layers.map((layer, index) => (
            <li key={index}>{t(`layer_${layer.type.replace(/-/g, "_")}`)}</li>
          ))}
        </ol>
        {status.problems.length > 0 && (
          <ul class="problems">
            {status.problems.map((code) => (
              <li key={code}>
                {codeText(code)} <span class="code">{code}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <div class="buttons">
        <CopyReport make={(about) => supportReport(status, about)} />
        <span class="dim">{t("details_copy_note")}</span>
      </div>
    </section>
  );
}

function SignedLayer({ layer }: { layer: Layer }): JSX.Element {
  return (
    <>
      {layer.receipt && <p>{t("details_receipt_confirms", layer.receipt.contentIdentifier)}</p>}
      {layer.signers?.length === 0 && <p>{codeText("cms.no-signer")}</p>}
      {layer.signers?.map((signer, index) => (
        <SignerFacts key={index} signer={signer} />
      ))}
    </>
  );
}

/** No path is looked for where the signature itself does not hold; that is no word on the authority. */
function noChain({ verdict, code }: Signer): string {
  return verdict === "valid" && code !== "smime.checking" ? "details_no_chain" : "details_chain_not_checked";
}

function SignerFacts({ signer }: { signer: Signer }): JSX.Element {
  return (
    <dl class="facts" data-test="signer">
      <Fact term={t("details_signer")}>
        <bdi>{signer.subject ?? t("details_unknown")}</bdi>
      </Fact>
      <Fact term={t("details_addresses")}>{signer.addresses.length > 0 ? <List items={signer.addresses} /> : t("details_none")}</Fact>
      <Fact term={t("details_issuer")}>
        <bdi>{signer.issuer}</bdi>
      </Fact>
      <Fact term={t("details_result")}>
        <span data-test="signer-reason" data-code={signer.code}>
          {codeText(signer.code)}
        </span>{" "}
        <span class="code">{signer.code}</span>
      </Fact>
      <Fact term={t("details_mathematics")}>{t(`verdict_${signer.verdict}`)}</Fact>
      <Fact term={t("details_chain")}>{signer.chain.length > 0 ? <List items={signer.chain} /> : t(noChain(signer))}</Fact>
      <Fact term={t("details_revocation")}>
        <span data-test="signer-revocation" data-state={signer.revocation}>
          {revocationText({ state: signer.revocation, detail: signer.revocationDetail ?? null })}
        </span>
        <ClaimedAndRevoked signer={signer} />
      </Fact>
      {signer.revocationDetail?.asked && (
        <Fact term={t("details_asked")}>
          <span data-test="signer-asked">
            <List sentences items={signer.revocationDetail.asked.map(({ protocol, host, code }) => `${isolated(`${host} (${protocol})`)}: ${code === "ok" ? t("details_answered") : codeText(code)}`)} />
          </span>
        </Fact>
      )}
      {signer.notBefore !== null && signer.notAfter !== null && (
        <Fact term={t("details_validity")}>{t("details_from_until", formatDay(signer.notBefore), formatDay(signer.notAfter))}</Fact>
      )}
      {signer.signingTime !== null && (
        <Fact term={t("details_signing_time")}>{t("details_claimed", formatMoment(signer.signingTime))}</Fact>
      )}
      {signer.receiptRequest && (
        <Fact term={t("details_receipt")}>
          {t("details_receipt_to", signer.receiptRequest.to.join(", "))}
        </Fact>
      )}
      {signer.securityLabel && (
        <Fact term={t("details_label")}>
          <bdi>{labelText(signer.securityLabel)}</bdi>
        </Fact>
      )}
      <Fact term={t("details_algorithms")}>
        <bdi>
          {signer.digest}, {signer.signature}
        </bdi>
      </Fact>
      <Fact term={t("details_serial")}>
        <bdi class="mono">{signer.serial}</bdi>
      </Fact>
    </dl>
  );
}

/** Whether it was revoked before or after the time that the signature claims, and that this proves nothing (RV-03). */
function ClaimedAndRevoked({ signer }: { signer: Signer }): JSX.Element | null {
  const claimed = claimedTime(signer);
  if (claimed === null) return null;
  return (
    <p data-test="signer-claimed" data-claimed={claimed}>
      {claimed === "unclaimed" ? t("revoked_unclaimed") : t(`revoked_claimed_${claimed}`, formatMoment(signer.signingTime ?? ""))}
    </p>
  );
}

function EncryptedLayer({ layer }: { layer: Layer }): JSX.Element {
  return (
    <dl class="facts">
      <Fact term={t("details_cipher")}>
        <bdi>{layer.cipher ?? t("details_unknown")}</bdi>
      </Fact>
      {layer.keyTransport !== undefined && (
        <Fact term={t("details_key_transport")}>
          <bdi>{layer.keyTransport}</bdi>
        </Fact>
      )}
      <Fact term={t("details_recipients")}>
        <List sentences items={(layer.recipients ?? []).map(recipient)} />
        <p class="dim">{t("details_recipients_note")}</p>
      </Fact>
    </dl>
  );
}

function recipient({ issuer, serial, keyIdentifier, own }: RecipientName): string {
  const name = issuer !== undefined ? t("details_recipient_serial", issuer, serial ?? "") : keyIdentifier !== undefined ? t("details_recipient_key", keyIdentifier) : t("details_recipient_other");
  return own ? t("details_recipient_own", name) : name;
}

function Fact({ term, children }: { term: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Names, each isolated; or sentences of ours that hold names: `bdi` would turn one that begins with a foreign name. */
function List({ items, sentences = false }: { items: string[]; sentences?: boolean }): JSX.Element {
  return (
    <ul class="plain-list">
      {items.map((item, index) => (
        <li key={index}>
          {sentences ? item : <bdi>{item}</bdi>}
        </li>
      ))}
    </ul>
  );
}
