import type { JSX } from "preact";
import { render } from "preact";
import { askAsFrame } from "../frame/background.ts";
import { bindWindow } from "../frame/bind-window.ts";
import { meetContent } from "../frame/meet-content.ts";
import { watchOwnWindow } from "../frame/own-window.ts";
import type { Visibility } from "../frame/visibility.ts";
import { type WindowContent, windowContent } from "../frame/window-content.ts";
import { localiseDocument, t } from "../shared/i18n.ts";
import { applyTheme } from "../shared/theme.ts";
import type { ComposerContext } from "./context.ts";

/** Whether this document is a composer in a window of its own, by its address, which no page can choose. */
export const isOwnWindow = (): boolean => location.pathname === "/compose-window.html";

/** How long a size has to last until it is kept, in milliseconds. */
const SETTLED = 500;

export interface BoundWindow {
  binding: ComposerContext["binding"];
  content: WindowContent;
  visibility: Visibility;
}

/** Binds this window to the webmail that it was opened from; one that cannot be bound says so, and null is answered. @param onAway as for `windowContent` */
export async function bindOwnWindow(root: Element, onAway: (away: boolean) => void): Promise<BoundWindow | null> {
  applyTheme();
  localiseDocument("composer_title");
  // A file that is dropped beside the fields would be opened in place of the message.
  for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault());
  const binding = await bindWindow(askAsFrame);
  if (!binding) {
    render(<WindowOver close={() => window.close()} />, root);
    return null;
  }
  keepSize();
  const content = windowContent(binding.window.meeting, {
    ask: askAsFrame,
    meet: meetContent,
    onAway,
    close: () => window.close(),
    showWebmail: async () => void (await askAsFrame("window.webmail", null)),
  });
  window.addEventListener("focus", () => content.lookNow());
  return { binding, content, visibility: watchOwnWindow(window) };
}

function keepSize(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void askAsFrame("window.size", { width: window.outerWidth, height: window.outerHeight }).catch(() => undefined), SETTLED);
  });
}

/**
 * Asks before a window is closed from outside while the last seconds of it are not kept yet, which are kept while it asks, or while
 * it sends: who has not got the message then does not get it.
 */
export function askBeforeLoss({ hasUnkept, keepAtOnce, isSending }: { hasUnkept: () => boolean; keepAtOnce: () => unknown; isSending: () => boolean }): void {
  window.addEventListener("beforeunload", (event) => {
    const unkept = hasUnkept();
    if (unkept) keepAtOnce();
    if (!unkept && !isSending()) return;
    event.preventDefault();
  });
}

/** A window without its ticket: it was reloaded, or the browser restored it. */
export function WindowOver({ close }: { close: () => void }): JSX.Element {
  return (
    <main class="composer window-over" aria-label={t("composer_title")} data-test="window-over">
      <h1>{t("window_over_title")}</h1>
      <p>{t("window_over_text")}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={close} data-test="close">
          {t("close")}
        </button>
      </div>
    </main>
  );
}
