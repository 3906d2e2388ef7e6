import type { JSX } from "preact";
import { t } from "../shared/i18n.ts";

/** What goes when somebody signs out of a webmail, and what stays. `allowed`: the browser tells us of session cookies; null while it is asked. */
export function AfterLogoutSection({ answersGo, allowed, allow }: { answersGo: boolean; allowed: boolean | null; allow: () => void }): JSX.Element {
  return (
    <section aria-labelledby="after-logout" data-test="after-logout">
      <h2 id="after-logout">{t("after_logout_title")}</h2>
      <p>{t("after_logout_goes")}</p>
      <p>{t("after_logout_stays")}</p>
      <p data-test="after-logout-answers" data-go={answersGo}>
        {t(answersGo ? "after_logout_answers_go" : "after_logout_answers_stay")}
        {answersGo && <span class="dim"> {t("set_by_organisation")}</span>}
      </p>
      {allowed === true && <p class="dim">{t("after_logout_cookies_allowed")}</p>}
      {allowed === false && (
        <>
          <p>{t("after_logout_cookies")}</p>
          <p class="buttons">
            <button type="button" onClick={allow} data-test="after-logout-cookies">
              {t("after_logout_cookies_allow")}
            </button>
          </p>
        </>
      )}
    </section>
  );
}
