import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TrustOffer } from "../../protocol/certificates.ts";
import { Dialog } from "./dialog.tsx";
import { formatDay, formatFingerprint } from "./format.ts";
import { codeText, t } from "./i18n.ts";

/** How many digits of a fingerprint a person types as he was told them: they are not on the page, so nobody can pass them over. */
export const TYPED = 8;

const digits = (text: string): string => text.replace(/[\s:.-]/g, "").toLowerCase();

/**
 * The one way to trust an authority or a single certificate: its fingerprint comes from elsewhere. The first digits are typed
 * from there; then the rest is shown and compared (docs/decisions/0018-trust-anchors.md).
 */
export function CompareDialog({ offer, onTrust, onClose }: { offer: TrustOffer; onTrust: (offer: TrustOffer) => void; onClose: () => void }): JSX.Element {
  const { certificate, kind, leaf, code } = offer;
  const [typed, setTyped] = useState("");
  const [rest, setRest] = useState(false);
  const fits = digits(typed) === certificate.sha256.slice(0, TYPED);
  const wrong = digits(typed).length >= TYPED && !fits;
  const shown = formatFingerprint(certificate.sha256).split(" ");
  const hidden = TYPED / 4;
  return (
    <Dialog title={t(`compare_title_${kind}`, certificate.name)} onClose={onClose} test="compare" class="compare">
      <p>{kind === "authority" ? t("compare_text_authority", certificate.name) : t("compare_text_person", certificate.addresses.join(", ") || certificate.name)}</p>
      <dl class="facts">
        {leaf && kind === "authority" && (
          <div class="fact">
            <dt>{t("compare_leaf")}</dt>
            <dd>
              <bdi>{leaf.name}</bdi> {leaf.addresses.map((address) => <bdi key={address} class="address block">{address}</bdi>)}
            </dd>
          </div>
        )}
        <div class="fact">
          <dt>{t("certificate_subject")}</dt>
          <dd>
            <bdi>{certificate.subject}</bdi>
          </dd>
        </div>
        <div class="fact">
          <dt>{t("certificate_valid")}</dt>
          <dd>{t("details_from_until", formatDay(certificate.notBefore), formatDay(certificate.notAfter))}</dd>
        </div>
      </dl>
      {code !== "ok" && (
        <p class="problem" data-test="compare-still" data-code={code}>
          {t("compare_still")} {codeText(code)}
        </p>
      )}
      <p>{t("compare_how")}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (fits && rest) onTrust(offer);
        }}
      >
        <label class="stack">
          {t("compare_first")}
          <input class="mono compare-typed" value={typed} maxLength={24} autoComplete="off" spellcheck={false} data-test="compare-typed" aria-invalid={wrong} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <p role="status" data-test="compare-result">
          {wrong ? t("compare_wrong") : fits ? t("compare_fits") : ""}
        </p>
        <p class="mono fingerprint" data-test="compare-fingerprint">
          <bdi>{shown.map((group, index) => (index < hidden && !fits ? "····" : group)).join(" ")}</bdi>
        </p>
        <label class="check">
          <input type="checkbox" checked={rest} disabled={!fits} data-test="compare-rest" onChange={(event) => setRest(event.currentTarget.checked)} />
          <span>{t("compare_rest")}</span>
        </label>
        <div class="buttons buttons-end">
          <button type="button" onClick={onClose} data-test="compare-cancel">
            {t("compare_not")}
          </button>
          <button type="submit" class="primary" disabled={!fits || !rest} data-test="compare-trust">
            {t(`compare_trust_${kind}`)}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
