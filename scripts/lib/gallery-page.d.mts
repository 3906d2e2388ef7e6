import type { Page } from "puppeteer-core";

export function openGallery(): Promise<{
  page: Page;
  /** `<page>/<state>`, in the order of the gallery. */
  states: string[];
  /** Shows a state, with everything pressed and typed that leads to it. */
  show: (state: string, query?: string) => Promise<void>;
  close: () => Promise<void>;
}>;
