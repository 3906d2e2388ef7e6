import german from "../../extension/_locales/de/messages.json";
import english from "../../extension/_locales/en/messages.json";
import french from "../../extension/_locales/fr/messages.json";
import hebrew from "../../extension/_locales/he/messages.json";
import { pseudo, pseudoTag } from "./pseudo.ts";

type Messages = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;

const languages: Record<string, Messages> = { de: german, en: english, fr: french, he: hebrew };
const asked = new URLSearchParams(location.search).get("lang") ?? "en";
const messages: Messages = languages[asked] ?? languages["en"] ?? {};

/** Does what a browser does with a message: named placeholders, then `$1`…. An unknown key shows itself, so that it is seen. */
function getMessage(key: string, substitutions: string[] | string = []): string {
  if (key === "@@ui_locale") return asked;
  if (key === "language_tag" && asked === "pseudo") return pseudoTag;
  const found = messages[key];
  if (!found) return /_(one|two|few|many|zero)$/.test(key) ? "" : `⟦${key}⟧`;
  const values = Array.isArray(substitutions) ? substitutions : [substitutions];
  return (asked === "pseudo" && key !== "text_direction" ? pseudo(found.message) : found.message)
    .replace(/\$([a-z]+)\$/g, (_, name: string) => found.placeholders?.[name]?.content ?? "")
    .replace(/\$(\d)/g, (_, index: string) => values[Number(index) - 1] ?? "")
    .replace(/\$\$/g, "$");
}

const runtime = { id: "gallery", getURL: (path: string) => `/${path}`, sendMessage: () => Promise.resolve(undefined) };
Object.assign(globalThis, { chrome: { runtime: { id: "gallery" } }, browser: { runtime, i18n: { getMessage } } });
