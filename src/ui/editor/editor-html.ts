import createPurifier, { type Config } from "dompurify";

/** Declarations that formatting needs; position, size and images are not among them, so nothing can lie over our controls. */
const keptStyles = new Set(["color", "background-color", "font-weight", "font-style", "font-family", "font-size", "text-decoration", "text-decoration-line", "text-align", "direction"]);

const config: Config = {
  ALLOWED_TAGS: ["a", "b", "strong", "i", "em", "u", "s", "strike", "del", "sub", "sup", "br", "p", "div", "span", "blockquote", "ul", "ol", "li", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "font", "center"],
  ALLOWED_ATTR: ["href", "src", "alt", "width", "height", "dir", "style", "colspan", "rowspan", "start", "data-quote", "data-cid"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // A value without a scheme must pass, because every attribute is held against this; what loads is refused below.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|blob):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
};

/**
 * Makes HTML fit for the editor, which lies in our own document: formatting only. Used for what is pasted, quoted and restored.
 * Pictures stay only if they were inserted here (`blob:` of our own origin with a Content-ID).
 */
export function cleanForEditor(html: string): DocumentFragment {
  const purifier = createPurifier(window);
  purifier.addHook("afterSanitizeAttributes", (node) => {
    const element = node as HTMLElement;
    if (element.hasAttribute("style")) {
      for (const name of Array.from(element.style)) {
        if (!keptStyles.has(name) || /\(/.test(element.style.getPropertyValue(name).replace(/\brgba?\(/g, ""))) element.style.removeProperty(name);
      }
      if (element.style.length > 0) element.setAttribute("style", element.style.cssText);
      else element.removeAttribute("style");
    }
    if (element.localName === "img") {
      const own = element.getAttribute("src")?.startsWith(`blob:${location.origin}/`) && element.hasAttribute("data-cid");
      if (!own) element.remove();
    } else {
      element.removeAttribute("src");
    }
    if (element.localName === "a" && !/^(https?:\/\/|mailto:)/i.test(element.getAttribute("href") ?? "")) element.removeAttribute("href");
  });
  return purifier.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true });
}

/** The same as text. */
export function cleanHtml(html: string): string {
  const box = document.createElement("div");
  box.append(cleanForEditor(html));
  return box.innerHTML;
}

/** What is sent of the editor's HTML: pictures by `cid:`, our marks gone. Also tells which pictures are still shown. */
export function htmlToSend(html: string): { html: string; contentIds: Set<string> } {
  return withCids(html, false);
}

/** The same for a draft: what is quoted stays marked. */
export function htmlToKeep(html: string): { html: string; contentIds: Set<string> } {
  return withCids(html, true);
}

/** A kept draft's HTML for the editor; it is cleaned like any other. A picture that is not there any more goes. */
export function htmlToEdit(html: string, pictures: Map<string, string>): string {
  // A document of its own loads nothing while pictures still have the addresses that somebody wrote.
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const image of body.querySelectorAll("img")) {
    const contentId = image.getAttribute("src")?.replace(/^cid:/i, "") ?? "";
    const url = pictures.get(contentId);
    if (url === undefined) {
      image.remove();
      continue;
    }
    image.setAttribute("src", url);
    image.dataset["cid"] = contentId;
  }
  return cleanHtml(body.innerHTML);
}

function withCids(html: string, keepMarks: boolean): { html: string; contentIds: Set<string> } {
  const box = document.createElement("template");
  box.innerHTML = html;
  const contentIds = new Set<string>();
  for (const image of box.content.querySelectorAll("img")) {
    const contentId = image.dataset["cid"];
    if (contentId === undefined) {
      image.remove();
      continue;
    }
    contentIds.add(contentId);
    image.setAttribute("src", `cid:${contentId}`);
    image.removeAttribute("data-cid");
  }
  if (!keepMarks) for (const marked of box.content.querySelectorAll("[data-quote]")) marked.removeAttribute("data-quote");
  const walker = document.createTreeWalker(box.content, NodeFilter.SHOW_TEXT);
  // Browsers write a no-break space for each space typed at the end of a line; one between words is an ordinary one.
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    node.data = node.data.replace(/\u200b/g, "").replace(/(?<![ \u00a0])\u00a0(?![ \u00a0])/g, " ");
  }
  const root = document.createElement("div");
  root.append(box.content);
  return { html: root.innerHTML, contentIds };
}
