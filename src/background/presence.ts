import type { SessionTable } from "./session-table.ts";

/** Somebody who is signed in to a webmail: the account's address, or "" where the page tells none. */
export interface SignedIn {
  origin: string;
  account: string;
}

const isSame = (a: SignedIn, b: SignedIn): boolean => a.origin === b.origin && a.account === b.account;

/**
 * Whose mail each tab shows, as its pages say. A page can lie about it and have somebody's keys locked and frames emptied,
 * in its own origin alone; it can keep nothing open by it that the browser reports as closed.
 */
export function presence(table: SessionTable<SignedIn>) {
  return {
    /** A page of a tab, or a part of it, says whose it is; answers who was signed in there before and is not any more. */
    shown: (tab: number, now: SignedIn, isPart = false): Promise<SignedIn[]> =>
      table.change((rows) => {
        const before = rows[String(tab)];
        // A webmail within another one's page is not what the tab shows.
        if (isPart && before && before.origin !== now.origin) return [];
        // Parts of a page come before the part that names the account.
        if (before?.origin === now.origin && now.account === "") return [];
        rows[String(tab)] = now;
        if (!before || isSame(before, now)) return [];
        if (before.origin === now.origin) return before.account === "" ? [] : forget(rows, before);
        return isSomewhere(rows, before) ? [] : [before];
      }),
    /** Whether a tab shows mail of this origin, as its pages say. */
    shows: async (tab: number, origin: string): Promise<boolean> => (await table.read())[String(tab)]?.origin === origin,
    /** A tab's session is over; answers whose: the tab's own, or everybody's of the origin where it did not tell. */
    ended: (tab: number, origin: string): Promise<SignedIn[]> =>
      table.change((rows) => {
        const told = rows[String(tab)];
        return told?.origin === origin && told.account !== "" ? forget(rows, told) : forgetAll(rows, origin);
      }),
    /** Everybody's session at an origin is over. */
    endedAt: (origin: string): Promise<SignedIn[]> => table.change((rows) => forgetAll(rows, origin)),
    /** A tab was closed or shows another site; answers who is in no tab any more. */
    left: (tab: number): Promise<SignedIn[]> =>
      table.change((rows) => {
        const before = rows[String(tab)];
        delete rows[String(tab)];
        if (!before || isSomewhere(rows, before)) return [];
        // A window for printing or an attachment names nobody; while the webmail is open elsewhere, its end says nothing.
        return before.account === "" && Object.values(rows).some(({ origin }) => origin === before.origin) ? [] : [before];
      }),
  };
}

export type Presence = ReturnType<typeof presence>;

const isSomewhere = (rows: Record<string, SignedIn>, who: SignedIn): boolean => Object.values(rows).some((each) => isSame(each, who));

/** Forgets an account wherever it is shown: other tabs show a session that is over. With it go those of its origin that named nobody. */
function forget(rows: Record<string, SignedIn>, who: SignedIn): SignedIn[] {
  const nameless = { ...who, account: "" };
  for (const [tab, each] of Object.entries(rows)) if (isSame(each, who) || isSame(each, nameless)) delete rows[tab];
  return [who, nameless];
}

function forgetAll(rows: Record<string, SignedIn>, origin: string): SignedIn[] {
  const accounts = new Set(["", ...Object.values(rows).filter((each) => each.origin === origin).map(({ account }) => account)]);
  for (const [tab, each] of Object.entries(rows)) if (each.origin === origin) delete rows[tab];
  return [...accounts].map((account) => ({ origin, account }));
}
