import type { Frame } from "../driver/driver.ts";

/** What a composer showed of its work, in order, each state once. */
export interface ProgressSeen {
  /** Name, value and share in words of the bar beside a file that is being read. */
  files: { name: string; value: number; max: number; share: string }[];
  /** Value of the bar beside Send, null while it has none (it only moves), and the sentence beside it. */
  sending: { value: number | null; max: number; says: string }[];
}

type Watched = typeof globalThis & { progressSeen?: ProgressSeen };

/** Begins to write down every state of the bars as it is drawn, however short it stays: nothing has to be caught in time. */
export async function watchProgress(composer: Frame): Promise<void> {
  await composer.evaluate(() => {
    const seen: ProgressSeen = { files: [], sending: [] };
    (globalThis as Watched).progressSeen = seen;
    const add = <T>(list: T[], state: T): void => {
      if (JSON.stringify(list.at(-1)) !== JSON.stringify(state)) list.push(state);
    };
    const look = (): void => {
      for (const file of document.querySelectorAll('[data-test="file"]')) {
        const bar = file.querySelector("progress");
        if (bar) add(seen.files, { name: file.querySelector(".file-name")?.textContent ?? "", value: bar.value, max: bar.max, share: bar.nextElementSibling?.textContent ?? "" });
      }
      const bar = document.querySelector<HTMLProgressElement>('progress[data-test="send-progress"]');
      if (bar) add(seen.sending, { value: bar.position < 0 ? null : bar.value, max: bar.max, says: document.querySelector('[data-test="sentence"]')?.textContent ?? "" });
    };
    new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

/** What was shown since `watchProgress`. */
export async function progressSeen(composer: Frame): Promise<ProgressSeen> {
  const seen = await composer.evaluate(() => (globalThis as Watched).progressSeen ?? null);
  if (!seen) throw new Error("the composer's progress was not watched");
  return seen;
}
