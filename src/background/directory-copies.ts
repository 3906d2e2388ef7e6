import type { Clock } from "../base/clock.ts";
import { copyLdap } from "../directory/ldap-copy.ts";
import type { LdapPlace } from "../directory/ldap-directory.ts";
import { directoryId } from "../policy/directory-place.ts";
import type { HostPort } from "../protocol/host-port.ts";
import { type AnswerStore, COPY } from "./cached-directory.ts";

/** How long a copy counts before it is made anew, and how long after a failure nobody tries again, in milliseconds. */
const DAY = 24 * 3_600_000;
const PAUSE = 3_600_000;

/** How old a copy is that no account's settings asked for any more, in milliseconds: accounts of several organisations take turns in one browser. */
const UNWANTED = 2 * DAY;

/** How often it is looked whether a copy is old, in milliseconds: whoever looks an address up asks each time. */
const LOOKED_AT = 600_000;

export interface CopyStore extends Pick<AnswerStore, "put"> {
  forget(directory: string): Promise<void>;
  /** When each copy was made, by its name; ISO 8601. */
  dates(): Promise<Record<string, string>>;
  setDates(dates: Record<string, string>): Promise<void>;
}

export interface DirectoryCopies {
  /** Copies what is a day old or was never copied, and forgets copies that are two days old, for which nobody asked since. Never throws. */
  renew(places: readonly LdapPlace[], useProxies: boolean): Promise<void>;
}

/** The name under which the copy of a directory is kept. */
export const copyName = (place: LdapPlace, useProxies: boolean): string => `${COPY}${directoryId(place)}${useProxies ? "" : " alone"}`;

/** Copies of LDAP directories (`DirectoryCopy`), one at a time, for when one cannot be reached. */
export function directoryCopies(search: HostPort["ldapSearch"], store: CopyStore, clock: Clock): DirectoryCopies {
  let running: Promise<void> | null = null;
  /** By the names of the copies that were asked for, until when it is not looked again. */
  const looked = new Map<string, number>();
  const failed = new Map<string, number>();

  async function renew(places: readonly LdapPlace[], useProxies: boolean): Promise<void> {
    const wanted = new Map(places.map((place) => [copyName(place, useProxies), place]));
    const names = [...wanted.keys()].join("\n");
    const now = clock().getTime();
    for (const [each, until] of looked) if (until <= now) looked.delete(each);
    if (looked.has(names)) return;
    looked.set(names, now + LOOKED_AT);
    const dates = await store.dates();
    for (const [name, date] of Object.entries(dates)) {
      const age = now - Date.parse(date);
      if (wanted.has(name) || (age >= 0 && age < UNWANTED)) continue;
      await store.forget(name);
      delete dates[name];
      await store.setDates(dates);
    }
    for (const [name, place] of wanted) {
      const age = clock().getTime() - Date.parse(dates[name] ?? "1970-01-01");
      if ((age >= 0 && age < DAY) || clock().getTime() < (failed.get(name) ?? 0)) continue;
      try {
        await copy(name, place, useProxies);
        dates[name] = clock().toISOString();
        await store.setDates(dates);
      } catch {
        // The old copy serves on, and somebody who left is in it a little longer: his certificate is validated all the same.
        failed.set(name, clock().getTime() + PAUSE);
      }
    }
  }

  /** The new copy is read whole before the old one goes: half a copy would be worse than an old one. */
  async function copy(name: string, place: LdapPlace, useProxies: boolean): Promise<void> {
    const askedAt = clock().toISOString();
    const all = await copyLdap(place, { search, clock, useProxies });
    await store.forget(name);
    await store.put(all.map(({ address, answer }) => ({ ...answer, directory: name, address, askedAt })));
  }

  return {
    async renew(places, useProxies) {
      running ??= renew(places, useProxies)
        .catch(() => undefined)
        .finally(() => (running = null));
      await running;
    },
  };
}

/** The dates as they were kept; what is no date counts as none. */
export function datesOf(kept: unknown): Record<string, string> {
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(Object.entries(kept).filter((each): each is [string, string] => typeof each[1] === "string"));
}
