import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { isOrigin } from "../policy/setting-values.ts";
import { readWebmailPlace, type WebmailPlace } from "../policy/webmail-place.ts";
import { matchPattern, type PatternKind } from "../protocol/origin-pattern.ts";
import type { WebmailName } from "../protocol/webmail.ts";
import { bindIdentities, unbindIdentities } from "../store/identities.ts";
import { allWebmails, putWebmail, removeWebmail } from "../store/webmails.ts";
import type { PolicyService } from "./policy-service.ts";

/** The browser's side of webmails: permissions, registered scripts, open tabs. */
export interface WebmailBrowser {
  kind: PatternKind;
  contains(pattern: string): Promise<boolean>;
  removePermission(pattern: string): Promise<void>;
  /** Registers the content script for these patterns, and nothing else; answers those that it was not registered for before. */
  register(patterns: string[]): Promise<string[]>;
  /** Open tabs of a pattern, with their addresses. */
  tabs(pattern: string): Promise<{ id: number; url: string; active: boolean }[]>;
  inject(tab: number): Promise<void>;
  tell(tab: number, message: object): Promise<void>;
}

export interface WebmailService {
  /**
   * Origins where we may work: added by user or organisation, and permitted by the browser. The permission to fetch revocation
   * lists makes the browser say yes to every address, and makes nothing a webmail.
   */
  granted(): Promise<ReadonlySet<string>>;
  all(): Promise<{ origin: string; managed: boolean }[]>;
  /** The adapter that the organisation named for an origin, if it did. */
  adapterOf(origin: string): Promise<WebmailName | null>;
  /** Called when the user allowed an origin. Throws `protocol.forbidden` if the browser knows nothing of it or the organisation forbids it. */
  add(origin: string): Promise<void>;
  remove(origin: string): Promise<void>;
  /** The browser reports new permissions, whatever they were asked for: the window that asked may be gone already. */
  permissionsAdded(patterns: readonly string[]): Promise<void>;
  /**
   * Registers what is granted now; called at start and when anything changed.
   * @param reach runs the script in tabs that show a newly registered webmail already. Never after an update: there the script of the
   * version before still runs, out of our reach, and a page must not have two.
   */
  sync(reach?: boolean): Promise<void>;
  /** Open tabs of a webmail, those that are looked at first. */
  tabsOf(origin: string): Promise<number[]>;
  /** Tells the webmails' pages that `page.state` changed. */
  announce(): Promise<void>;
}

/** @param directories origins of HTTPS directories, which need a permission of the same form and are no webmails by that */
export function webmailService(browser: WebmailBrowser, policy: PolicyService, clock: Clock, directories: () => Promise<string[]>): WebmailService {
  let known: Promise<ReadonlySet<string>> | null = null;
  const pattern = (origin: string): string => matchPattern(origin, browser.kind);

  /** Each origin once; of entries that contradict each other the one that forbids holds, else the first. */
  async function named(): Promise<ReadonlyMap<string, WebmailPlace["adapter"]>> {
    const places = (await policy.current()).values.WebmailOrigins.flatMap((entry) => readWebmailPlace(entry) ?? []);
    const found = new Map<string, WebmailPlace["adapter"]>();
    for (const { origin, adapter } of places) if (adapter === "none" || !found.has(origin)) found.set(origin, adapter);
    return found;
  }

  async function all(): Promise<{ origin: string; managed: boolean }[]> {
    const managed = await named();
    const allowed = [...managed].flatMap(([origin, adapter]) => (adapter === "none" ? [] : [{ origin, managed: true }]));
    const own = (await allWebmails()).filter(({ origin }) => !managed.has(origin)).map(({ origin }) => ({ origin, managed: false }));
    return [...allowed, ...own];
  }

  async function find(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const { origin } of await all()) if (await browser.contains(pattern(origin))) found.add(origin);
    return found;
  }

  function granted(): Promise<ReadonlySet<string>> {
    known ??= find().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  }

  let syncing: Promise<void> = Promise.resolve();

  /** One after the other: the browser's event and the window that asked come together, and two registrations of one script collide. */
  function sync(reach = false): Promise<void> {
    syncing = syncing
      .catch(() => undefined)
      .then(async () => {
        known = null;
        const origins = [...(await granted())];
        const added = await browser.register([...new Set(origins.map(pattern))]);
        if (reach) for (const origin of origins) if (added.includes(pattern(origin))) await injectInto(origin);
      });
    return syncing;
  }

  /** Tabs whose whole origin is meant: Firefox's patterns cover every port. */
  async function tabsOf(origin: string): Promise<number[]> {
    const tabs = (await browser.tabs(pattern(origin))).filter(({ url }) => new URL(url).origin === origin);
    return tabs.sort((a, b) => Number(b.active) - Number(a.active)).map(({ id }) => id);
  }

  async function injectInto(origin: string): Promise<void> {
    for (const tab of await tabsOf(origin)) await browser.inject(tab).catch(() => undefined);
  }

  async function add(origin: string): Promise<void> {
    if (!isOrigin(origin) || (await named()).get(origin) === "none" || !(await browser.contains(pattern(origin)))) throw new SmimeError("protocol.forbidden");
    await putWebmail({ origin, addedAt: clock().toISOString() });
    await enter(origin);
  }

  async function enter(origin: string): Promise<void> {
    await bindIdentities(origin);
    await sync();
    await injectInto(origin);
  }

  return {
    granted,
    all,
    async adapterOf(origin) {
      const adapter = (await named()).get(origin) ?? null;
      return adapter === "none" ? null : adapter;
    },
    sync,
    add,
    tabsOf,
    async remove(origin) {
      await removeWebmail(origin);
      await unbindIdentities(origin);
      const others = (await all()).map((webmail) => pattern(webmail.origin));
      if (!others.includes(pattern(origin))) await browser.removePermission(pattern(origin));
      await sync();
    },
    async permissionsAdded(patterns) {
      const known = (await all()).map(({ origin }) => origin);
      const apart = (await directories()).map(pattern);
      const forbidden = await named();
      for (const each of patterns) {
        // A pattern of many sites is the permission to fetch, which is no webmail's.
        const named = originOfPattern(each);
        if (named === null) continue;
        const again = known.filter((origin) => pattern(origin) === each);
        for (const origin of again) await enter(origin);
        if (again.length > 0 || apart.includes(each)) continue;
        // The user was on the webmail's page when the permission was asked for: its tab says the port that Firefox leaves out.
        const tab = (await browser.tabs(each)).find(({ active }) => active);
        const origin = tab ? new URL(tab.url).origin : named;
        if (pattern(origin) === each && forbidden.get(origin) !== "none") await add(origin);
      }
      // What many sites were allowed for covers webmails that were known and closed, too.
      await sync();
    },
    async announce() {
      for (const origin of await granted()) {
        for (const tab of await tabsOf(origin)) await browser.tell(tab, { mailseal: "state-changed" }).catch(() => undefined);
      }
    },
  };
}

function originOfPattern(pattern: string): string | null {
  const origin = pattern.replace(/\/\*$/, "");
  return isOrigin(origin) ? origin : null;
}
