/** What a document for one mail part is made of; `html` comes from `sanitiseMail` or `plainTextHtml` and nowhere else. */
export interface PartDocument {
  html: string;
  bodyStyle: string;
  /** Drawn on white, as HTML mail expects, whatever the surroundings are. */
  light: boolean;
  remotePictures: boolean;
  language: string;
  title: string;
  plain: boolean;
}

/**
 * Builds the complete document of one mail part for a sandboxed frame without scripts (UI-07). Its policy is the second wall:
 * even if something got through the sanitiser, nothing is loaded but pictures that stand in the document itself, or, where a
 * person asked for them, pictures from the internet, without a referrer.
 */
export function partDocument(part: PartDocument): string {
  const pictures = part.remotePictures ? "data: https: http:" : "data:";
  const policy = `default-src 'none'; img-src ${pictures}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'`;
  return `<!doctype html><html lang="${attribute(part.language)}"><head><meta charset="utf-8">\
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off">\
<meta name="color-scheme" content="${part.light ? "light" : "light dark"}"><title>${attribute(part.title)}</title>\
<style>${part.plain ? baseStyle + plainStyle : baseStyle}${part.light ? lightStyle : ""}</style></head>\
<body${part.bodyStyle ? ` style="${attribute(part.bodyStyle)}"` : ""}>${part.html}</body></html>`;
}

const baseStyle = `html{font:15px/1.5 system-ui,sans-serif;overflow-wrap:break-word}body{margin:0;padding:4px 20px 20px}\
img{max-width:100%;height:auto}img:not([src]){display:none}table{max-width:100%}pre{white-space:pre-wrap}\
blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:2px solid #9aa0a6}\
:root{color-scheme:light dark}a{color:light-dark(#1558b0,#8ab8f8)}body:not([style*="color"]){color:light-dark(#1d1f23,#e7e8ea)}`;
const plainStyle = "body{white-space:pre-wrap;unicode-bidi:plaintext;max-inline-size:90ch}";
const lightStyle = ":root{color-scheme:light}html{background:#fff;color:#1d1d1f}";

/** Escapes text for an attribute in double quotes or for an element's text. */
export function attribute(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
