import type { Page } from "../driver/driver.ts";

/** What a watched document showed while it loaded, from its first frame on. */
export interface Watched {
  /** Frames that the browser was about to draw with a control's neighbour in them. */
  frames: number;
  /** Those of them in which our control was missing, so that its coming would move the neighbours. */
  without: number;
  /** Widths and heights that each control of ours was drawn with, in CSS pixels; more than one is a control that grew. */
  sizes: Record<string, string[]>;
}

/**
 * Watches every document that the tab loads from now on. An animation frame's callback runs when scripts, parser and
 * observers have done their part and the browser is about to draw, so what stands in the document then is what is seen.
 */
export function watch(page: Page): Promise<void> {
  return page.atEachLoad(() => {
    // Native controls that ours stand beside: the task menu of Elastic and the toolbar of its composer.
    const places = [
      { neighbour: "#taskmenu a.compose", own: "[data-mailseal=compose]" },
      { neighbour: ".toolbar a.save", own: "[data-mailseal=sign]" },
    ];
    const seen = { frames: 0, without: 0, sizes: {} as Record<string, string[]> };
    (globalThis as { mailsealWatch?: object }).mailsealWatch = seen;
    const look = (): void => {
      for (const { neighbour, own } of places) {
        const beside = document.querySelector(neighbour);
        if (!beside || beside.getBoundingClientRect().height === 0) continue;
        seen.frames++;
        const control = document.querySelector(own);
        if (!control) {
          seen.without++;
          continue;
        }
        const { width, height } = control.getBoundingClientRect();
        const size = `${width.toFixed(1)} x ${height.toFixed(1)}`;
        const sizes = (seen.sizes[own] ??= []);
        if (!sizes.includes(size)) sizes.push(size);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** What was seen of the document that the tab shows now, once `settled` milliseconds have passed since it was loaded. */
export function seen(page: Page, settled = 1000): Promise<Watched> {
  return page.evaluate(async (wait) => {
    await new Promise((resolve) => setTimeout(resolve, wait));
    return (globalThis as unknown as { mailsealWatch: Watched }).mailsealWatch;
  }, settled);
}
