import { utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { secretPort } from "../keys/secrets.ts";
import type { PasswordRecipient, SecretPort } from "../protocol/secret-port.ts";
import type { DocumentName } from "./authority.ts";
import type { Bindings } from "./bindings.ts";
import type { FailureBudget } from "./failure-budget.ts";
import type { SignedIn } from "./presence.ts";
import { windowQuestions } from "./window-questions.ts";

export interface SecretServiceParts {
  bindings: Bindings;
  budget: FailureBudget;
  /** Whether the browser shows this tab now. */
  isShown: (tab: number) => Promise<boolean>;
  /** Opens the password window for an id; answers its tab. */
  open: (id: string) => Promise<number | null>;
  close?: (window: number) => void;
}

interface Question extends SignedIn {
  tab: number;
  document: string;
}

/** Names one attempt in the failure budget: each counts by itself, until the message opens. */
export const attemptName = ({ tab, document }: DocumentName, attempt: number): string => `${tab} ${document} password ${attempt}`;

/**
 * Opens a reader's message with a password that a person types in a window of ours (docs/decisions/0011). The frame gets the
 * content key and never the password, which is used once and kept nowhere.
 */
export function secretService({ bindings, budget, isShown, open, close }: SecretServiceParts) {
  const windows = windowQuestions<Question, string | null>(open, null, close);
  const withdraw = ({ tab, document }: DocumentName): void => windows.withdraw((asked) => asked.tab === tab && asked.document === document);

  async function unwrap(frame: DocumentName, recipients: readonly PasswordRecipient[], visible: boolean): ReturnType<SecretPort["unwrap"]> {
    const { purpose } = await bindings.of(frame);
    if (purpose.kind !== "reader" || recipients.length === 0) throw new SmimeError("protocol.forbidden");
    if (!visible || !(await isShown(frame.tab))) throw new SmimeError("keys.not-allowed-here");
    withdraw(frame);
    const attempt = await bindings.change(frame, (binding) => (binding.attempts += 1));
    // Ahead, so that several windows at once try no more than the budget has left; nothing was tried before there is a password.
    await budget.charge(purpose.origin, attemptName(frame, attempt));
    let password: string | null = null;
    try {
      password = await windows.ask({ origin: purpose.origin, account: purpose.account, tab: frame.tab, document: frame.document });
    } finally {
      if (password === null) await budget.refund(purpose.origin, attemptName(frame, attempt));
    }
    if (password === null) return null;
    return secretPort({ keys: [], passwords: [utf8(password)] }).unwrap(recipients);
  }

  return {
    unwrap,
    cancel: withdraw,
    /** Takes back what is asked for somebody of whom `which` says so, and closes its window. */
    withdraw: windows.withdraw as (which: (by: SignedIn) => boolean) => void,
    details: (id: string): { origin: string } | null => {
      const question = windows.details(id);
      return question && { origin: question.origin };
    },
    answer: windows.answer,
    /** Called for the tab of the window as well as for the one of the message. */
    tabClosed: (tab: number): void => {
      windows.tabClosed(tab);
      windows.withdraw((asked) => asked.tab === tab);
    },
  };
}
