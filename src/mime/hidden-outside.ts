import type { HiddenOutside } from "../protocol/draft.ts";
import { canonicalAddress, parseAddressList } from "./addresses.ts";
import { asciiLower } from "./ascii.ts";
import type { HeaderProtection, OutsideField } from "./header-protection.ts";
import { mimeLimits } from "./limits.ts";

/** Fields that an answer takes people and identifiers from. */
const PEOPLE = ["from", "to", "cc", "reply-to"];
const IDENTIFIERS = ["message-id", "in-reply-to", "references"];

/**
 * What stands in the protected fields of an encrypted message and its author did not put outside, as far as an answer could
 * carry it there (RFC 9788 §6.1.2, CO-03). The standard compares whole fields; people and identifiers are compared here, so that
 * one who is hidden stays hidden when the author of the answer adds others to his field. Null if nothing was hidden. What is
 * more than `mimeLimits.hiddenSize` or `mimeLimits.identifiers` is left out: a draft keeps all of it in its header section.
 */
export function hiddenOutside({ headers, outside }: Pick<HeaderProtection, "headers" | "outside">): HiddenOutside | null {
  if (outside === null) return null;
  const inner = peopleIn(headers);
  // By text, and not each with each: a header can name thousands.
  const named = new Map<string, Set<string | null>>();
  for (const { name, address } of peopleIn(outside)) {
    const key = canonicalAddress(address);
    named.set(key, (named.get(key) ?? new Set()).add(name));
  }
  const addresses = inner.filter(({ address }) => !named.has(canonicalAddress(address))).map(({ address }) => address);
  const names = inner.filter(({ name, address }) => name !== null && named.get(canonicalAddress(address))?.has(name) !== true).map(({ address }) => address);
  const readable = new Set(identifiersIn(outside, Infinity));
  const identifiers = identifiersIn(headers, mimeLimits.identifiers).filter((each) => !readable.has(each));
  if (addresses.length + names.length + identifiers.length === 0) return null;
  return { addresses: kept(addresses), names: kept(names), identifiers: kept(identifiers) };
}

function peopleIn(fields: readonly OutsideField[]) {
  return of(fields, PEOPLE).flatMap((value) => parseAddressList(value));
}

/** The first identifiers of each field; an answer takes no others. */
function identifiersIn(fields: readonly OutsideField[], most: number): string[] {
  return IDENTIFIERS.flatMap((name) =>
    of(fields, [name])
      .flatMap((value) => Array.from(value.matchAll(/<([^<>\s]{1,990})>/g), ([, id]) => id as string))
      .slice(0, most),
  );
}

function of(fields: readonly OutsideField[], names: readonly string[]): string[] {
  return fields.filter(({ name }) => names.includes(asciiLower(name))).map(({ value }) => value);
}

/** Each once, as many as fit the limit as a draft writes them: escaped, with a space behind each. */
function kept(list: readonly string[]): string[] {
  let left: number = mimeLimits.hiddenSize;
  return [...new Set(list)].filter((each) => {
    const size = encodeURIComponent(each).length + 1;
    if (size > left) return false;
    left -= size;
    return true;
  });
}
