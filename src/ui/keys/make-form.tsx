import type { JSX } from "preact";
import type { KeyWish, OwnKeysState } from "../../protocol/own-keys.ts";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import type { KeysActions, KeysModel } from "./model.ts";

const SUITES: Record<KeyWish["suite"], string> = { "rsa-3072": "keys_kind_rsa", "p-256": "keys_kind_p256", curve25519: "keys_kind_curve25519" };
const SHAPES: Record<KeyWish["shape"], string> = { one: "keys_shape_one", two: "keys_shape_two" };

/** Whom the key is for, of what kind, and whether it is one or two. */
export function MakeForm({ model: { wish, busy, problem }, known, actions }: { model: KeysModel; known: OwnKeysState["known"]; actions: KeysActions }): JSX.Element {
  return (
    <section aria-labelledby="make">
      <h2 id="make">{t("keys_make_title")}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          actions.make();
        }}
      >
        <p class="dim">{t("keys_make_text")}</p>
        <label class="stack">
          {t("keys_address")}
          <input type="text" inputMode="email" dir="auto" list="known-addresses" autoComplete="off" spellcheck={false} value={wish.address} maxLength={320} data-test="key-address" onInput={(event) => actions.wish({ address: event.currentTarget.value })} />
        </label>
        <datalist id="known-addresses">
          {known.map(({ address }) => (
            <option key={address} value={address} />
          ))}
        </datalist>
        <label class="stack">
          {t("keys_name")}
          <input type="text" dir="auto" autoComplete="off" spellcheck={false} value={wish.name} maxLength={64} data-test="key-name" onInput={(event) => actions.wish({ name: event.currentTarget.value })} />
        </label>
        <Choice legend={t("keys_kind")} name="suite" of={SUITES} chosen={wish.suite} choose={(suite) => actions.wish({ suite })} />
        {wish.suite !== "curve25519" && <Choice legend={t("keys_shape")} name="shape" of={SHAPES} chosen={wish.shape} choose={(shape) => actions.wish({ shape })} />}
        {problem?.where === "make" && <Problem code={problem.code} />}
        <div class="buttons buttons-end">
          <button type="submit" class="primary" disabled={busy || wish.address.trim() === ""} data-test="key-make">
            {t("keys_make_ask")}
          </button>
        </div>
      </form>
    </section>
  );
}

function Choice<W extends string>({ legend, name, of, chosen, choose }: { legend: string; name: string; of: Record<W, string>; chosen: W; choose: (word: W) => void }): JSX.Element {
  return (
    <fieldset class="stack">
      <legend>{legend}</legend>
      {(Object.entries(of) as [W, string][]).map(([word, text]) => (
        <label class="check" key={word}>
          <input type="radio" name={name} checked={chosen === word} onChange={() => choose(word)} data-test={`key-${name}-${word}`} />
          <span>{t(text)}</span>
        </label>
      ))}
    </fieldset>
  );
}
