import { helpTopics, type HelpTopic } from "../../protocol/help-topics.ts";

/** The texts of one page; every line of `steps` and `admins` is one step. */
export interface HelpPage {
  topic: HelpTopic;
  title: string;
  what: string;
  steps: string[];
  admins: string[];
}

/** Every page in the person's language. @param text finds the text of a message key */
export function helpPages(text: (key: string) => string): HelpPage[] {
  const lines = (key: string): string[] => text(key).split("\n").filter((line) => line !== "");
  return helpTopics.map((topic) => ({
    topic,
    title: text(`help_${topic}_title`),
    what: text(`help_${topic}_what`),
    steps: lines(`help_${topic}_do`),
    admins: lines(`help_${topic}_admin`),
  }));
}

/** Accents and case do not matter to who searches. */
const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The pages that have all the words, those with the words in their title first; without words all of them. */
export function searchHelp(pages: readonly HelpPage[], words: string): HelpPage[] {
  const wanted = plain(words).split(/\s+/).filter((word) => word !== "");
  const has = (text: string): boolean => wanted.every((word) => plain(text).includes(word));
  const inTitle = pages.filter(({ title }) => has(title));
  return [...inTitle, ...pages.filter((page) => !inTitle.includes(page) && has([page.title, page.what, ...page.steps, ...page.admins].join("\n")))];
}
