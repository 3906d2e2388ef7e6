/** One setting that an organisation can manage. */
export interface Setting<T> {
  description: string;
  /** JSON Schema of the value as the browser's policy files carry it. */
  schema: { type: "boolean" } | { type: "integer" } | { type: "string" } | { type: "array"; items: { type: "string" } | ObjectSchema };
  default: T;
  /** What holds when the organisation set something that cannot be read: never less protection than any readable value. */
  failClosed: T;
  parse(value: unknown): T | undefined;
}

interface ObjectSchema {
  type: "object";
  properties: Record<string, { type: "boolean" | "string" } | { type: "array"; items: { type: "string" } }>;
}

export const flag = (description: string, defaultValue: boolean, failClosed: boolean): Setting<boolean> => ({
  description,
  schema: { type: "boolean" },
  default: defaultValue,
  failClosed,
  parse: (value) => (typeof value === "boolean" ? value : undefined),
});

/** A whole number in a range, both ends included; out of it the setting is unreadable. */
export const number = (description: string, { least, most, otherwise, failClosed }: { least: number; most: number; otherwise: number; failClosed: number }): Setting<number> => ({
  description,
  schema: { type: "integer" },
  default: otherwise,
  failClosed,
  parse: (value) => (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined),
});

export const text = (description: string, valid: (text: string) => boolean): Setting<string> => ({
  description,
  schema: { type: "string" },
  default: "",
  failClosed: "",
  parse: (value) => (typeof value === "string" && (value === "" || valid(value)) ? value : undefined),
});

const MAX_LIST = 1000;

const isText = (item: unknown): item is string => typeof item === "string";

const array = { type: "array", items: { type: "string" } } as const;

/** A list that gives something: an unreadable entry is left out and does not take the others away, as such lists grow by hand. */
export const textList = (description: string, valid: (text: string) => boolean): Setting<string[]> => ({
  description,
  schema: array,
  default: [],
  failClosed: [],
  parse: (value) => (Array.isArray(value) ? value.slice(0, MAX_LIST).filter(isText).filter(valid) : undefined),
});

/** A list that takes something away: with one unreadable entry nobody knows what was meant, so the whole fails closed. */
export const forbiddingList = (description: string, valid: (text: string) => boolean, failClosed: string[]): Setting<string[]> => ({
  description,
  schema: array,
  default: [],
  failClosed,
  parse: (value) => (Array.isArray(value) && value.length <= MAX_LIST && value.every(isText) && value.every(valid) ? value : undefined),
});

/** A list of objects that gives something: an entry that `read` cannot read is left out. */
export const objectList = <T>(description: string, properties: ObjectSchema["properties"], read: (item: unknown) => T | null): Setting<T[]> => ({
  description,
  schema: { type: "array", items: { type: "object", properties } },
  default: [],
  failClosed: [],
  parse: (value) => (Array.isArray(value) ? value.slice(0, MAX_LIST).flatMap((item: unknown) => read(item) ?? []) : undefined),
});
