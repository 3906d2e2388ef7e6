import { SmimeError } from "../base/errors.ts";
import { unguessable } from "./tickets.ts";

/** More than this many at once is somebody's trial. */
const MAX_WAITING = 4;

interface Waiting<Question, Answer> {
  question: Question;
  window: number | null;
  answer: (answer: Answer) => void;
}

export interface WindowQuestions<Question, Answer> {
  /** Resolves with the person's answer; closing the window is `closed`. Throws `protocol.forbidden` if too many wait. */
  ask: (question: Question) => Promise<Answer>;
  details: (id: string) => Question | null;
  answer: (id: string, answer: Answer) => void;
  tabClosed: (tab: number) => void;
  /** Ends every question of this kind as if its window had been closed, and closes the window. */
  withdraw: (which: (question: Question) => boolean) => void;
}

/**
 * Questions that a person answers in a window of ours (architecture §2, "Clicks can be stolen"; §1, rule 6). What is asked and
 * answered is held in memory alone, so a background that is ended meanwhile forgets it, and then nothing happens.
 * @param open opens the window for an id and answers its tab
 * @param close closes the window of a question that nobody wants answered any more: what it shows must not stay there
 */
export function windowQuestions<Question, Answer>(open: (id: string) => Promise<number | null>, closed: Answer, close: (window: number) => void = () => undefined): WindowQuestions<Question, Answer> {
  const waiting = new Map<string, Waiting<Question, Answer>>();

  function end(id: string, answer: Answer): void {
    waiting.get(id)?.answer(answer);
    waiting.delete(id);
  }

  return {
    ask: async (question) => {
      if (waiting.size >= MAX_WAITING) throw new SmimeError("protocol.forbidden");
      const id = unguessable();
      const answered = new Promise<Answer>((answer) => waiting.set(id, { question, window: null, answer }));
      const window = await open(id).catch(() => null);
      const entry = waiting.get(id);
      if (window === null) end(id, closed);
      else if (entry) entry.window = window;
      else close(window);
      return answered;
    },
    details: (id) => waiting.get(id)?.question ?? null,
    answer: end,
    tabClosed: (tab) => {
      for (const [id, { window }] of waiting) if (window === tab) end(id, closed);
    },
    withdraw: (which) => {
      for (const [id, { question, window }] of waiting) {
        if (!which(question)) continue;
        end(id, closed);
        if (window !== null) close(window);
      }
    },
  };
}
