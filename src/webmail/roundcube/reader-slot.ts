import type { Slot } from "../../protocol/webmail.ts";

/** Smallest height of the reader, in CSS pixels: a bar, a few lines and the actions. */
const SMALLEST = 320;

/** The native body with its attachments: our reader takes this place, under Roundcube's own header. */
export function readerSlot(document: Document): Slot | null {
  const element = document.querySelector("#message-content, #messagepreview, #messagecontent");
  return element ? { kind: "reader", element } : null;
}

/**
 * Draws `frame` in the place of the native body. Its height is what the pane leaves, never what the content needs:
 * the page must not learn from a height what a message says.
 */
export function mountReader(slot: Slot, frame: HTMLElement): () => void {
  const native = slot.element as HTMLElement;
  const view = native.ownerDocument.defaultView;
  native.before(frame);
  const before = native.style.getPropertyValue("display");
  const priority = native.style.getPropertyPriority("display");
  native.style.setProperty("display", "none", "important");
  // Larry keeps an empty box for its notes over the corner of the page: while it has a size, our frame counts as covered.
  const notes = native.ownerDocument.getElementById("messagestack");
  const padding = notes?.style.padding ?? "";
  notes?.style.setProperty("padding", "0");
  const fit = (): void => {
    const top = frame.getBoundingClientRect().top + scrolled(frame);
    // Larry's pane ends above the window's edge and cuts off what is below.
    const bottom = frame.closest("#mailview-right")?.getBoundingClientRect().bottom ?? view?.innerHeight ?? 0;
    frame.style.height = `${Math.max(SMALLEST, Math.floor(bottom - top - 4))}px`;
  };
  frame.style.display = "block";
  fit();
  const observer = new ResizeObserver(fit);
  // The native header above may be folded and unfolded.
  for (const element of [native.ownerDocument.documentElement, frame.previousElementSibling]) if (element) observer.observe(element);
  view?.addEventListener("resize", fit);
  return () => {
    observer.disconnect();
    view?.removeEventListener("resize", fit);
    frame.remove();
    native.style.setProperty("display", before, priority);
    notes?.style.setProperty("padding", padding);
  };
}

function scrolled(element: HTMLElement): number {
  let sum = 0;
  for (let parent = element.parentElement; parent; parent = parent.parentElement) sum += parent.scrollTop;
  return sum;
}
