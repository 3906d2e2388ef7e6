import type { Frame } from "../driver/driver.ts";
import { poll } from "../driver/wait.ts";

/** One article of the reader: the message, or a protected part of an unprotected one. */
export interface DrawnArticle {
  /** The sentence and its key. */
  sentence: string;
  key: string;
  tone: string;
  /** How the marks are drawn: `filled` says that it is true of this text. */
  seal: string;
  lock: string;
  author: string;
  /** The text as the browser laid it out; null where nothing is open. */
  text: string | null;
  /** Code in the place of a text that stays closed. */
  closed: string | null;
  files: string[];
}

export interface Drawn extends DrawnArticle {
  parts: DrawnArticle[];
  /** The middle of the bar is the bar and nothing else. */
  barIsOnTop: boolean;
  /** Source of the reader's document and of each text's: whatever could be looked for in any way. */
  source: string;
}

/** Waits for the verdict and for the document of every text, and answers what the reader draws. */
export async function readDrawn(reader: Frame): Promise<Drawn> {
  await reader.until(() => {
    const keys = Array.from(document.querySelectorAll<HTMLElement>('[data-test="sentence"]'), (sentence) => sentence.dataset["key"]);
    return keys.length > 0 && !keys.includes("sentence_checking");
  }, { what: "the verdict" });
  const { articles, ...whole } = await reader.evaluate(lookAtReader);
  const documents = await textsOf(reader, articles.filter(({ hasText }) => hasText).length);
  const texts = documents.map(({ text }) => text);
  const drawn = articles.map(({ hasText, ...article }) => ({ ...article, text: hasText ? (texts.shift() ?? null) : null }));
  const [message, ...parts] = drawn;
  if (!message) throw new Error("the reader draws no message");
  return { ...message, parts, barIsOnTop: whole.barIsOnTop, source: [whole.source, ...documents.map(({ source }) => source)].join("\n") };
}

/** Runs in the reader's document. */
function lookAtReader() {
  const articles = Array.from(document.querySelectorAll<HTMLElement>("article"), (article) => {
    // A message's article holds those of its parts: what is in them is theirs.
    const all = <E extends HTMLElement>(selector: string): E[] => Array.from(article.querySelectorAll<E>(selector)).filter((found) => found.closest("article") === article);
    const [sentence] = all('[data-test="sentence"]');
    const mark = (withRectangle: boolean): string => {
      const found = Array.from(sentence?.querySelectorAll("svg.mark") ?? []).find((each) => (each.querySelector("rect") !== null) === withRectangle);
      return /mark-(\w+)/.exec(found?.getAttribute("class") ?? "")?.[1] ?? "none";
    };
    return {
      sentence: sentence?.innerText.trim() ?? "",
      key: sentence?.dataset["key"] ?? "",
      tone: all('[data-test="reader-bar"]')[0]?.dataset["tone"] ?? "",
      seal: mark(false),
      lock: mark(true),
      author: all('[data-test="reader-author"]')[0]?.innerText.trim() ?? "",
      closed: all('[data-test="closed"]')[0]?.dataset["code"] ?? null,
      hasText: all('[data-test="reader-body"] iframe').length > 0,
      files: all('[data-test="attachment"] .file-name').map((name) => name.innerText),
    };
  });
  const bar = document.querySelector<HTMLElement>('[data-test="reader-bar"]');
  const { left, top, width, height } = bar?.getBoundingClientRect() ?? new DOMRect();
  return { articles, barIsOnTop: bar?.contains(document.elementFromPoint(left + width / 2, top + height / 2)) ?? false, source: document.documentElement.outerHTML };
}

/** The texts in the order in which they are drawn, each from its own document, which the reader itself cannot look into. */
function textsOf(reader: Frame, count: number): Promise<{ text: string; source: string }[]> {
  return poll(async () => {
    const frames = await reader.frames();
    if (frames.length !== count) return null;
    const documents = await Promise.all(frames.map((frame) => frame.evaluate(() => ({
      ready: document.URL === "about:srcdoc" && document.readyState === "complete",
      text: document.body.innerText,
      source: document.documentElement.outerHTML,
    }))));
    return documents.every(({ ready }) => ready) && documents;
  }, `${count} texts`, 10_000);
}
