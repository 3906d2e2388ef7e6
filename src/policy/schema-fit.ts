import { managedSchema } from "./managed-schema.ts";

interface Schema {
  type: "object" | "array" | "boolean" | "integer" | "string";
  properties?: Record<string, Schema>;
  items?: Schema;
}

/**
 * Names what Chromium leaves out of managed settings before an extension is told, since it does not fit the schema: the setting, or
 * `Scopes`, of which one such part takes the whole along. Firefox passes everything on (docs/decisions/0019-settings.md).
 */
export function leftOutByChromium(managed: Record<string, unknown>): string[] {
  const { properties = {} } = managedSchema() as Schema;
  return Object.keys(managed).filter((name) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return schema === undefined || !fits(managed[name], schema);
  });
}

function fits(value: unknown, { type, properties = {}, items }: Schema): boolean {
  switch (type) {
    case "boolean":
    case "string":
      return typeof value === type;
    case "integer":
      return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    case "array":
      return Array.isArray(value) && (items === undefined || value.every((each) => fits(each, items)));
    case "object":
      return (
        typeof value === "object" && value !== null && !Array.isArray(value) &&
        Object.entries(value).every(([name, each]) => !Object.hasOwn(properties, name) || fits(each, properties[name] as Schema))
      );
  }
}
