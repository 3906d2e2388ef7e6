import type { JSX } from "preact";
import type { LockFacts } from "../../protocol/unlock.ts";
import { formatTime } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";

type VaultFacts = LockFacts["vaults"][number];

/** Whether one's keys are locked, until when, and the button for the other. Nothing where no key is protected. A card's PIN is asked for by the message, or in the options. */
export function Locks({ locks, onLock, onUnlock }: { locks: LockFacts; onLock: () => void; onUnlock: (vault: string) => void }): JSX.Element | null {
  const vaults = locks.vaults.filter(({ identities }) => identities.length > 0);
  const { cards } = locks;
  if (vaults.length + cards.length === 0) return null;
  const each = locks.choices.length === 0;
  return (
    <div class="stack" data-test="locks">
      {vaults.map((vault) => (
        <div key={vault.id} class="stack" data-test="vault" data-state={vault.unlocked.length > 0 ? "unlocked" : "locked"}>
          <p>{stateOf(vault)}</p>
          {vault.unlocked.length === 0 && !each && (
            <p class="buttons">
              <button type="button" onClick={() => onUnlock(vault.id)} data-test="locks-unlock">
                {t("unlock_open")}
              </button>
            </p>
          )}
        </div>
      ))}
      {cards.map(({ label, open }) => (
        <p key={label} data-test="locks-card" data-open={open}>
          {t(LABELS[String(open) as keyof typeof LABELS], label)}
        </p>
      ))}
      {(vaults.some(({ unlocked }) => unlocked.length > 0) || cards.some(({ open }) => open)) && (
        <p class="buttons">
          <button type="button" class="primary" onClick={onLock} data-test="lock-now">
            {t("lock_now")}
          </button>
        </p>
      )}
    </div>
  );
}

/** By whether a card is open. */
const LABELS = { true: "locks_card_open", false: "locks_card_locked" } as const;

function stateOf({ identities, unlocked, until }: VaultFacts): string {
  if (unlocked.length === 0) return plural("locks_locked", identities.length);
  return until === null ? plural("locks_unlocked", unlocked.length) : plural("locks_unlocked_until", unlocked.length, formatTime(new Date(until)));
}
