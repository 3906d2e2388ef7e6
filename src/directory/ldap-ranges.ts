import { SmimeError } from "../base/errors.ts";
import type { LdapEntry } from "../protocol/host-port.ts";
import type { AskLdap } from "./ldap-question.ts";
import { textsOf, valuesOf } from "./ldap-entry.ts";
import { directoryLimits } from "./limits.ts";

const RANGE = /^range=(\d{1,9})-(\d{1,9}|\*)$/i;

/**
 * All values of an attribute, part by part. Active Directory gives the first 1,500 as `member;range=0-1499` and has to be asked
 * for the next until one ends in a star ([MS-ADTS] §3.1.1.3.1.3.3). Throws `directory.too-many`, `directory.protocol`.
 */
export async function* allValues(ask: AskLdap, entry: LdapEntry, attribute: string): AsyncGenerator<string[]> {
  let next = rangeOf(entry, attribute);
  if (next === null) {
    if (valuesOf(entry, attribute).length > 0) yield textsOf(entry, attribute);
    return;
  }
  let part = entry;
  for (let parts = 1; ; parts++) {
    if (next === null || parts > directoryLimits.ranges) throw new SmimeError(next === null ? "directory.protocol" : "directory.too-many");
    yield textsOf(part, attribute);
    if (next.to === "*") return;
    const from: number = next.to + 1;
    const [found] = await ask({
      base: entry.dn,
      scope: "base",
      filter: { kind: "present", attribute: "objectClass" },
      attributes: [`${attribute};range=${from}-*`],
      limit: 1,
    });
    // The list may have become shorter meanwhile: then nothing more is told.
    if (!found || valuesOf(found, attribute).length === 0) return;
    part = found;
    next = rangeOf(found, attribute);
    // A server that goes round in circles would never end.
    if (next !== null && next.from !== from) throw new SmimeError("directory.protocol");
  }
}

function rangeOf(entry: LdapEntry, attribute: string): { from: number; to: number | "*" } | null {
  for (const description of Object.keys(entry.attributes)) {
    const [name = "", ...options] = description.split(";");
    if (name.toLowerCase() !== attribute.toLowerCase()) continue;
    const range = options.map((option) => RANGE.exec(option)).find((match) => match !== null);
    if (range) return { from: Number(range[1]), to: range[2] === "*" ? "*" : Number(range[2]) };
  }
  return null;
}
