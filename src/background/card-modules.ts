import { cardLimits, isModulePath } from "../protocol/card-messages.ts";
import type { PolicyService } from "./policy-service.ts";

/** The libraries of card software that are used: the organisation's (`CardModules`), then the user's. */
export interface CardModules {
  all(): Promise<{ path: string; managed: boolean }[]>;
  add(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface CardModulesParts {
  policy: Pick<PolicyService, "current">;
  read: () => Promise<unknown>;
  write: (paths: string[]) => Promise<void>;
}

export function cardModules({ policy, read, write }: CardModulesParts): CardModules {
  async function own(): Promise<string[]> {
    const kept = await read();
    return Array.isArray(kept) ? kept.filter((path): path is string => typeof path === "string" && isModulePath(path)) : [];
  }
  return {
    async all() {
      const managed = (await policy.current()).values.CardModules;
      const mine = (await own()).filter((path) => !managed.includes(path));
      return [...managed.map((path) => ({ path, managed: true })), ...mine.map((path) => ({ path, managed: false }))].slice(0, cardLimits.modules);
    },
    add: async (path) => write([...new Set([...(await own()), path])].slice(0, cardLimits.modules)),
    remove: async (path) => write((await own()).filter((each) => each !== path)),
  };
}
