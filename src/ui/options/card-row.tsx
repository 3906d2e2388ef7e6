import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CardView } from "../../protocol/card-view.ts";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { formatDay } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import type { CardActions } from "./cards-section.tsx";

type Login = Pick<CardActions, "login" | "logout" | "allowCard">;

/** One card: what is on it, whether it is open, and in which webmails its keys may be used. */
export function CardRow({ card, origins, actions }: { card: CardView; origins: string[]; actions: Login }): JSX.Element {
  return (
    <section class="card" data-test="card" data-open={card.loggedIn} data-tries={card.tries}>
      <h3>
        <bdi>{card.place.label || card.model}</bdi>
      </h3>
      <p class="dim">{t("card_of", card.manufacturer, card.reader)}</p>
      {card.unsupported.map((name) => (
        <p key={name} data-test="card-unsupported">
          <bdi>{name}</bdi> {codeText("keys.algorithm")}
        </p>
      ))}
      {card.keys.length + card.unsupported.length === 0 && <p>{t("card_no_key")}</p>}
      <ul class="rows">
        {card.keys.map((key) => (
          <li key={key.id} class="row" data-test="card-key">
            <span class="row-main">
              <bdi>{key.certificate.addresses.join(", ") || key.certificate.name}</bdi>
              <span class="dim block">{t(key.canSign && key.canDecrypt ? "card_key_both" : key.canSign ? "card_key_sign" : "card_key_read", formatDay(key.certificate.notAfter))}</span>
              {key.code !== "ok" && <span class="block">{codeText(key.code)}</span>}
              {key.eachTime && <span class="dim block">{t("card_each_time")}</span>}
              {origins.map((origin) => (
                <label key={origin} class="check">
                  <input type="checkbox" checked={key.origins.includes(origin)} onChange={(event) => actions.allowCard(key.id, origin, event.currentTarget.checked)} data-test="card-origin" />
                  <span>{t("card_allowed", origin)}</span>
                </label>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {card.needsPin && <Door card={card} actions={actions} />}
    </section>
  );
}

function Door({ card, actions }: { card: CardView; actions: Login }): JSX.Element {
  const [pin, setPin] = useState("");
  if (card.loggedIn) {
    return (
      <p class="buttons">
        <span>{t("card_open")}</span>
        <button type="button" onClick={() => actions.logout(card.place)} data-test="card-logout">
          {t("card_logout")}
        </button>
      </p>
    );
  }
  if (card.eachMessage) return <p class="dim">{t("card_each_message")}</p>;
  if (card.tries === "locked") return <p class="problem">{t("card_locked")}</p>;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!card.pinPad && pin === "") return;
        actions.login(card.place, card.pinPad ? null : pin);
        setPin("");
      }}
    >
      {card.tries === "low" && <p>{t("card_tries_low")}</p>}
      {card.tries === "last" && <p class="problem">{t("card_tries_last")}</p>}
      {card.pinPad ? <p>{t("card_pad")}</p> : <PassphraseField label={t("card_pin")} value={pin} complete="off" test="card-pin" onInput={setPin} />}
      <p class="buttons">
        <button type="submit" data-test="card-login">
          {t("card_login")}
        </button>
      </p>
    </form>
  );
}
