import { expect, it, vi } from "vitest";
import { COPY, isOutlived } from "../../../src/background/cached-directory.ts";
import { type KeptDirectoryAnswer, sweepDirectoryAnswers } from "../../../src/store/directory-answers.ts";

// A store whose cursor goes from entry to entry, as the browser's does.
const kept: KeptDirectoryAnswer[] = [];
let committed = 0;
vi.mock("../../../src/store/database.ts", () => ({
  whenDeleted: () => undefined,
  database: () => {
    const cursorAt = (index: number): unknown => {
      const value = kept[index];
      if (value === undefined) return null;
      let removed = 0;
      return {
        value,
        delete: () => Promise.resolve(void (removed = kept.splice(index, 1).length)),
        continue: () => Promise.resolve(cursorAt(index + 1 - removed)),
      };
    };
    return Promise.resolve({ transaction: () => ({ store: { openCursor: () => Promise.resolve(cursorAt(0)) }, get done() { committed++; return Promise.resolve(); } }) });
  },
}));

const now = new Date("2026-06-15T00:00:00Z");
const answer = (directory: string, address: string, askedAt: string): KeptDirectoryAnswer => ({ directory, address, askedAt, certificates: [], name: null, list: false });

it("what directories said is forgotten after a month; what a copy holds stays (rule 7)", async () => {
  kept.push(
    answer("ldap://a", "old@a.test", "2026-05-15T23:59:59Z"),
    answer("ldap://a", "older@a.test", "2025-01-01T00:00:00Z"),
    answer("ldap://a", "new@a.test", "2026-05-16T00:00:00Z"),
    answer(`${COPY}ldap://a`, "copied@a.test", "2025-01-01T00:00:00Z"),
    answer("ldap://a", "unreadable@a.test", "yesterday"),
    answer("ldap://b", "fresh@b.test", now.toISOString()),
  );
  await sweepDirectoryAnswers((each) => isOutlived(each, now));
  expect(kept.map(({ address }) => address)).toEqual(["new@a.test", "copied@a.test", "fresh@b.test"]);
  expect(committed).toBe(1);
});
