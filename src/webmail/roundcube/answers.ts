import { SmimeError } from "../../base/errors.ts";
import { readPageEnv } from "./page-env.ts";

/** What Roundcube tells its user with an answer. The text is in the user's language; only the kind can be acted on. */
export interface Notice {
  kind: "confirmation" | "notice" | "warning" | "error" | "loading";
  text: string;
}

const DISPLAY = /display_message\(("(?:[^"\\]|\\.)*"),"(confirmation|notice|warning|error|loading)"/g;

/** Reads the notices of an answer's script: `exec` of a JSON answer, or the page that a hidden frame would get. */
export function readNotices(script: string): Notice[] {
  return Array.from(script.matchAll(DISPLAY), ([, text, kind]) => ({ kind: kind as Notice["kind"], text: unquote(text as string) }));
}

function unquote(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    return "";
  }
}

/** The `exec` script of a JSON answer. Throws `webmail.signed-out`, `webmail.answer-unknown`. */
export function readExec(answer: string): string {
  let exec: unknown;
  try {
    exec = (JSON.parse(answer) as { exec?: unknown } | null)?.exec;
  } catch {
    throw rejected(answer);
  }
  if (exec !== undefined && typeof exec !== "string") throw new SmimeError("webmail.answer-unknown");
  const script = exec ?? "";
  if (isSessionEnd(script)) throw new SmimeError("webmail.signed-out");
  return script;
}

/** Whether an answer's script says that the session or its login is over; nothing was done then. */
export function isSessionEnd(script: string): boolean {
  return /\bsession_error\(/.test(script);
}

/**
 * The error for a page that came instead of what was asked for: HTTP is 200 for every one of them.
 * A wrong token is answered so when the session became another one, for example of another account in another tab.
 */
export function rejected(answer: string): SmimeError {
  const text = answer.trimStart();
  const login = readPageEnv(text)?.task === "login" || /name="_action" value="login"/.test(text);
  if (login || /^(<!doctype|<html)?[^<]{0,200}Invalid Request/i.test(text)) return new SmimeError("webmail.signed-out");
  return new SmimeError("webmail.answer-unknown");
}

/**
 * What Roundcube's error page says, which comes with HTTP 200 and in the user's language: `disabled` for an action that the
 * administrator disabled (`disabled_actions`; the page repeats the failed request), `token` for a wrong token (a paragraph
 * of explanation and nothing else); both before anything was done. `other` may have come at any moment. Null for other pages.
 */
export function errorPage(answer: string): "disabled" | "token" | "other" | null {
  if (!/<body class="[^"]*\btask-error\b/.test(answer)) return null;
  const text = /<div class="error-text">([^]*?)<\/div>/.exec(answer)?.[1] ?? "";
  if (/<p><i>[^<]*[?&;]_action=[^<]*<\/i><\/p>\s*$/.test(text)) return "disabled";
  return /<p>[^<]*<\/p>\s*$/.test(text) ? "token" : "other";
}
