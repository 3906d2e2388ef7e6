import type { Confirmation } from "../protocol/shapes.ts";
import type { SignedIn } from "./presence.ts";
import { windowQuestions } from "./window-questions.ts";

interface Question {
  details: Confirmation;
  /** Whose message it is. */
  by: SignedIn;
}

/** Asks a person whether a message that the page could have arranged shall be sent; what is shown is text of the message. */
export function confirmService(open: (id: string) => Promise<number | null>, close?: (window: number) => void) {
  const windows = windowQuestions<Question, boolean>(open, false, close);
  return {
    ask: (details: Confirmation, by: SignedIn): Promise<boolean> => windows.ask({ details, by }),
    details: (id: string): Confirmation | null => windows.details(id)?.details ?? null,
    answer: windows.answer,
    tabClosed: windows.tabClosed,
    /** Takes back what is asked for somebody of whom `which` says so, and closes its window. */
    withdraw: (which: (by: SignedIn) => boolean): void => windows.withdraw(({ by }) => which(by)),
  };
}
