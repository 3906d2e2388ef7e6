import type { Purge } from "./after-logout.ts";
import type { PolicyService } from "./policy-service.ts";

export interface KeptAnswersParts {
  policy: Pick<PolicyService, "current">;
  /** Empties the store of what others told. */
  remove: () => Promise<void>;
  /** Forgets what was read of the store. */
  forget: () => void;
  /** Forgets what was never in it: the members of lists. */
  forgetLists: () => void;
}

/**
 * What others told and what is known of them: public, kept across sessions so that the next message opens at once, and gone with
 * the session where the organisation wants so (`PurgeAnswersAtLogout`).
 */
export function keptAnswers({ policy, remove, forget, forgetLists }: KeptAnswersParts): Purge {
  async function purge(address: string): Promise<void> {
    if (!(await policy.current({ address })).values.PurgeAnswersAtLogout) return;
    await remove();
    forget();
  }
  return {
    ended: async ({ account }) => {
      forgetLists();
      await purge(account);
    },
    // Nobody is signed in yet: the settings of the organisation's own accounts.
    started: () => purge(""),
  };
}
