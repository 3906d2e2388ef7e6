import createPurifier, { type Config } from "dompurify";
import { cleanDeclarations, cleanSheet } from "./sanitise-style.ts";

/** What may be shown of a mail's HTML. */
export interface SanitiseOptions {
  /** `data:` addresses by Content-ID. */
  pictures: ReadonlyMap<string, string>;
  /** True only if a person asked for remote pictures and the message may load them. */
  remotePictures: boolean;
}

export interface SanitisedHtml {
  /** Style rules and the body's inside. */
  html: string;
  /** Attributes of the body element that colour it. */
  bodyStyle: string;
  /** True if pictures from the internet were left out. */
  remoteLeftOut: boolean;
  /** True if the mail sets colours itself, and so must be drawn on the light ground it was written for. */
  coloured: boolean;
}

const config: Config = {
  USE_PROFILES: { html: true },
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: true,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  // DOMPurify holds every attribute against this, so a value without a scheme must pass; where an address may lead is decided below.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|cid|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
  FORBID_TAGS: ["form", "input", "button", "select", "option", "optgroup", "datalist", "textarea", "fieldset", "dialog", "audio", "video", "track", "source", "picture", "map", "area", "slot", "template", "link", "meta", "base", "title"],
  FORBID_ATTR: ["srcset", "sizes", "action", "formaction", "ping", "poster", "background", "target", "usemap", "longdesc", "cite", "lowsrc", "dynsrc", "autofocus", "tabindex", "accesskey", "contenteditable", "popover"],
};

/**
 * Makes a mail's HTML harmless: no script, form or frame, nothing that loads by itself, links only to http, https and mailto
 * and only into a new window. It is the first of two walls; the second is the document it is put into (see `srcdoc.ts`).
 */
export function sanitiseMail(html: string, options: SanitiseOptions): SanitisedHtml {
  const purifier = createPurifier(window);
  let remoteLeftOut = false;
  purifier.addHook("uponSanitizeElement", (node, event) => {
    if (event.tagName !== "style") return;
    const sheet = cleanSheet(node.textContent ?? "");
    remoteLeftOut ||= sheet.removed;
    node.textContent = sheet.text;
  });
  purifier.addHook("uponSanitizeAttribute", (_node, event) => {
    if (event.attrName === "background" || event.attrName === "srcset") remoteLeftOut ||= /^\s*(https?:)?\/\//i.test(event.attrValue);
  });
  purifier.addHook("afterSanitizeAttributes", (node) => {
    if (node instanceof HTMLElement || "style" in node) remoteLeftOut = cleanStyleOf(node as HTMLElement) || remoteLeftOut;
    if (node.localName === "img") remoteLeftOut = cleanPicture(node, options) || remoteLeftOut;
    else if (node.localName === "a") cleanLink(node);
    else for (const name of ["src", "href", "data", "xlink:href"]) node.removeAttribute(name);
  });
  const root = purifier.sanitize(html, config) as unknown as HTMLElement;
  const body = root.querySelector("body");
  const styles = Array.from(root.querySelectorAll("head style"), (style) => style.outerHTML).join("");
  return {
    html: styles + (body?.innerHTML ?? ""),
    bodyStyle: body ? bodyStyle(body) : "",
    remoteLeftOut,
    coloured: isColoured(root),
  };
}

function cleanStyleOf(node: HTMLElement): boolean {
  if (!node.hasAttribute("style")) return false;
  const removed = cleanDeclarations(node.style);
  // Written back from the parsed form, so that what stands there is what was looked at.
  if (node.style.length > 0) node.setAttribute("style", node.style.cssText);
  else node.removeAttribute("style");
  return removed;
}

/** Tells whether a remote picture was left out. */
function cleanPicture(image: Element, { pictures, remotePictures }: SanitiseOptions): boolean {
  const source = image.getAttribute("src")?.trim() ?? "";
  if (/^cid:/i.test(source)) {
    const inline = pictures.get(decode(source.slice(4)));
    if (inline) image.setAttribute("src", inline);
    else image.removeAttribute("src");
    return false;
  }
  if (/^data:image\/(png|jpeg|gif|webp|bmp|avif)[;,]/i.test(source)) return false;
  const remote = /^https?:\/\//i.test(source);
  if (remote && remotePictures) {
    image.setAttribute("referrerpolicy", "no-referrer");
    return false;
  }
  image.removeAttribute("src");
  return remote;
}

function cleanLink(link: Element): void {
  const address = link.getAttribute("href")?.trim() ?? "";
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return link.removeAttribute("href");
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer");
}

function decode(contentId: string): string {
  try {
    return decodeURIComponent(contentId);
  } catch {
    return contentId;
  }
}

function bodyStyle(body: HTMLElement): string {
  const colour = (value: string | null): string => (value && /^#?[a-z0-9]{1,20}$/i.test(value) ? value : "");
  const ground = colour(body.getAttribute("bgcolor"));
  const text = colour(body.getAttribute("text"));
  return [ground && `background-color:${ground}`, text && `color:${text}`, body.getAttribute("style")].filter(Boolean).join(";");
}

function isColoured(root: Element): boolean {
  return (
    root.querySelector("style, [bgcolor], font[color], body[text]") !== null ||
    Array.from(root.querySelectorAll("[style]")).some((node) => /color|background/i.test(node.getAttribute("style") ?? ""))
  );
}
