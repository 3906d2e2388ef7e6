import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { Account } from "../policy/scopes.ts";
import type { ListMembers } from "../protocol/directory.ts";
import type { DirectoryService } from "./directory-service.ts";
import type { PolicyService } from "./policy-service.ts";

/** The greatest value of `DLExpansionTimeout`: no limit. */
const NO_LIMIT = 2_147_483_647;

/** How long the members of a list are remembered, in milliseconds: from the moment its name is typed until the message goes. */
const REMEMBERED = 300_000;

/** Finds members of lists for encrypting to them. */
export interface ListService {
  /**
   * Who gets what is sent to a list. Throws `directory.list-forbidden`, `directory.list-timeout`, `directory.list-too-large`, and
   * whatever a directory answers that could not be asked.
   */
  members(address: string, account?: Account): Promise<ListMembers>;
  /** Forgets whose lists were asked for. */
  forget(): void;
}

export function listService(directories: Pick<DirectoryService, "expand">, policy: Pick<PolicyService, "current">, clock: Clock): ListService {
  const known = new Map<string, { members: Promise<ListMembers>; until: number; rule: string }>();
  let before: Promise<unknown> = Promise.resolve();

  /** One list after another: each has the whole of its own time. */
  async function expand(address: string, timeout: number, members: number, account?: Account): Promise<ListMembers> {
    const turn = before.then(() => {
      const deadline = timeout === NO_LIMIT ? Number.POSITIVE_INFINITY : clock().getTime() + timeout;
      return directories.expand(address, { deadline, members }, account);
    });
    before = turn.catch(() => undefined);
    return (await turn) ?? { members: [], unresolved: [] };
  }

  return {
    async members(asked, account) {
      const { DLExpansionTimeout, RecipientLimit, Directories } = (await policy.current(account)).values;
      if (DLExpansionTimeout === 0) throw new SmimeError("directory.list-forbidden");
      const address = asked.toLowerCase();
      const rule = JSON.stringify([DLExpansionTimeout, RecipientLimit, Directories]);
      const now = clock().getTime();
      for (const [key, { until }] of known) if (until <= now) known.delete(key);
      const remembered = known.get(address);
      if (remembered?.rule === rule) return remembered.members;
      const members = expand(address, DLExpansionTimeout, RecipientLimit, account);
      known.set(address, { members, until: now + REMEMBERED, rule });
      // A failure is told once and asked about again.
      members.catch(() => known.get(address)?.members === members && known.delete(address));
      return members;
    },
    forget: () => known.clear(),
  };
}
