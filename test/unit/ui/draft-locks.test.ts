import { describe, expect, it } from "vitest";
import { draftLocks, type Locks } from "../../../src/ui/composer/draft-locks.ts";

/** The locks of one browser, as the Web Locks API has them; waiting is left out. */
function browserLocks(): Locks {
  const taken = new Set<string>();
  const request = async (name: string, _options: unknown, use: (lock: object | null) => unknown): Promise<unknown> => {
    if (taken.has(name)) return use(null);
    taken.add(name);
    try {
      return await use({ name });
    } finally {
      taken.delete(name);
    }
  };
  return { request: request as unknown as Locks["request"] };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("the drafts that a composer holds", () => {
  it("are its own, as often as it asks, until it lets go of all of them, and then another composer's", async () => {
    const browser = browserLocks();
    const [one, other] = [draftLocks(browser), draftLocks(browser)];
    expect([await one.hold("a"), await one.hold("a"), await one.hold("b")]).toEqual([true, true, true]);
    expect(await other.hold("a")).toBe(false);
    one.release();
    await turn();
    expect([await other.hold("a"), await other.hold("b")]).toEqual([true, true]);
    // What was emptied claims nothing any more.
    expect(await one.hold("c")).toBe(false);
    expect(await other.hold("c")).toBe(true);
  });

  it("are not claimed by a composer that was emptied while it waited for one", async () => {
    const browser = browserLocks();
    const [one, other] = [draftLocks(browser), draftLocks(browser)];
    const asked = one.hold("a");
    one.release();
    await asked;
    await turn();
    expect(await other.hold("a")).toBe(true);
  });
});
