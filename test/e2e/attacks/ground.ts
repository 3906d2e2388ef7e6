import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Lab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import type { Desk } from "./desk.ts";
import type { WatchedNetwork } from "./watched-network.ts";

/** What a group of these tests works with. */
export interface Ground {
  browser: BrowserName;
  lab: Lab;
  network: WatchedNetwork;
}

/** Whom a browser asks by itself, whatever it shows: updates, accounts, its own settings. */
const BROWSERS_OWN = /^\w+ (?:[\w-]+\.)*(?:google|googleapis|mozilla)\.(?:com|net|org)(?:\/|$)/;

/** Roundcube's own addresses: its pages, and the files of its program, plugins and skins. */
const ROUNDCUBES_OWN = /^\/(?:$|\?_|index\.php|(?:program|plugins|skins)\/|favicon\.ico$)/;

/** What the browser asked for that nobody but an attacker, or a control, can have put there. */
function asked({ lab, network }: Ground): string[] {
  return [...network.asked().filter((each) => !BROWSERS_OWN.test(each)), ...lab.proxy.requests.map(({ url }) => url).filter((url) => !ROUNDCUBES_OWN.test(url))];
}

/** Nothing but the webmail was asked for anything since the lab stands: no request, no connection, no name (UI-10). */
export function expectSilence(ground: Ground): void {
  expect(asked(ground).filter((each) => !each.includes("control"))).toEqual([]);
}

/** Stays with a text that has links: Firefox looks their names up two seconds after they came, if they are there then. */
export const linger = (source: string): Promise<void> => sleep(/href="http/.test(source) ? 3000 : 0);

/** Proves the watch: a plain page of the webmail asks, and each way of asking is seen. */
export async function expectWatch(ground: Ground, { driver, page }: Desk): Promise<void> {
  // What has a suffix is no page of Roundcube's, which forbid lookups ahead of need for themselves.
  const control = await driver.open(`${ground.lab.web}/control.txt`);
  const wanted = ["name picture.control.test", "http picture.control.test/a", "name prefetch.control.test", "name connect.control.test", "tls secure.control.test", "/control/leak"];
  // Firefox alone looks up where a link leads before anybody clicks it.
  if (ground.browser === "firefox") wanted.push("name link.control.test");
  const missing = (): string[] => wanted.filter((each) => !asked(ground).includes(each));
  // A few times, since what is to be looked up ahead of need can be dropped while a browser is busy.
  for (let i = 0; i < 5 && missing().length > 0; i++) {
    await control.evaluate(() => {
      document.body.innerHTML = `<link rel="dns-prefetch" href="//prefetch.control.test"><a href="http://link.control.test">x</a><img src="http://picture.control.test/a"><img src="/control/leak">
        <link rel="preconnect" href="http://connect.control.test"><link rel="preconnect" href="https://secure.control.test">`;
    });
    for (const end = Date.now() + 4000; missing().length > 0 && Date.now() < end; ) await sleep(50);
  }
  await control.close();
  await page.activate();
  expect(missing()).toEqual([]);
}
