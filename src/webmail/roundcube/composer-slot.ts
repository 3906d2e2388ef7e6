import type { Slot } from "../../protocol/webmail.ts";

/** Below this width, in CSS pixels, the place beside the lists is too narrow to write in, and the composer covers the page. */
const NARROWEST = 480;

/** Where one reads or writes in Roundcube's page: the composer lies over it. */
export function composerSlot(document: Document): Slot | null {
  const element = document.querySelector("#layout-content, #mailview-right, #mainscreencontent, #mainscreen") ?? document.body;
  return element ? { kind: "composer", element } : null;
}

/** Lays `frame` over the slot without moving anything of the page, and keeps it there. */
export function mountComposer(slot: Slot, frame: HTMLElement): () => void {
  const document = slot.element.ownerDocument;
  const view = document.defaultView;
  const fit = (): void => {
    const place = slot.element.getBoundingClientRect();
    const whole = place.width < NARROWEST || place.height < SMALLEST_HEIGHT;
    const { left, top, width, height } = whole
      ? { left: 0, top: 0, width: view?.innerWidth ?? 0, height: view?.innerHeight ?? 0 }
      : place;
    Object.assign(frame.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  };
  Object.assign(frame.style, { display: "block", position: "fixed", zIndex: "2147483000", background: "Canvas" });
  document.body.append(frame);
  fit();
  const observer = new ResizeObserver(fit);
  for (const element of [slot.element, document.documentElement]) observer.observe(element);
  view?.addEventListener("resize", fit);
  return () => {
    observer.disconnect();
    view?.removeEventListener("resize", fit);
    frame.remove();
  };
}

const SMALLEST_HEIGHT = 320;
