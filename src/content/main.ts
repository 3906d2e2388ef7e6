import { codeOf } from "../base/errors.ts";
import { composeAbove, serveWindow } from "../protocol/background-messages.ts";
import { webmails } from "../webmail/all.ts";
import { type AdaptedPage, adaptedPage } from "./adapted-page.ts";
import { ask } from "./ask.ts";
import { browser } from "./browser-api.ts";
import { noteConfirmed } from "./confirmed-before.ts";
import { makePage } from "./page.ts";

/** Set once in each document: injecting into open tabs and registering may both run us. */
const marked = globalThis as { mailsealRuns?: true };

async function refresh(page: AdaptedPage): Promise<void> {
  try {
    const state = await ask("page.state", { account: page.now().account() });
    noteConfirmed(window, true);
    page.adapt(state.adapter);
    page.now().update(state);
  } catch (error) {
    // Nothing at all happens in an origin that was not granted, also where the browser's pattern was wider than the grant.
    if (codeOf(error) === "protocol.forbidden") noteConfirmed(window, false);
  }
}

function start(): void {
  if (marked.mailsealRuns || !/^https?:$/.test(location.protocol)) return;
  marked.mailsealRuns = true;
  const page: AdaptedPage = adaptedPage(document, webmails, (adapter) => makePage(document, adapter, () => void refresh(page)));
  void refresh(page);

  // Set-up happens in another window: when the user comes back, or the background says so, things may have changed.
  const again = (): void => {
    if (document.visibilityState === "visible") void refresh(page);
  };
  document.addEventListener("visibilitychange", again);
  window.addEventListener("focus", again);
  browser.runtime.onMessage.addListener((message: unknown): undefined => {
    if ((message as { mailseal?: unknown } | null)?.mailseal === "state-changed") void refresh(page);
    if (window !== window.top) return;
    const { mailseal } = message as { mailseal?: unknown };
    try {
      if (mailseal === "serve-window") page.now().serveWindow(serveWindow(message).question).catch(() => undefined);
      if (mailseal !== "compose-above") return;
      const { message: ref, mode } = composeAbove(message);
      page.now().compose(mode, ref, null).catch(() => undefined);
    } catch {
      return;
    }
  });
}

start();
