import type { ManagedFact } from "../protocol/managed.ts";
import { layersOf } from "./scopes.ts";
import type { Setting } from "./setting-kinds.ts";
import { type SettingName, settings } from "./settings.ts";

const MOST_TEXT = 300;

/** Everything that the organisation set, in the order of the table, and what is to be said about it; nothing of a password. */
export function managedReport(managed: Record<string, unknown>): ManagedFact[] {
  const { layers, unreadable } = layersOf(managed);
  const facts: ManagedFact[] = unreadable.map((name) => ({ name, domains: null, value: "", problems: [{ code: "policy.unreadable", detail: name }] }));
  for (const { domains, settings: own } of layers) {
    for (const name of Object.keys(settings) as SettingName[]) if (Object.hasOwn(own, name)) facts.push({ name, domains, ...judged(name, own[name]) });
    for (const name of Object.keys(own).slice(0, 100)) {
      if (!Object.hasOwn(settings, name)) facts.push({ name: name.slice(0, 100), domains, value: "", problems: [{ code: "policy.unknown-setting", detail: name.slice(0, 100) }] });
    }
  }
  return facts;
}

function judged(name: SettingName, value: unknown): Pick<ManagedFact, "value" | "problems"> {
  const setting: Setting<unknown> = settings[name];
  const parsed = setting.parse(value);
  return {
    value: written(parsed === undefined ? setting.failClosed : parsed),
    problems: [...(parsed === undefined ? [{ code: "policy.unreadable" as const, detail: name }] : []), ...setting.remarks(value)],
  };
}

/** A value as people read it; of objects and PEM their number alone. */
function written(value: unknown): string {
  if (!Array.isArray(value)) return String(value).slice(0, MOST_TEXT);
  const list: unknown[] = value;
  const texts = list.every((item): item is string => typeof item === "string" && !item.includes("\n"));
  return texts ? list.join("; ").slice(0, MOST_TEXT) : String(list.length);
}
