import { isolated, language } from "./i18n.ts";

/** A moment as people say it; an unreadable one is returned as it stands. */
export function formatMoment(iso: string): string {
  return format(iso, { dateStyle: "medium", timeStyle: "short" });
}

/** A day as people say it; an unreadable one is returned as it stands. */
export function formatDay(iso: string): string {
  return format(iso, { dateStyle: "long" });
}

/** The time of day. */
export function formatTime(date: Date): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(date);
}

/** A number as it is written in the language. */
export function formatNumber(number: number): string {
  return new Intl.NumberFormat(language()).format(number);
}

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat(language(), options).format(date);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size in octets as people say it, with decimal units as file managers use them. */
export function formatSize(octets: number): string {
  let value = octets;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit: units[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && unit > 1 ? 1 : 0,
  }).format(value);
}

/** A part of a whole as a percentage without decimals. */
export function formatShare(part: number, whole: number): string {
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** Names as a list with "and" in the person's language. */
export function formatList(names: string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(names.map(isolated));
}

/** A SHA-256 fingerprint in upper-case groups of four digits, as people compare it. */
export function formatFingerprint(hexadecimal: string): string {
  return hexadecimal.toUpperCase().match(/.{1,4}/g)?.join(" ") ?? "";
}
