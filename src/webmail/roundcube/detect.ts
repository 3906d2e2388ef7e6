import type { ColorScheme } from "../../protocol/webmail.ts";
import { documentEnv, type PageEnv } from "./page-env.ts";

/** What a Roundcube document is. */
export interface RoundcubePage {
  env: PageEnv;
  skin: "elastic" | "larry" | "other";
  /** The signed-in address in lower case, or null if the page names none. */
  account: string | null;
  kind: "list" | "message" | "compose" | "login" | "other";
}

/** Recognises a document of Roundcube by what Roundcube writes into every page; null for others. */
export function readPage(document: Document): RoundcubePage | null {
  const env = documentEnv(document);
  if (!env) return null;
  return { env, skin: skinOf(document), account: accountOf(document, env), kind: kindOf(env) };
}

/** Elastic marks its dark mode so, which follows the system or a switch of its own; Larry has none. */
export function schemeOf(document: Document): ColorScheme {
  return document.documentElement.classList.contains("dark-mode") ? "dark" : "light";
}

function kindOf(env: PageEnv): RoundcubePage["kind"] {
  if (env.task === "login") return "login";
  if (env.task !== "mail") return "other";
  if (env.action === "show" || env.action === "preview") return "message";
  if (env.action === "compose") return "compose";
  return env.action === "" || env.action === "list" ? "list" : "other";
}

function skinOf(document: Document): RoundcubePage["skin"] {
  if (document.querySelector("#layout-content, #layout")) return "elastic";
  return document.querySelector("#mainscreen, #messageheader, #messagepreviewheader, #taskbar") ? "larry" : "other";
}

/** The signed-in address, as far as the document or the page around it has it by now. */
export function accountOf(document: Document, env: Pick<PageEnv, "username">): string | null {
  const shown = document.querySelector(".username")?.textContent ?? "";
  // The preview names nobody; the page around it is of the same origin and does.
  const above = document.defaultView?.frameElement ? (document.defaultView.parent.document.querySelector(".username")?.textContent ?? "") : "";
  for (const text of [env.username, shown, above]) {
    const address = text?.trim().toLowerCase() ?? "";
    if (/^[^\s@]+@[^\s@]+$/.test(address)) return address;
  }
  return null;
}
