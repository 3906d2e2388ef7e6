import type { JSX } from "preact";
import { plural, t } from "../shared/i18n.ts";

/** How long keys stay unlocked. */
export function LifetimeChoice({ choices, chosen, onChoose }: { choices: readonly (number | null)[]; chosen: number | null; onChoose: (minutes: number | null) => void }): JSX.Element {
  return (
    <label class="stack">
      {t("lifetime")}
      <select value={String(chosen)} data-test="lifetime" onChange={(event) => onChoose(event.currentTarget.value === "null" ? null : Number(event.currentTarget.value))}>
        {choices.map((minutes) => (
          <option key={String(minutes)} value={String(minutes)}>
            {lifetimeText(minutes)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Minutes as people say them; null for as long as the browser runs. */
function lifetimeText(minutes: number | null): string {
  if (minutes === null) return t("lifetime_browser");
  return minutes % 60 === 0 && minutes > 0 ? plural("lifetime_hours", minutes / 60) : plural("lifetime_minutes", minutes);
}
