/**
 * Tells whether a page looks like a webmail that Mailseal can work in. It runs in the page by `scripting.executeScript`, so it
 * stands alone. It only decides whether a button is offered: access is given by the person and the browser, never by this.
 */
export function looksLikeWebmail(): boolean {
  const roundcube =
    document.querySelector('meta[name="generator"][content*="Roundcube" i], #rcmloginuser, script[src*="program/js/app"], link[href*="skins/elastic/"], link[href*="skins/larry/"]') !== null ||
    Array.from(document.scripts).some((script) => /\brcube_webmail\b/.test(script.textContent));
  return roundcube;
}
