/** What administrators and users are told of a setting; the reference and the schema are made from it. */
export interface SettingFacts {
  /** What it decides, one or two sentences. */
  meaning: string;
  /** What the user sees of it. */
  shows: string;
  /** A value as it stands in a policy file. */
  example: unknown;
}

/** Something about a value that was read and does less than its author may think; `detail` is the part in question. */
export interface Remark {
  code: RemarkCode;
  detail: string;
}

export type RemarkCode =
  | "policy.entry-left-out"
  | "policy.weak-algorithm"
  | "policy.unknown-algorithm"
  | "policy.provider-ignored"
  | "policy.unknown-adapter"
  | "policy.unknown-bits";

/** One setting that an organisation can manage. */
export interface Setting<T> extends SettingFacts {
  /** The kind and its range, in words. */
  kind: string;
  /** JSON Schema of the value as the browser's policy files carry it. */
  schema: ValueSchema;
  default: T;
  /** What holds when the organisation set something that cannot be read: never less protection than any readable value. */
  failClosed: T;
  /** The value, or undefined where nobody can say what was meant. */
  parse(value: unknown): T | undefined;
  /** What is to be said about a value that `parse` could read. */
  remarks(value: unknown): Remark[];
}

export type ValueSchema = { type: "boolean" } | { type: "integer" } | { type: "string" } | { type: "array"; items: { type: "string" } | ObjectSchema };

export interface ObjectSchema {
  type: "object";
  properties: Record<string, { type: "boolean" | "string" } | { type: "array"; items: { type: "string" } }>;
}

const noRemarks = (): Remark[] => [];

export const flag = (facts: SettingFacts, values: { otherwise: boolean; failClosed: boolean }): Setting<boolean> => ({
  ...facts,
  kind: "true, false",
  schema: { type: "boolean" },
  default: values.otherwise,
  failClosed: values.failClosed,
  parse: (value) => (typeof value === "boolean" ? value : undefined),
  remarks: noRemarks,
});

/** A whole number in a range, both ends included; out of it the setting is unreadable. */
export const number = (facts: SettingFacts, { least, most, otherwise, failClosed }: { least: number; most: number; otherwise: number; failClosed: number }): Setting<number> => ({
  ...facts,
  kind: `${least} to ${most}`,
  schema: { type: "integer" },
  default: otherwise,
  failClosed,
  parse: (value) => (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined),
  remarks: noRemarks,
});

/** One of some words; letters may be of either case. */
export const choice = <const W extends string>(facts: SettingFacts, words: readonly W[], values: { otherwise: W; failClosed: W }): Setting<W> => ({
  ...facts,
  kind: words.map((word) => `\`${word}\``).join(", "),
  schema: { type: "string" },
  default: values.otherwise,
  failClosed: values.failClosed,
  parse: (value) => (typeof value === "string" ? words.find((word) => word.toLowerCase() === value.toLowerCase()) : undefined),
  remarks: noRemarks,
});

export const text = (facts: SettingFacts, valid: (text: string) => boolean): Setting<string> => ({
  ...facts,
  kind: "text",
  schema: { type: "string" },
  default: "",
  failClosed: "",
  parse: (value) => (typeof value === "string" && (value === "" || valid(value)) ? value : undefined),
  remarks: noRemarks,
});

const MAX_LIST = 1000;

const isText = (item: unknown): item is string => typeof item === "string";

const array = { type: "array", items: { type: "string" } } as const;

/** Names entries that were left out, by their place and what they begin with. */
const leftOut = (value: unknown, readable: (item: unknown, index: number) => boolean): Remark[] =>
  Array.isArray(value)
    ? value.flatMap((item: unknown, index) => (readable(item, index) ? [] : [{ code: "policy.entry-left-out" as const, detail: `${index + 1}: ${brief(item)}` }])).slice(0, 20)
    : [];

/** As many entries as a list may have; of a longer one those that `first` names before the others. */
function cut(items: readonly unknown[], first: (text: string) => boolean): unknown[] {
  if (items.length <= MAX_LIST) return [...items];
  const before = (item: unknown): boolean => isText(item) && first(item);
  return [...items.filter(before), ...items.filter((item) => !before(item))].slice(0, MAX_LIST);
}

/** Enough of a value to recognise it, without passwords of directories. */
const brief = (item: unknown): string => (isText(item) ? item.slice(0, 60) : Array.isArray(item) ? "[…]" : typeof item === "object" && item !== null ? "{…}" : String(item));

/**
 * A list that gives something: an unreadable entry is left out and does not take the others away, as such lists grow by hand.
 * @param first entries that count wherever they stand in a list that is too long, because they forbid
 */
export const textList = (facts: SettingFacts, valid: (text: string) => boolean, first: (text: string) => boolean = () => false): Setting<string[]> => ({
  ...facts,
  kind: "list of texts",
  schema: array,
  default: [],
  failClosed: [],
  parse: (value) => (Array.isArray(value) ? cut(value, first).filter(isText).filter(valid) : undefined),
  remarks: (value) => {
    const read = new Set(Array.isArray(value) ? cut(value, first) : []);
    return leftOut(value, (item) => isText(item) && read.has(item) && valid(item));
  },
});

/** A list that takes something away: with one unreadable entry nobody knows what was meant, so the whole fails closed. */
export const forbiddingList = (facts: SettingFacts, valid: (text: string) => boolean, failClosed: string[]): Setting<string[]> => ({
  ...facts,
  kind: "list of texts",
  schema: array,
  default: [],
  failClosed,
  parse: (value) => (Array.isArray(value) && value.length <= MAX_LIST && value.every(isText) && value.every(valid) ? value : undefined),
  remarks: noRemarks,
});

/** A list of objects that gives something: an entry that `read` cannot read is left out. */
export const objectList = <T>(facts: SettingFacts, kind: string, properties: ObjectSchema["properties"], read: (item: unknown) => T | null): Setting<T[]> => ({
  ...facts,
  kind,
  schema: { type: "array", items: { type: "object", properties } },
  default: [],
  failClosed: [],
  parse: (value) => (Array.isArray(value) ? value.slice(0, MAX_LIST).flatMap((item: unknown) => read(item) ?? []) : undefined),
  remarks: (value) => leftOut(value, (item, index) => index < MAX_LIST && read(item) !== null),
});
