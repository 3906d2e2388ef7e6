import browser from "webextension-polyfill";
import type { BrowserKind, Shortcut } from "./browser-sections.tsx";

export const browserKind: BrowserKind = location.protocol === "moz-extension:" ? "firefox" : "chromium";

/** The manifest's commands with the keys that they have now: a person may have changed them, or another extension had them first. */
export async function knownShortcuts(): Promise<Shortcut[]> {
  const commands = await browser.commands.getAll();
  return commands.map(({ name = "", description = "", shortcut = "" }) => ({ name, description, keys: shortcut }));
}

/** Opens the browser's page of keyboard shortcuts: Firefox has a call for it (137), Chromium and Edge an address. */
export function openShortcuts(): void {
  const { openShortcutSettings } = browser.commands as { openShortcutSettings?: () => Promise<void> };
  if (openShortcutSettings) void openShortcutSettings();
  else void browser.tabs.create({ url: "chrome://extensions/shortcuts" });
}

/** Opens the browser's language settings; Firefox lets no extension open its settings. */
export const openLanguages: (() => void) | null = browserKind === "firefox" ? null : () => void browser.tabs.create({ url: "chrome://settings/languages" });
