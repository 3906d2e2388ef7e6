import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies a built extension to a folder with two changes: its background, which alone judges dates, begins its time at `at`, and an
 * organisation has switched revocation off there, as nobody answers today what was so then. The product has no setting of the
 * time: whoever could turn its clock back could have an expired or revoked certificate accepted.
 */
export function atAnotherTime(extension: string, folder: string, at: string): string {
  cpSync(extension, folder, { recursive: true });
  const background = join(folder, "background.js");
  const difference = Date.parse(at) - Date.now();
  // Time goes on from there, because tickets and timers measure how much of it passed.
  const clock = `globalThis.Date = new Proxy(Date, {
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [target.now() + (${difference})], made),
    get: (target, name) => name === "now" ? () => target.now() + (${difference}) : Reflect.get(target, name),
  });`;
  // Chromium's is wrapped and called with a function; Firefox's is used as it is.
  const policy = `for (const api of [globalThis.browser, globalThis.chrome]) if (api) api.storage.managed.get = (...given) => {
    const answer = Promise.resolve({ DisableCRLCheck: true });
    const call = given.at(-1);
    return typeof call === "function" ? void answer.then(call) : answer;
  };`;
  writeFileSync(background, `${clock}\n${policy}\n${readFileSync(background, "utf8")}`);
  return folder;
}
