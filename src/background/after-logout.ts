import type { SignedIn } from "./presence.ts";

/**
 * One room that keeps something for somebody who is signed in. Everything that must not outlive a session is registered in
 * the one list of `services.ts`; what is not there is kept (docs/decisions/0023-after-logout.md).
 */
export interface Purge {
  /** Forgets what belongs to this account in this webmail; account "" stands for frames and tickets of pages that named none. */
  ended: (who: SignedIn) => Promise<unknown>;
  /**
   * Forgets what belongs to an account that no tab shows any more; absent where that is the end of a session like any other. A
   * composer's window is not closed by it: it outlives the pages that serve it.
   */
  left?: (who: SignedIn) => Promise<unknown>;
  /** Forgets what "Lock now" takes away, for everybody; absent where locking leaves it. */
  locked?: () => Promise<unknown>;
  /** Set where somebody who locks has to be told that this room failed. */
  mustLock?: true;
  /** What a browser that ended without us left on the disk. */
  started?: () => Promise<unknown>;
}

export interface AfterLogout {
  /** These people's sessions are over. One room that fails keeps no other from forgetting. */
  ended(those: readonly SignedIn[]): Promise<void>;
  /** No tab shows these people's mail any more. */
  left(those: readonly SignedIn[]): Promise<void>;
  /** "Lock now": keys and everything that was decrypted, in every webmail; who is signed in stays so. Throws what the first room that must lock failed with, when all have done what they could. */
  locked(): Promise<void>;
  /** The browser was started: its memory was empty, its disk need not have been. */
  started(): Promise<void>;
}

/** Has every room forget what a session leaves behind, all at once. */
export function afterLogout(rooms: readonly Purge[]): AfterLogout {
  const tried = (work: (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> => Promise.allSettled(work.map(async (each) => each()));
  const all = async (work: (() => Promise<unknown>)[]): Promise<void> => void (await tried(work));
  return {
    ended: (those) => all(those.flatMap((who) => rooms.map((room) => () => room.ended(who)))),
    left: (those) => all(those.flatMap((who) => rooms.map((room) => () => (room.left ?? room.ended)(who)))),
    async locked() {
      const results = await tried(rooms.map(({ locked }) => locked ?? (() => Promise.resolve())));
      const failed = results.find((result, index): result is PromiseRejectedResult => result.status === "rejected" && rooms[index]?.mustLock === true);
      if (failed) throw failed.reason;
    },
    started: () => all(rooms.flatMap(({ started }) => (started ? [started] : []))),
  };
}

/** Whether something belongs to somebody whose session is over. */
export const isOf = (who: SignedIn, what: { origin: string; account: string }): boolean => what.origin === who.origin && what.account === who.account;
