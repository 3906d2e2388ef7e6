import type { JSX } from "preact";
import { language, t } from "../shared/i18n.ts";
import type { Theme } from "../shared/theme.ts";

/** Which browser this is, where its own settings are in another place. */
export type BrowserKind = "chromium" | "firefox";

/** A command of the manifest with the keys that it has in this browser; empty if none. */
export interface Shortcut {
  name: string;
  description: string;
  keys: string;
}

/** Light or dark, for our own pages. */
export function AppearanceSection({ theme, choose }: { theme: Theme; choose: (theme: Theme) => void }): JSX.Element {
  return (
    <section aria-labelledby="appearance" data-test="appearance">
      <h2 id="appearance">{t("appearance_title")}</h2>
      <div class="stack" role="radiogroup" aria-labelledby="appearance">
        {(["browser", "light", "dark"] as const).map((each) => (
          <label class="check" key={each}>
            <input type="radio" name="theme" checked={theme === each} onChange={() => choose(each)} data-test={`theme-${each}`} />
            <span>{t(`appearance_${each}`)}</span>
          </label>
        ))}
      </div>
      <p class="dim">{t("appearance_what")}</p>
    </section>
  );
}

/** An extension has the browser's language and cannot choose another: where to change it. @param open null where a page cannot lead there */
export function LanguageSection({ browser, open }: { browser: BrowserKind; open: (() => void) | null }): JSX.Element {
  const name = new Intl.DisplayNames(language(), { type: "language" }).of(language()) ?? language();
  return (
    <section aria-labelledby="language" data-test="language">
      <h2 id="language">{t("language_title")}</h2>
      <p>{t("language_now", name)}</p>
      <p class="dim">{t(browser === "firefox" ? "language_firefox" : "language_chromium")}</p>
      {open && (
        <p class="buttons">
          <button type="button" onClick={open} data-test="language-open">
            {t("language_open")}
          </button>
        </p>
      )}
    </section>
  );
}

/** The keys that the browser has for Mailseal now, and the browser's own page that changes them. */
export function ShortcutsSection({ shortcuts, open }: { shortcuts: Shortcut[]; open: () => void }): JSX.Element {
  return (
    <section aria-labelledby="shortcuts" data-test="shortcuts">
      <h2 id="shortcuts">{t("shortcuts_title")}</h2>
      <dl class="facts">
        {shortcuts.map(({ name, description, keys }) => (
          <div class="fact" key={name} data-test="shortcut" data-name={name}>
            <dt>{description === "" ? t("shortcuts_popup") : description}</dt>
            <dd>{keys === "" ? <span class="dim">{t("shortcuts_none")}</span> : <kbd>{keys}</kbd>}</dd>
          </div>
        ))}
      </dl>
      <p class="dim">{t("shortcuts_composer")}</p>
      <p class="buttons">
        <button type="button" onClick={open} data-test="shortcuts-open">
          {t("shortcuts_open")}
        </button>
      </p>
    </section>
  );
}
