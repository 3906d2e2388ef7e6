import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import type { Fault } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { cleanUp, type Desk, leftInDrafts, openDesk, outbox } from "./desk.ts";

/** What a fault test works with. */
export interface Faults {
  desk: Desk;
  /** What ends the faults that were made. */
  removers: (() => void)[];
}

const request = (action: string): RegExp => new RegExp(`^POST \\S*[?&]_action=${action}\\b`);
const listing = /^GET \S*[?&]_action=search\b/;

/** A fault for one of Roundcube's actions. */
export function fault({ desk, removers }: Faults, action: "import" | "bounce" | "search", what: Fault["action"], times = 1): ReturnType<Desk["lab"]["proxy"]["fault"]> {
  const made = desk.lab.proxy.fault({ match: action === "search" ? listing : request(action), action: what, times });
  removers.push(made.remove);
  return made;
}

/** Holds the next request of an action; resolves when it is there. */
export function hold(faults: Faults, action: "import" | "bounce"): { reached: () => Promise<unknown>; isReached: () => boolean; release: () => void } {
  const held = fault(faults, action, "hold");
  const isReached = (): boolean => held.hits.length > 0;
  return { reached: () => poll(() => Promise.resolve(isReached()), `${action} is asked for`, 20_000), isReached, release: held.release };
}

/** How often the browser asked for an action since `from`. */
export function asked({ desk }: Faults, action: "import" | "bounce", from = 0): number {
  return desk.lab.proxy.requests.slice(from).filter(({ method, url }) => request(action).test(`${method} ${url}`)).length;
}

/** A file for an attachment that makes a message larger than this lab's webmail takes. */
export function largeFile({ desk }: Faults): string {
  const path = join(desk.lab.folder, "large.bin");
  writeFileSync(path, Buffer.alloc(350_000, 7));
  return path;
}

/** After every test: only ciphertext is kept, and nothing of ours lies about in Drafts. */
export async function expectTidy({ desk }: Faults): Promise<void> {
  for (const message of (await outbox(desk)).messages) {
    expect(message).toMatch(/^Content-Type: application\/pkcs7-mime/im);
    for (const secret of desk.secrets) expect(message).not.toContain(secret);
  }
  expect(await leftInDrafts(desk), "messages left in Drafts").toBe(0);
}

/** Names of the records' envelopes' states, those of one record together. */
export async function keptStates({ desk }: Faults): Promise<string[]> {
  const all = (await outbox(desk)).records.map(({ envelopes }) => envelopes.map(({ state }) => state).join(" "));
  return all.filter((states) => !/^(filed|sent)( (filed|sent))*$/.test(states));
}

/** A suite of fault tests in one browser; `define` gets an object whose desk is there when tests run. @param part names the lab of a second suite */
export function faultSuite(browser: BrowserName, define: (faults: Faults) => void, part?: string): void {
  describe(`faults while sending${part === undefined ? "" : `, ${part}`}, in ${browser}`, () => {
    const faults = { removers: [] as Faults["removers"] } as Faults;
    let failed = false;
    beforeAll(async () => {
      faults.desk = await openDesk(browser, part === undefined ? {} : { name: `faults-${part}` });
    });
    beforeEach(async ({ onTestFailed }) => {
      onTestFailed(({ task }) => {
        failed = true;
        console.log(`${task.name}: the browser said\n${faults.desk.alice.driver.messages.slice(-8).join("\n")}`);
      });
      if (failed) await cleanUp(faults.desk);
      failed = false;
    });
    afterEach(() => {
      for (const remove of faults.removers.splice(0)) remove();
    });
    afterAll(async () => {
      await faults.desk?.close();
    });
    define(faults);
  });
}
