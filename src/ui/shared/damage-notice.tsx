import type { ComponentChildren, JSX } from "preact";
import type { StoreDamage } from "../../protocol/repair.ts";
import { formatMoment } from "./format.ts";
import { language, t } from "./i18n.ts";
import { Problem } from "./problem.tsx";

/** What a store is called before people. */
export const storeText = (store: string): string => t(`repair_store_${store.replace("-", "_")}`);

const number = (count: number): string => new Intl.NumberFormat(language()).format(count);

/** What is wrong with the database: what there was and is, and how much cannot be read. */
export function DamageNotice({ damage: { code, at, lost, unreadable }, children }: { damage: StoreDamage; children?: ComponentChildren }): JSX.Element {
  const names = [
    ...lost.map(({ store, before, now }) => (now === null ? t("repair_line_before", storeText(store), number(before)) : t("repair_line_lost", storeText(store), number(before), number(now)))),
    ...unreadable.map(({ store, count }) => t("repair_line_unreadable", storeText(store), number(count))),
  ];
  return (
    <Problem code={code} {...(at !== null && lost.length > 0 && { title: t("repair_last_seen", formatMoment(at)) })} names={names}>
      {children}
    </Problem>
  );
}
