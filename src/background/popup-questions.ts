import type { CurrentVerdict } from "../protocol/page-requests.ts";
import type { NamedMessage } from "../protocol/shapes.ts";
import type { DocumentName } from "./authority.ts";
import { unguessable } from "./tickets.ts";

/** How long a reader may take to answer, in milliseconds; the popup shows its sentence alone then. */
const PATIENCE = 700;

export interface ShownVerdictOf {
  verdict: CurrentVerdict;
  reader: DocumentName;
}

/**
 * Has the reader that the toolbar speaks of name its message to the popup (architecture §6). Subject and date of a decrypted
 * message must not come into `storage.session`, a title or the badge, so nothing of them is kept: the popup's request waits
 * here in memory, the reader is asked, and its answer counts only if the browser names it as the very document that was asked.
 * @param askReader asks one frame; who gets the question and is not that document can do nothing with it
 */
export function popupQuestions(askReader: (reader: DocumentName, question: string) => void) {
  const waiting = new Map<string, { reader: DocumentName; answer: (message: NamedMessage | null) => void }>();

  async function named(reader: DocumentName): Promise<NamedMessage | null> {
    const question = unguessable();
    const answered = new Promise<NamedMessage | null>((answer) => waiting.set(question, { reader, answer }));
    const timer = setTimeout(() => waiting.get(question)?.answer(null), PATIENCE);
    try {
      askReader(reader, question);
      return await answered;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      waiting.delete(question);
    }
  }

  return {
    /** The verdict with the message that it is about. Another reader may have taken its place meanwhile: then it counts alone. */
    ask: async (current: () => Promise<ShownVerdictOf | null>): Promise<{ verdict: CurrentVerdict; message: NamedMessage | null } | null> => {
      const before = await current();
      if (!before) return null;
      const message = await named(before.reader);
      const after = await current();
      if (!after) return null;
      return { verdict: after.verdict, message: after.reader.document === before.reader.document ? message : null };
    },
    /** Takes an answer of the document that was asked, and ignores every other. */
    answer: (question: string, by: DocumentName, message: NamedMessage | null): void => {
      const asked = waiting.get(question);
      if (asked && asked.reader.tab === by.tab && asked.reader.document === by.document) asked.answer(message);
    },
  };
}

export type PopupQuestions = ReturnType<typeof popupQuestions>;
