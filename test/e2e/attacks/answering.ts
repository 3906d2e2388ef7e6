import type { Frame } from "../driver/driver.ts";
import { poll } from "../driver/wait.ts";
import { composerOf } from "../people/write.ts";
import type { Desk } from "./desk.ts";

export type Answering = "reply" | "reply-all" | "forward";

/** A composer that has taken over, or refused, the message it answers. */
export interface Answered {
  /** Text of the editor as it is laid out, and all text in it, hidden or not. */
  shown: string;
  all: string;
  /** HTML of the editor. */
  html: string;
  /** It asks before it quotes. */
  asks: boolean;
  to: string[];
  files: string[];
  /** Source of the composer's document with what its fields hold. */
  source: string;
}

/** Presses a button of the reader and has a look at its composer; then it is left, whatever was seen. */
export async function answer(desk: Desk, reader: Frame, how: Answering, look: (seen: Answered) => void | Promise<void>): Promise<void> {
  try {
    await reader.click(`[data-test="${how}"]`);
    await look(await readComposer(desk));
  } finally {
    await desk.list();
  }
}

/** Waits until the composer has the original, or asks about it, or says why it has not. */
async function readComposer(desk: Desk): Promise<Answered> {
  const composer = await composerOf(desk);
  await composer.waitFor('[data-test="send"]:enabled');
  return poll(async () => {
    const seen = await composer.evaluate(() => {
      const editor = document.querySelector<HTMLElement>('[data-test="editor"]');
      const fields = Array.from(document.querySelectorAll("input"), ({ value }) => value);
      return {
        done: document.querySelector('[data-quote], [data-test="quote-notice"], [data-test="original-notice"]') !== null,
        shown: editor?.innerText ?? "",
        all: editor?.textContent ?? "",
        html: editor?.innerHTML ?? "",
        asks: document.querySelector('[data-test="quote-notice"]') !== null,
        to: Array.from(document.querySelectorAll<HTMLElement>('[data-test="chip"]'), (chip) => chip.dataset["address"] ?? ""),
        files: Array.from(document.querySelectorAll<HTMLElement>('[data-test="file"] .file-name'), (name) => name.innerText),
        source: [document.documentElement.outerHTML, ...fields].join("\n"),
      };
    });
    return seen.done && seen;
  }, "the original in the composer", 20_000);
}
