import { withoutComments } from "./content-fields.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Zones with letters that mean something (RFC 5322 §4.3), in hours; all others count as +0000. */
const ZONES: Record<string, number> = { EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 };

const DATE =
  /^(?:[A-Za-z]+\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:\.\d+)?)?\s*([+-]\d{4}|[A-Za-z]{1,5})?/;

/** Reads a Date field (RFC 5322 §3.3 and §4.3) as ISO 8601 in UTC; null if it is no date. */
export function parseDate(value: string): string | null {
  if (value.length > 500) return null;
  const match = DATE.exec(withoutComments(value).trim().replace(/^([A-Za-z]+),(?=\d)/, "$1, "));
  if (!match) return null;
  const [day, hour, minute, second] = [match[1], match[4], match[5], match[6] ?? "0"].map(Number) as [number, number, number, number];
  const month = MONTHS.findIndex((name) => name.toLowerCase() === (match[2] as string).toLowerCase());
  const year = fullYear(match[3] as string);
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return null;
  // A leap second has no number of its own in ISO 8601 as machines read it.
  date.setUTCHours(hour, minute - zoneMinutes(match[7] ?? ""), Math.min(second, 59));
  return date.toISOString();
}

/** Years of two and three digits as RFC 5322 §4.3 reads them. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(zone);
  if (!match) return (ZONES[zone.toUpperCase()] ?? 0) * 60;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

/**
 * Writes an ISO 8601 date as RFC 5322 §3.3 has it, in its own zone if it names one, else in UTC.
 * Throws `RangeError` if it is no date.
 */
export function formatDate(iso: string): string {
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(iso.slice(10));
  const offset = zone ? zoneMinutes(`${zone[1] as string}${zone[2] as string}${zone[3] as string}`) : 0;
  const local = new Date(Date.parse(iso) + offset * 60_000);
  if (Number.isNaN(local.getTime())) throw new RangeError("not a date");
  const two = (number: number): string => String(number).padStart(2, "0");
  const sign = zone?.[1] ?? "+";
  const hours = two(Math.floor(Math.abs(offset) / 60));
  return (
    `${DAYS[local.getUTCDay()] as string}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()] as string} ${String(local.getUTCFullYear()).padStart(4, "0")} ` +
    `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${sign}${hours}${two(Math.abs(offset) % 60)}`
  );
}

/** The same moment in UTC, which tells nothing of where its author is (RFC 9788 §3.2.2). */
export function toUtc(iso: string): string {
  return new Date(Date.parse(iso)).toISOString();
}
