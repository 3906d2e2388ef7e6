import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CardsView, CardView } from "../../protocol/card-view.ts";
import { HelpLink } from "../help/help-link.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { CardRow } from "./card-row.tsx";

export interface CardActions {
  /** Looks at the readers again, which are left alone after a logout. */
  look: () => void;
  /** Adds or takes away a library of the user's own. */
  useModule: (path: string, used: boolean) => void;
  login: (place: CardView["place"], pin: string | null) => void;
  logout: (place: CardView["place"]) => void;
  allowCard: (id: string, origin: string, allowed: boolean) => void;
}

interface Props {
  /** Null while nobody has answered yet. */
  view: CardsView | null;
  /** Webmails that were added. */
  origins: string[];
  actions: CardActions;
}

/** Readers, cards, their keys, and the software that speaks with them. */
export function CardsSection({ view, origins, actions }: Props): JSX.Element {
  return (
    <section aria-labelledby="cards" data-test="cards" data-state={view === null ? "looking" : view.host}>
      <h2 id="cards">{t("cards_title")}</h2>
      <p class="dim">{t("cards_what")}</p>
      {view !== null && view.host !== "ready" && <p data-test="cards-no-host">{t("cards_no_host")}</p>}
      {view?.host === "ready" && view.code !== null && <Problem code={view.code} />}
      {view?.host === "ready" && !view.supported && <Problem code="keys.card-unsupported" />}
      {view?.stayedOpen && <Problem code="keys.card-logout" />}
      {view?.resting && view.modules.length > 0 && (
        <p class="buttons" data-test="cards-resting">
          <span>{t("cards_resting")}</span>
          <button type="button" onClick={actions.look} data-test="cards-look">
            {t("cards_look")}
          </button>
        </p>
      )}
      {view?.host === "ready" && view.supported && !view.resting && <Readers view={view} origins={origins} actions={actions} />}
      {view !== null && <Modules view={view} actions={actions} />}
    </section>
  );
}

function Readers({ view, origins, actions }: Props & { view: CardsView }): JSX.Element | null {
  if (view.modules.length === 0) return null;
  const readers = view.modules.flatMap((module) => module.readers);
  return (
    <div role="status" class="stack">
      {view.cards.map((card) => (
        <CardRow key={`${card.place.module} ${card.place.slot} ${card.place.serial}`} card={card} origins={origins} actions={actions} />
      ))}
      {view.cards.length === 0 && (
        <p data-test="cards-none">
          {t(readers.length === 0 ? "cards_no_reader" : "cards_insert")} <HelpLink topic="card" />
        </p>
      )}
    </div>
  );
}

/** Words for how a library is. */
const STATES: Record<CardsView["modules"][number]["state"], string | null> = { unknown: null, ready: "card_module_ready", refused: "card_module_refused", missing: "card_module_missing", failed: "card_module_failed", silent: "card_module_silent" };

function Modules({ view: { modules, suggested }, actions }: { view: CardsView; actions: CardActions }): JSX.Element {
  const [path, setPath] = useState("");
  const add = (wanted: string): void => {
    actions.useModule(wanted, true);
    setPath("");
  };
  return (
    <div class="stack" data-test="card-modules">
      <h3>{t("card_modules")}</h3>
      {modules.length === 0 && <p>{t("card_modules_none")}</p>}
      <ul class="rows">
        {modules.map((module) => (
          <li key={module.path} class="row" data-test="card-module" data-state={module.state}>
            <span class="row-main">
              <bdi class="code">{module.path}</bdi>
              {STATES[module.state] !== null && <span class="dim block">{t(STATES[module.state] as string, module.name)}</span>}
            </span>
            {module.managed ? (
              <span class="dim">{t("set_by_organisation")}</span>
            ) : (
              <button type="button" aria-label={t("remove_named", module.path)} onClick={() => actions.useModule(module.path, false)} data-test="card-module-remove">
                {t("remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {suggested.map((found) => (
        <p key={found} class="buttons">
          <button type="button" onClick={() => add(found)} data-test="card-module-suggested">
            {t("card_module_use", found)}
          </button>
        </p>
      ))}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (path !== "") add(path);
        }}
      >
        <label class="field">
          <span>{t("card_module_path")}</span>
          <input type="text" autoComplete="off" spellcheck={false} value={path} onInput={(event) => setPath(event.currentTarget.value)} data-test="card-module-path" />
        </label>
        <p class="buttons">
          <button type="submit" data-test="card-module-add">
            {t("card_module_add")}
          </button>
        </p>
      </form>
    </div>
  );
}
