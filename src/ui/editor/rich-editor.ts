import Squire from "squire-rte";
import { textOf } from "../mail-html/html-text.ts";
import { cleanForEditor } from "./editor-html.ts";

/** Formats that the toolbar shows as on or off. */
export interface ActiveFormats {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  list: boolean;
  numbers: boolean;
  quote: boolean;
  link: boolean;
}

export type Format = keyof ActiveFormats;

/** The kept editor (squire-rte) behind the few things that the composer does with it. */
export interface RichEditor {
  html: () => string;
  text: () => string;
  setHtml: (html: string) => void;
  focus: (where: "start" | "end") => void;
  toggle: (format: Exclude<Format, "link">) => void;
  /** Makes the selection a link, or takes the link away with an empty address. */
  setLink: (address: string) => void;
  insertPicture: (url: string, contentId: string, name: string) => void;
  removeQuotes: () => void;
  hasQuote: () => boolean;
  destroy: () => void;
}

/** Puts an editor into an element and reports changes of its text and of the formats at the cursor. */
export function makeRichEditor(root: HTMLElement, on: { change: () => void; formats: (formats: ActiveFormats) => void }): RichEditor {
  const squire = new Squire(root, { sanitizeToDOMFragment: (html) => cleanForEditor(html), undo: { documentSizeThreshold: 500_000, undoLimit: 50 } });
  const formats = (): void => {
    on.formats({
      bold: squire.hasFormat("B"),
      italic: squire.hasFormat("I"),
      underline: squire.hasFormat("U"),
      list: squire.hasFormat("UL"),
      numbers: squire.hasFormat("OL"),
      quote: squire.hasFormat("BLOCKQUOTE"),
      link: squire.hasFormat("A"),
    });
  };
  squire.addEventListener("input", on.change);
  squire.addEventListener("pathChange", formats);
  squire.addEventListener("select", formats);
  // Tab belongs to the keyboard user, who must get out of the editor (WCAG 2.1.2).
  squire.setKeyHandler("Tab", null);
  squire.setKeyHandler("Shift-Tab", null);
  const toggles: Record<Exclude<Format, "link">, [string, () => void, () => void]> = {
    bold: ["B", () => squire.bold(), () => squire.removeBold()],
    italic: ["I", () => squire.italic(), () => squire.removeItalic()],
    underline: ["U", () => squire.underline(), () => squire.removeUnderline()],
    list: ["UL", () => squire.makeUnorderedList(), () => squire.removeList()],
    numbers: ["OL", () => squire.makeOrderedList(), () => squire.removeList()],
    quote: ["BLOCKQUOTE", () => squire.increaseQuoteLevel(), () => squire.decreaseQuoteLevel()],
  };
  return {
    html: () => squire.getHTML(),
    text: () => textOf(root),
    setHtml: (html) => {
      squire.setHTML(html);
      squire.moveCursorToStart();
    },
    focus: (where) => {
      squire.focus();
      if (where === "start") squire.moveCursorToStart();
      else squire.moveCursorToEnd();
    },
    toggle: (format) => {
      const [tag, set, unset] = toggles[format];
      if (squire.hasFormat(tag)) unset();
      else set();
      squire.focus();
      formats();
      on.change();
    },
    setLink: (address) => {
      if (address === "") squire.removeLink();
      else squire.makeLink(address, {});
      squire.focus();
      on.change();
    },
    insertPicture: (url, contentId, name) => {
      squire.insertImage(url, { "data-cid": contentId, alt: name });
      on.change();
    },
    removeQuotes: () => {
      for (const quote of root.querySelectorAll("[data-quote]")) quote.remove();
      if (root.childNodes.length === 0) squire.setHTML("");
      on.change();
    },
    hasQuote: () => root.querySelector("[data-quote]") !== null,
    destroy: () => squire.destroy(),
  };
}
