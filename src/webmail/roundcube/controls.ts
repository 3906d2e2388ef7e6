import type { ComposeMode, Controls } from "../../protocol/webmail.ts";

/** A click on something of ours or, where it is redirected, of Roundcube's. */
export type Wanted = { type: "compose"; mode: ComposeMode } | { type: "link"; href: string } | { type: "native" } | { type: "setup" };

const MARK = "data-mailseal";

/** Outlines of a lock and a seal in the current colour; Roundcube's own icons are a font that has neither. */
const LOCK = "M7 10V7a5 5 0 0 1 10 0v3M5 10h14v10H5zM12 14v3";
const SEAL = "M12 3l2.3 2 3-.3.7 3 2.6 1.6-1.2 2.7 1.2 2.7-2.6 1.6-.7 3-3-.3-2.3 2-2.3-2-3 .3-.7-3L3.4 14.7l1.2-2.7-1.2-2.7L6 7.7l.7-3 3 .3zM9 12l2 2 4-4";

/** Native controls whose work our composer takes over when `Controls.redirect` holds. */
const NATIVE: Record<string, ComposeMode> = { compose: "new", reply: "reply", "reply-all": "reply-all", forward: "forward" };

const NATIVE_SELECTOR = "#taskmenu a, #messagetoolbar a, #mailtoolbar a, #toolbar-menu a, #messagepreviewheader a";

/** Places our controls into what is there of the page and has not got them yet; cheap enough for every change of the page. */
export function placeControls(document: Document, controls: Controls, page: "compose" | "other", on: (wanted: Wanted) => void): void {
  if (page === "compose") placeInComposer(document, controls, on);
  for (const native of document.querySelectorAll("#taskmenu a.compose, #messagetoolbar > a.button.compose")) {
    const ready = controls.state === "ready";
    const { label, title } = ready ? controls.labels.secureMessage : controls.labels.setUp;
    const own = sibling(native, "compose") ?? native.parentElement?.insertBefore(makeControl(document, "compose", LOCK, native), native.nextSibling);
    if (own) describe(own as HTMLElement, label, title, () => on(ready ? { type: "compose", mode: "new" } : { type: "setup" }));
  }
}

function placeInComposer(document: Document, controls: Controls, on: (wanted: Wanted) => void): void {
  const toolbar = document.querySelector("#messagetoolbar");
  if (!toolbar) return;
  const model = toolbar.querySelector("a.attach, a.savedraft, a.save");
  for (const [name, icon] of [["encrypt", LOCK], ["sign", SEAL]] as const) {
    const own = toolbar.querySelector<HTMLElement>(`[${MARK}=${name}]`) ?? toolbar.appendChild(makeControl(document, name, icon, model));
    const { label, title } = controls.labels[name];
    describe(own, label, title, () => on(controls.state === "ready" ? { type: "native" } : { type: "setup" }));
  }
}

/** What a click on one of Roundcube's own controls would do and is to be done by us; null leaves it alone. */
export function redirected(target: EventTarget | null, controls: Controls): Wanted | null {
  if (!(target instanceof Element)) return null;
  const control = target.closest("a, button");
  if (!control || control.hasAttribute(MARK)) return null;
  if (controls.forced && control.matches("button.send, a.send, a.button.send")) return { type: "native" };
  if (!controls.redirect || controls.state !== "ready") return null;
  if (control.matches('a[href^="mailto:" i], a.rcmContactAddress')) return { type: "link", href: control.getAttribute("href") ?? "" };
  if (!control.matches(NATIVE_SELECTOR)) return null;
  const name = Object.keys(NATIVE).find((each) => control.classList.contains(each) || (each === "reply-all" && control.classList.contains("replyall")));
  return name ? { type: "compose", mode: NATIVE[name] as ComposeMode } : null;
}

function sibling(native: Element, name: string): Element | null {
  return native.parentElement?.querySelector(`:scope > [${MARK}=${name}]`) ?? null;
}

/** Handlers by control, so that a change of state replaces what a click does and adds no second listener. */
const actions = new WeakMap<Element, () => void>();

function makeControl(document: Document, name: string, icon: string, model: Element | null): HTMLElement {
  const control = document.createElement("a");
  control.setAttribute(MARK, name);
  control.setAttribute("role", "button");
  control.href = "#";
  if (model?.hasAttribute("tabindex")) control.tabIndex = (model as HTMLElement).tabIndex;
  control.className = model?.classList.contains("button") ? "button" : "";
  control.style.position = "relative";
  control.append(picture(document, icon, control.className === "button"), document.createElement("span"));
  const word = control.lastElementChild as HTMLElement;
  word.className = "inner";
  // Elastic cuts words that are wider than its narrow menu; ours has two, and a second line for them.
  if (name === "compose" && control.className !== "button") {
    control.style.height = "auto";
    word.style.cssText = "white-space:normal;line-height:1.15;overflow:visible;padding-bottom:.3rem";
  }
  const act = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    // A script of the page can call click(): only a person opens anything of ours.
    if (event.isTrusted) actions.get(control)?.();
  };
  control.addEventListener("click", act);
  control.addEventListener("keydown", (event) => {
    if (event.key === " ") act(event);
  });
  return control;
}

function describe(control: HTMLElement, label: string, title: string, action: () => void): void {
  const text = control.querySelector(".inner");
  if (text && text.textContent !== label) text.textContent = label;
  if (control.title !== title) control.title = title;
  actions.set(control, action);
}

function picture(document: Document, path: string, larry: boolean): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "1.8" })) {
    svg.setAttribute(name, value);
  }
  // Both skins leave a place for the icon above the word: Elastic by an empty box before it, Larry by padding.
  const top = larry ? "6px" : ".65rem";
  svg.setAttribute("style", `position:absolute;top:${top};left:calc(50% - .7em);width:1.4em;height:1.4em;font-size:1rem`);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
