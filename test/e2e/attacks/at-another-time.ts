import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies a built extension to a folder with one change: its background, which alone judges dates, begins its time at `at`.
 * The product has no such setting: whoever could turn its clock back could have an expired or revoked certificate accepted.
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
  writeFileSync(background, `${clock}\n${readFileSync(background, "utf8")}`);
  return folder;
}
