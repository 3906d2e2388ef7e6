import { beforeEach, describe, expect, it } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import { type counted, storeHealth, type StoreMark } from "../../../src/background/store-health.ts";

const none = { identities: 0, people: 0, anchors: 0, "trust-decisions": 0, webmails: 0 };

describe("what is remembered beside the database (issue 5: never silently emptied)", () => {
  let counts: Record<(typeof counted)[number], number>;
  let id: unknown;
  let mark: unknown;
  let fails: SmimeError | null;
  let unreadable: { store: string; count: number }[];
  const start = () =>
    storeHealth({
      mark: { read: () => Promise.resolve(mark), write: (made) => ((mark = structuredClone(made)), Promise.resolve()) },
      database: {
        id: () => (fails ? Promise.reject(fails) : Promise.resolve(id)),
        setId: (made) => ((id = made), Promise.resolve()),
        count: (store) => (fails ? Promise.reject(fails) : Promise.resolve(counts[store])),
      },
      unreadable: () => unreadable,
      newId: () => `id ${Math.random()}`,
      clock: () => new Date("2026-05-03T08:31:00Z"),
    });
  const wipe = (): void => {
    counts = { ...none };
    id = undefined;
  };

  beforeEach(() => {
    counts = { ...none, identities: 2, people: 14 };
    id = mark = undefined;
    fails = null;
    unreadable = [];
  });

  it("begins with a first run, and with the first of this version, without a word", async () => {
    expect(await start().state()).toBeNull();
    expect(mark).toMatchObject({ at: "2026-05-03T08:31:00.000Z", counts: { identities: 2, people: 14 } });
    expect((mark as StoreMark).id).toBe(id);
    expect(await start().state()).toBeNull();
  });

  it("holds no name and no secret, but counts and a random id", async () => {
    await start().state();
    expect(Object.keys(mark as object).sort()).toEqual(["at", "counts", "id", "known"]);
    expect(Object.values((mark as StoreMark).counts).every((each) => typeof each === "number")).toBe(true);
  });

  it("tells a database that the browser emptied, with what there was and when, as often as it is asked", async () => {
    await start().state();
    wipe();
    const told = { code: "store.lost", at: "2026-05-03T08:31:00.000Z", lost: [{ store: "identities", before: 2, now: 0 }, { store: "people", before: 14, now: 0 }] };
    expect(await start().state()).toMatchObject(told);
    const later = start();
    counts.people = 1;
    await later.changed("people");
    expect(await later.state()).toMatchObject({ code: "store.lost", lost: [{ before: 2, now: 0 }, { before: 14, now: 1 }] });
  });

  it("tells that a part is gone, too", async () => {
    await start().state();
    counts.identities = 1;
    expect(await start().state()).toMatchObject({ code: "store.lost", lost: [{ store: "identities", before: 2, now: 1 }] });
  });

  it("says nothing of what was removed on purpose, even if the browser dies in between", async () => {
    const health = start();
    await health.state();
    await health.removing("identities");
    expect(await start().state()).toBeNull();
    counts.identities = 1;
    expect(await start().state()).toBeNull();
    await health.changed("identities", 1);
    expect((mark as StoreMark).counts.identities).toBe(1);
  });

  it("says nothing where many were removed on purpose at once", async () => {
    const health = start();
    await health.state();
    await health.removing("identities", 2);
    counts.identities = 0;
    expect(await start().state()).toBeNull();
    await health.changed("identities", 2);
    expect((mark as StoreMark).counts.identities).toBe(0);
  });

  it("says nothing where two are removed at the same time, whichever is done first, nor where something comes in between", async () => {
    const health = start();
    await health.state();
    await Promise.all([health.removing("people"), health.removing("people")]);
    counts.people = 13;
    await health.changed("people", 1);
    // The browser has the second one removed before it says so.
    counts.people = 12;
    expect(await health.state()).toBeNull();
    await health.changed("people", 1);
    expect((mark as StoreMark).counts.people).toBe(12);
    await health.removing("people");
    counts.people = 13;
    await health.changed("people");
    counts.people = 12;
    await health.changed("people", 1);
    expect([await health.state(), (mark as StoreMark).counts.people]).toEqual([null, 12]);
    // One that could not be removed counts again.
    await health.removing("people");
    await health.changed("people", 1);
    expect((mark as StoreMark).counts.people).toBe(12);
    counts.people = 11;
    expect(await health.state()).toMatchObject({ code: "store.lost" });
  });

  it("counts what was added", async () => {
    const health = start();
    await health.state();
    counts.identities = 3;
    await health.changed("identities");
    counts.identities = 2;
    expect(await start().state()).toMatchObject({ code: "store.lost" });
  });

  it("is quiet once the person goes on with what is there", async () => {
    await start().state();
    wipe();
    await start().acknowledge(0);
    expect(await start().state()).toBeNull();
    expect((mark as StoreMark).id).toBe(id);
  });

  it("tells why the database does not open, and what was in it when it last did", async () => {
    await start().state();
    fails = new SmimeError("store.newer");
    expect(await start().state()).toEqual({ code: "store.newer", at: "2026-05-03T08:31:00.000Z", lost: [{ store: "identities", before: 2, now: null }, { store: "people", before: 14, now: null }], unreadable: [] });
    fails = null;
    expect(await start().state()).toBeNull();
  });

  it("tells records that cannot be read, until the person lives with so many", async () => {
    unreadable = [{ store: "people", count: 2 }];
    expect(await start().state()).toMatchObject({ code: "store.unreadable", unreadable });
    await start().acknowledge(2);
    expect(await start().state()).toBeNull();
    unreadable = [{ store: "people", count: 3 }];
    expect(await start().state()).toMatchObject({ code: "store.unreadable" });
  });

  it("begins anew where the mark itself cannot be read", async () => {
    mark = { id: 5 };
    expect(await start().state()).toBeNull();
    expect((mark as StoreMark).counts.identities).toBe(2);
  });
});
