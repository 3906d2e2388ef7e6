import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until there is an answer other than null, undefined or false. An error counts as "not yet":
 * documents are replaced while one looks. The last one is told when time is up.
 */
export async function poll<T>(ask: () => Promise<T | null | undefined | false>, what: string, timeout: number): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    let last: unknown = null;
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${timeout} ms${last instanceof Error ? ` (${last.message})` : ""}`, { cause: last });
    }
    await sleep(30);
  }
}

/** Waits for a complete file in a folder: browsers write under another name, or grow an empty one, until they are done. */
export async function waitForFile(folder: string, name: string | RegExp, timeout: number): Promise<string> {
  let before = -1;
  return poll(
    () => {
      const names = readdirSync(folder);
      const found = names.find((entry) => (typeof name === "string" ? entry === name : name.test(entry)) && !/\.(crdownload|part)$/.test(entry));
      const pending = names.some((entry) => /\.(crdownload|part)$/.test(entry));
      const size = found ? statSync(join(folder, found)).size : -1;
      const settled = found && !pending && size > 0 && size === before;
      before = size;
      return Promise.resolve(settled ? join(folder, found) : null);
    },
    `download ${String(name)}`,
    timeout,
  );
}
