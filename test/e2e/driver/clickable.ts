import { poll } from "./wait.ts";

/**
 * Runs in the document: scrolls the element into view and answers its box, or why it cannot be clicked now.
 * It looks only at its own document: what a page lays over a frame of ours does not keep a test from clicking there.
 */
export function clickableBox(selector: string): string {
  const element = document.querySelector(selector);
  if (!element) return "absent";
  const style = getComputedStyle(element);
  let box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0 || style.visibility !== "visible") return "not drawn";
  if ((element as HTMLButtonElement).disabled) return "disabled";
  if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) {
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    box = element.getBoundingClientRect();
  }
  const hitAt = (): Element | null => document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  let hit = hitAt();
  if (hit && !element.contains(hit)) {
    // It may lie outside what its scrolling box shows.
    element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    box = element.getBoundingClientRect();
    hit = hitAt();
  }
  if (hit && !element.contains(hit)) return `under ${hit.tagName} ${hit.className.toString()}`;
  return `box ${box.left} ${box.top} ${box.width} ${box.height}`;
}

/** Waits until an element is drawn, enabled, uncovered and lies still: a click goes to where something was. */
export async function waitClickable(look: () => Promise<string>, what: string, timeout: number): Promise<void> {
  let before = "";
  await poll(async () => {
    const now = await look();
    const still = now === before;
    before = now;
    if (!now.startsWith("box")) throw new Error(now);
    return still;
  }, what, timeout);
}
