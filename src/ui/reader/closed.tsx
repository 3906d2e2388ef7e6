import type { JSX } from "preact";
import type { Code } from "../../base/codes/index.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";
import { codeText, t } from "../shared/i18n.ts";

/** Codes for which a key is what is missing: importing one is the way on. */
const keyWouldHelp: ReadonlySet<Code> = new Set<Code>(["cms.no-recipient-key", "keys.not-found", "keys.not-allowed-here"]);

/** Whether a password would open it: the outermost thing that is closed names one, and either nothing was tried or a password was. */
function passwordWouldHelp({ layers }: MessageStatus, code: Code, asked: boolean): boolean {
  const locked = layers.at(-1)?.recipients?.some(({ password }) => password === true) === true;
  return locked && (code === "cms.no-recipient-key" || (asked && code === "cms.decrypt-failed"));
}

/** Whether the message waits for a key that is locked. */
export const isLocked = ({ problems }: Pick<MessageStatus, "problems">): boolean => problems.includes("keys.locked");

/** Codes of what a key opens that was unlocked, or whose card was inserted, meanwhile. */
const keyIsAway: ReadonlySet<Code> = new Set<Code>(["keys.locked", "cms.no-recipient-key", "keys.not-found", "keys.card-removed", "keys.card-only", "keys.card-silent", "keys.card-pin-locked"]);

/** Whether the message may open as soon as a key is there. */
export const waitsForKeys = ({ problems }: Pick<MessageStatus, "problems">): boolean => problems.some((problem) => keyIsAway.has(problem));

/** In the place of a text that cannot be opened: what it needs, and the next step as a button. */
export function Closed(props: {
  status: MessageStatus;
  /** A person was asked for the message's password before. */
  asked: boolean;
  onSetUp: () => void;
  onAllow: () => void;
  onAgain: () => void;
  onPassword: (pressed: { isTrusted: boolean }) => void;
  onUnlock: (pressed: { isTrusted: boolean }) => void;
}): JSX.Element {
  const { status, onSetUp, onAllow, onAgain, onPassword, onUnlock } = props;
  const budget = status.problems.includes("keys.failure-budget");
  const locked = isLocked(status);
  const code = budget ? "keys.failure-budget" : locked ? "keys.locked" : status.problems.find((problem) => keyWouldHelp.has(problem)) ?? status.problems[0] ?? "cms.decrypt-failed";
  const password = passwordWouldHelp(status, code, props.asked);
  return (
    <div class="closed" data-test="closed" data-code={code}>
      <p>{codeText(code)}</p>
      {password && (
        <>
          <p>{t(props.asked && code === "cms.decrypt-failed" ? "closed_password_again" : "closed_password")}</p>
          <div class="buttons">
            <button type="button" class="primary" onClick={onPassword} data-test="closed-password">
              {t("closed_enter_password")}
            </button>
          </div>
        </>
      )}
      {keyWouldHelp.has(code) && (
        <>
          <p class="dim">{t("closed_ways")}</p>
          <div class="buttons">
            <button type="button" class={password ? undefined : "primary"} onClick={onSetUp} data-test="closed-import">
              {t("closed_import")}
            </button>
          </div>
        </>
      )}
      {locked && !budget && (
        <div class="buttons">
          <button type="button" class="primary" onClick={onUnlock} data-test="closed-unlock">
            {t("closed_unlock")}
          </button>
        </div>
      )}
      {budget && (
        <div class="buttons">
          <button type="button" class="primary" onClick={onAllow} data-test="closed-allow">
            {t("closed_allow")}
          </button>
          <button type="button" onClick={onAgain} data-test="closed-again">
            {t("again")}
          </button>
        </div>
      )}
      <p class="code">
        {t("problem_code")} <bdi>{code}</bdi>
      </p>
    </div>
  );
}
