import { SCOPING } from "./scopes.ts";
import type { ValueSchema } from "./setting-kinds.ts";
import { settings } from "./settings.ts";

type Properties = Record<string, { description: string } & (ValueSchema | { type: "array"; items: object })>;

const all: Properties = Object.fromEntries(Object.entries(settings).map(([name, { meaning, schema }]) => [name, { description: meaning, ...schema }]));

/** What `AccountDomains` and `Scopes` mean; they are no settings themselves. */
export const scopingMeanings = {
  [SCOPING.accounts]:
    "Mail domains of the organisation: the settings beside it hold for accounts of these domains and leave every other account in the same browser alone. A leading dot is everything below a domain. Without it they hold for all accounts.",
  [SCOPING.scopes]: "Further settings for accounts of some mail domains: each entry has `domains` and `settings`, and a later entry goes before an earlier one.",
} as const;

/** The JSON Schema that Chromium wants for `storage.managed`, made from the table of settings. */
export function managedSchema(): object {
  const domains = { type: "array", items: { type: "string" } } as const;
  const scope = { type: "object", properties: { domains, settings: { type: "object", properties: all } } };
  return {
    type: "object",
    properties: {
      [SCOPING.accounts]: { description: scopingMeanings.AccountDomains, ...domains },
      [SCOPING.scopes]: { description: scopingMeanings.Scopes, type: "array", items: scope },
      ...all,
    },
  };
}
