/** How Mailseal's own pages look; frames in a webmail look as the webmail does. */
export type Theme = "browser" | "light" | "dark";

const NAME = "theme";

/** It is kept where the page has it before it first draws, so that nothing flashes; it holds for this browser profile. */
export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem(NAME);
    return kept === "light" || kept === "dark" ? kept : "browser";
  } catch {
    // A browser that keeps nothing of pages, as its user wished, is followed.
    return "browser";
  }
}

/** Makes the page light or dark as was chosen. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === "browser") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Keeps the choice and makes this page so; others follow when they are opened. */
export function chooseTheme(theme: Theme): void {
  try {
    if (theme === "browser") localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, theme);
  } catch {
    // This page follows all the same.
  }
  applyTheme(theme);
}
