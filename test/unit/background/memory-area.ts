import type { SessionArea } from "../../../src/background/session-table.ts";

/** `storage.session` for tests: what is kept is a copy, as in the browser. */
export function memoryArea(): SessionArea {
  let kept: Record<string, unknown> = {};
  return {
    get: (key) => Promise.resolve(key in kept ? { [key]: structuredClone(kept[key]) } : {}),
    set: (items) => {
      kept = { ...kept, ...structuredClone(items) };
      return Promise.resolve();
    },
  };
}
