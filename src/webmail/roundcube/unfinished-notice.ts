import type { Controls } from "../../protocol/webmail.ts";

const MARK = "data-mailseal";

const STYLE =
  "position:fixed;bottom:16px;left:50%;transform:translateX(-50%);z-index:2147482999;max-width:calc(100vw - 32px);box-sizing:border-box;" +
  "padding:10px 18px;border:2px solid #a15c00;border-radius:6px;background:#fff8e6;color:#3d2600;font:600 14px/1.4 system-ui,sans-serif;" +
  "text-decoration:none;cursor:pointer;box-shadow:0 2px 8px rgba(0,0,0,.3)";

/**
 * Shows or takes away the notice that a message was not sent. It lies over the page, so that nothing moves, and its text is
 * always the same: whom the message was for is told in our own frame alone.
 */
export function placeUnfinishedNotice(document: Document, { unfinished, labels }: Controls, open: () => void): void {
  const before = document.querySelector<HTMLElement>(`[${MARK}=unfinished]`);
  if (!unfinished) return before?.remove();
  if (before || !document.body) return;
  const notice = document.createElement("a");
  notice.setAttribute(MARK, "unfinished");
  notice.setAttribute("role", "button");
  notice.href = "#";
  notice.tabIndex = 0;
  notice.style.cssText = STYLE;
  notice.textContent = labels.unfinished.label;
  notice.title = labels.unfinished.title;
  const act = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    // A script of the page can call click(): only a person opens anything of ours.
    if (event.isTrusted) open();
  };
  notice.addEventListener("click", act);
  notice.addEventListener("keydown", (event) => {
    if (event.key === " ") act(event);
  });
  document.body.append(notice);
}
