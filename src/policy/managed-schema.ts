import { settings } from "./settings.ts";

/** The JSON Schema that Chromium wants for `storage.managed`, made from the table of settings. */
export function managedSchema(): object {
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(settings).map(([name, { description, schema }]) => [name, { description, ...schema }]),
    ),
  };
}
