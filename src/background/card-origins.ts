/** In which webmails the keys of cards may be used: in all that were added, but for those that a person took out. */
export interface CardOrigins {
  /** Names of webmails in which a card's key is not used. */
  without(id: string): Promise<string[]>;
  set(id: string, origin: string, allowed: boolean): Promise<void>;
}

/** Keys and webmails of one person. */
const MOST = 200;

export function cardOrigins(read: () => Promise<unknown>, write: (kept: Record<string, string[]>) => Promise<void>): CardOrigins {
  async function all(): Promise<Record<string, string[]>> {
    const kept = await read();
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]) && entry[1].every((origin) => typeof origin === "string")).slice(0, MOST));
  }
  return {
    without: async (id) => (await all())[id] ?? [],
    async set(id, origin, allowed) {
      const { [id]: mine = [], ...others } = await all();
      const now = [...mine.filter((each) => each !== origin), ...(allowed ? [] : [origin])].slice(0, MOST);
      await write(now.length > 0 ? { ...others, [id]: now } : others);
    },
  };
}
