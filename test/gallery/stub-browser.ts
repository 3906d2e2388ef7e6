import german from "../../extension/_locales/de/messages.json";
import english from "../../extension/_locales/en/messages.json";

type Messages = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;

const query = new URLSearchParams(location.search);
const locale = query.get("lang") === "de" ? "de" : "en";
const messages = (locale === "de" ? german : english) as Messages;

/** Does what a browser does with a message: named placeholders, then `$1`…. An unknown key shows itself, so that it is seen. */
function getMessage(key: string, substitutions: string[] | string = []): string {
  if (key === "@@bidi_dir") return query.get("dir") ?? "ltr";
  if (key === "@@ui_locale") return locale;
  const found = messages[key];
  if (!found) return /_(one|two|few|many|zero)$/.test(key) ? "" : `⟦${key}⟧`;
  const values = Array.isArray(substitutions) ? substitutions : [substitutions];
  return found.message
    .replace(/\$([a-z]+)\$/g, (_, name: string) => found.placeholders?.[name]?.content ?? "")
    .replace(/\$(\d)/g, (_, index: string) => values[Number(index) - 1] ?? "")
    .replace(/\$\$/g, "$");
}

const runtime = { id: "gallery", getURL: (path: string) => `/${path}`, sendMessage: () => Promise.resolve(undefined) };
Object.assign(globalThis, { chrome: { runtime: { id: "gallery" } }, browser: { runtime, i18n: { getMessage } } });
