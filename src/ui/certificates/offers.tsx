import type { JSX } from "preact";
import type { TrustOffer } from "../../protocol/certificates.ts";
import { formatDay } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";

/** Authorities of a file that are not trusted yet: each only after its fingerprint was compared. */
export function Offers({ offers, onCompare }: { offers: readonly TrustOffer[]; onCompare: (offer: TrustOffer) => void }): JSX.Element | null {
  if (offers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="offers" data-test="offers">
      <h2 id="offers">{plural("offers_title", offers.length)}</h2>
      <p class="dim">{t("offers_text")}</p>
      <ul class="rows">
        {offers.map((offer) => (
          <li key={offer.certificate.sha256} class="row">
            <span class="row-main">
              <bdi>{offer.certificate.name}</bdi> <span class="dim">{t("chip_until", formatDay(offer.certificate.notAfter))}</span>
            </span>
            <button type="button" onClick={() => onCompare(offer)} data-test="offer-compare">
              {t("offer_trust")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
