import type { Page } from "puppeteer-core";

export function openGallery(): Promise<{
  origin: string;
  page: Page;
  /** `<page>/<state>`, in the order of the gallery. */
  states: string[];
  /** Selectors to click, by state. */
  presses: Record<string, string[]>;
  close: () => Promise<void>;
}>;
