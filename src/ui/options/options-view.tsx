import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CardsView } from "../../protocol/card-view.ts";
import type { HostStatus } from "../../protocol/host-port.ts";
import type { ExtensionState, KeyUse } from "../../protocol/page-requests.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Fetching } from "../shared/fetching.tsx";
import { t } from "../shared/i18n.ts";
import type { PageState } from "../shared/page-state.ts";
import { Problem } from "../shared/problem.tsx";
import type { Theme } from "../shared/theme.ts";
import { AfterLogoutSection } from "./after-logout-section.tsx";
import { AppearanceSection, type BrowserKind, LanguageSection, type Shortcut, ShortcutsSection } from "./browser-sections.tsx";
import { type CardActions, CardsSection } from "./cards-section.tsx";
import { Contents } from "./contents.tsx";
import { DirectoriesSection, type NewDirectory } from "./directories-section.tsx";
import { HostSection } from "./host-section.tsx";
import { IdentitiesSection } from "./identities-section.tsx";
import { OrganisationSection } from "./organisation-section.tsx";
import { type ProtectionActions, ProtectionSection } from "./protection-section.tsx";
import type { RepairActions, RepairModel } from "./repair-model.ts";
import { RepairSection } from "./repair-section.tsx";

export interface OptionsActions {
  protection: ProtectionActions;
  set: (settings: { signByDefault?: boolean; encryptByDefault?: boolean; composeInOwnWindow?: boolean }) => void;
  removeWebmail: (origin: string) => void;
  /** Called directly in the click handler. */
  allowWebmail: (origin: string) => void;
  allowOpening: (origin: string) => void;
  addDirectory: (directory: NewDirectory) => Promise<boolean>;
  removeDirectory: (id: string) => void;
  chooseKey: (address: string, use: KeyUse, id: string | null) => void;
  chooseTheme: (theme: Theme) => void;
  openShortcuts: () => void;
  /** Null where a page of ours cannot lead there. */
  openLanguages: (() => void) | null;
  /** Called straight in the click: the browser asks the person. */
  allowHost: () => void;
  lookForHost: () => void;
  /** Both are called directly in the click handler. */
  allowFetching: () => void;
  takeBackFetching: () => void;
  /** Called directly in the click handler. */
  allowCookies: () => void;
}

interface Props {
  page: Pick<PageState, "state" | "problem">;
  host: HostStatus | null;
  cards: { view: CardsView | null; problem: string | null; actions: CardActions };
  browser: BrowserKind;
  theme: Theme;
  shortcuts: Shortcut[];
  /** Whether the browser tells us of cookies; null while it is asked. */
  cookies: boolean | null;
  now?: Date;
  actions: OptionsActions;
  repair: RepairModel;
  repairActions: RepairActions;
}

/** What new messages begin with, where Mailseal works, what the organisation has set, and the way to the rest. */
export function OptionsView({ page, host, cards, browser, theme, shortcuts, cookies, now = new Date(), actions, repair, repairActions }: Props): JSX.Element {
  const damage = repair.state?.damage ?? null;
  return (
    <main class="page" aria-busy={page.state === null}>
      <h1>{t("options_title")}</h1>
      {page.problem && page.problem !== damage?.code && <Problem code={page.problem} />}
      {/* What is wrong with the database comes first, and is all there is where it does not open. */}
      {damage && <RepairSection model={repair} actions={repairActions} />}
      {page.state && (
        <>
          {page.state.paused.length > 0 && <Paused origins={page.state.paused} actions={actions} />}
          <Contents />
          <IdentitiesSection state={page.state} now={now} choose={actions.chooseKey} />
          <ProtectionSection state={page.state} actions={actions.protection} />
          <Defaults state={page.state} actions={actions} />
          <Webmails state={page.state} actions={actions} />
          <AfterLogoutSection answersGo={page.state.answersGo} allowed={cookies} allow={actions.allowCookies} />
          <DirectoriesSection directories={page.state.directories} add={actions.addDirectory} remove={actions.removeDirectory} />
          <section aria-labelledby="fetching">
            <h2 id="fetching">{t("fetching_title")}</h2>
            <Fetching state={page.state.fetching} onAllow={actions.allowFetching} onTakeBack={actions.takeBackFetching} />
          </section>
          <HostSection host={host} allow={actions.allowHost} look={actions.lookForHost} />
          {cards.problem !== null && <Problem code={cards.problem} />}
          <CardsSection view={cards.view} origins={page.state.webmails.map(({ origin }) => origin)} actions={cards.actions} />
          <AppearanceSection theme={theme} choose={actions.chooseTheme} />
          <LanguageSection browser={browser} open={actions.openLanguages} />
          <ShortcutsSection shortcuts={shortcuts} open={actions.openShortcuts} />
          {/* Firefox reads the organisation's settings only when it starts. */}
          <OrganisationSection organisation={page.state.organisation} startsAnew={browser === "firefox"} />
          {!damage && <RepairSection model={repair} actions={repairActions} />}
          <p class="buttons">
            <a href="certificates.html">{t("certificates_title")}</a>
            <a href="setup.html">{t("setup_title")}</a>
            <a href="help.html">{t("help_title")}</a>
            <a href="licenses.txt">{t("licences")}</a>
          </p>
        </>
      )}
    </main>
  );
}

/** Where opening has stopped because too much could not be opened, and the one place where it may go on. */
function Paused({ origins, actions }: { origins: string[]; actions: OptionsActions }): JSX.Element {
  return (
    <section aria-labelledby="paused" data-test="paused">
      <h2 id="paused">{t("paused_title")}</h2>
      <p>{t("paused_text")}</p>
      <ul class="rows">
        {origins.map((origin) => (
          <li key={origin} class="row">
            <bdi class="row-main">{origin}</bdi>
            <button type="button" aria-label={t("paused_allow_named", origin)} onClick={() => actions.allowOpening(origin)} data-test="paused-allow">
              {t("paused_allow")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Defaults({ state: { settings }, actions }: { state: ExtensionState; actions: OptionsActions }): JSX.Element {
  return (
    <section aria-labelledby="defaults">
      <h2 id="defaults">{t("defaults")}</h2>
      <div class="stack">
        <Setting name="signByDefault" label={t("default_sign_long")} checked={settings.signByDefault} locked={settings.locked} onChange={(value) => actions.set({ signByDefault: value })} test="sign-by-default" />
        <Setting name="encryptByDefault" label={t("default_encrypt_long")} checked={settings.encryptByDefault} locked={settings.locked} onChange={(value) => actions.set({ encryptByDefault: value })} test="encrypt-by-default" />
        <Setting name="composeInOwnWindow" label={t("own_window")} checked={settings.composeInOwnWindow} locked={settings.locked} onChange={(value) => actions.set({ composeInOwnWindow: value })} test="compose-in-own-window" />
        <p class="dim">{t("own_window_why")}</p>
      </div>
    </section>
  );
}

function Setting(props: { name: string; label: string; checked: boolean; locked: string[]; test: string; onChange: (value: boolean) => void }): JSX.Element {
  const locked = props.locked.includes(props.name);
  return (
    <label class="check">
      <input type="checkbox" checked={props.checked} disabled={locked} data-test={props.test} onChange={(event) => props.onChange(event.currentTarget.checked)} />
      <span>
        {props.label}
        {locked && <span class="dim"> {t("set_by_organisation")}</span>}
      </span>
    </label>
  );
}

function Webmails({ state: { webmails }, actions }: { state: ExtensionState; actions: OptionsActions }): JSX.Element {
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <section aria-labelledby="webmails">
      <h2 id="webmails">{t("webmails")}</h2>
      {webmails.length === 0 && <p class="dim">{t("webmails_empty")}</p>}
      <ul class="rows">
        {webmails.map(({ origin, managed, granted }) => (
          <li key={origin} class="row" data-test="webmail" data-granted={granted}>
            <span class="row-main">
              <bdi>{origin}</bdi>
              {!granted && <span class="dim"> {t("webmail_closed")}</span>}
            </span>
            {!granted && (
              <button type="button" aria-label={t("webmail_allow_named", origin)} onClick={() => actions.allowWebmail(origin)} data-test="webmail-allow">
                {t("setup_webmail_allow")}
              </button>
            )}
            {managed ? (
              <span class="dim">{t("set_by_organisation")}</span>
            ) : (
              <button type="button" aria-label={t("remove_named", origin)} onClick={() => setAsked(origin)} data-test="webmail-remove">
                {t("remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked !== null && (
        <Dialog title={t("webmail_remove_title")} onClose={() => setAsked(null)}>
          <p>{t("webmail_remove_text", asked)}</p>
          <div class="buttons buttons-end">
            <button type="button" onClick={() => setAsked(null)}>
              {t("back")}
            </button>
            <button
              type="button"
              class="primary"
              onClick={() => {
                setAsked(null);
                actions.removeWebmail(asked);
              }}
            >
              {t("remove")}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
