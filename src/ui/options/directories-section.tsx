import type { JSX, TargetedInputEvent } from "preact";
import { useState } from "preact/hooks";
import type { ExtensionState } from "../../protocol/page-requests.ts";
import { t } from "../shared/i18n.ts";

export interface NewDirectory {
  url: string;
  startTls: boolean;
  loginName: string;
  password: string;
}

const EMPTY: NewDirectory = { url: "", startTls: false, loginName: "", password: "" };

/** Directories where certificates of other people are looked for: the organisation's, and the user's own. */
export function DirectoriesSection({ directories, add, remove }: { directories: ExtensionState["directories"]; add: (directory: NewDirectory) => Promise<boolean>; remove: (id: string) => void }): JSX.Element {
  const [entry, setEntry] = useState(EMPTY);
  const given = (name: "url" | "loginName" | "password") => ({
    value: entry[name],
    autoComplete: "off",
    spellcheck: false,
    "data-test": `directory-${name}`,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => setEntry({ ...entry, [name]: event.currentTarget.value }),
  });
  return (
    <section aria-labelledby="directories" data-test="directories">
      <h2 id="directories">{t("directories")}</h2>
      <p class="dim">{t("directories_what")}</p>
      <ul class="rows">
        {directories.map(({ id, managed }) => (
          <li key={id} class="row">
            <bdi class="row-main">{id}</bdi>
            {managed ? (
              <span class="dim">{t("set_by_organisation")}</span>
            ) : (
              <button type="button" aria-label={t("remove_named", id)} onClick={() => remove(id)} data-test="directory-remove">
                {t("remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void add(entry).then((done) => done && setEntry(EMPTY));
        }}
      >
        <label class="field">
          <span>{t("directories_url")}</span>
          <input type="text" {...given("url")} />
        </label>
        <label class="check">
          <input type="checkbox" checked={entry.startTls} data-test="directory-starttls" onChange={(event) => setEntry({ ...entry, startTls: event.currentTarget.checked })} />
          <span>{t("directories_starttls")}</span>
        </label>
        <label class="field">
          <span>{t("directories_loginname")}</span>
          <input type="text" {...given("loginName")} />
        </label>
        <label class="field">
          <span>{t("directories_password")}</span>
          <input type="password" {...given("password")} />
        </label>
        <p class="dim">{t("directories_password_note")}</p>
        <div class="buttons">
          <button type="submit" disabled={entry.url.trim() === ""} data-test="directory-add">
            {t("directories_add")}
          </button>
        </div>
      </form>
    </section>
  );
}
