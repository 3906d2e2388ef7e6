const blocks = new Set(["address", "article", "blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"]);

/**
 * Reads an element's text as plain mail writes it: blocks on their own lines, list items with a dash, quotes with "> ",
 * a link's address after its text where they differ. Used for the plain alternative of what the editor holds.
 */
export function textOf(root: Node): string {
  return tidy(write(root)).replace(/^\n+|\s+$/g, "");
}

function write(node: Node): string {
  if (node.nodeType === 3) return (node.nodeValue ?? "").replace(/[ \t\r\n]+/g, " ").replace(/\u200b/g, "").replace(/\u00a0/g, " ");
  let text = "";
  for (const child of Array.from(node.childNodes)) text += write(child);
  const element = node as Element;
  const name = element.localName;
  switch (name) {
    case "br":
      return "\n";
    case "hr":
      return "\n----\n";
    case "img":
      return element.getAttribute("alt") ?? "";
    case "a": {
      const address = element.getAttribute("href") ?? "";
      return /^https?:/i.test(address) && address.replace(/\/$/, "") !== text.trim().replace(/\/$/, "") ? `${text} <${address}>` : text;
    }
    case "li": {
      const list = element.parentElement;
      const number = list?.localName === "ol" ? `${Array.from(list.children).indexOf(element) + 1}. ` : "- ";
      return `\n${number}${tidy(text).trim()}\n`;
    }
    case "blockquote":
      return `\n${tidy(text).trim().split("\n").map((line) => (line === "" || line.startsWith(">") ? `>${line}` : `> ${line}`)).join("\n")}\n`;
    case "td":
    case "th":
      return `${text.trim()}\t`;
    case "style":
    case "script":
      return "";
    default:
      // A div that holds only <br> is an empty line of the editor.
      if (!name || !blocks.has(name)) return text;
      return `\n${text.replace(/^\n+|\n+$/g, "")}\n`;
  }
}

/** Adjacent blocks each bring a line end before and after: one is enough, an empty block between them stays. */
function tidy(text: string): string {
  return text
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n /g, "\n")
    .replace(/\n{2,}/g, (run) => (run.length > 2 ? "\n\n" : "\n"));
}
