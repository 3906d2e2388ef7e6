import { SmimeError } from "../../base/errors.ts";
import type { WebmailIdentity } from "../../protocol/webmail.ts";
import { rejected } from "./answers.ts";
import { type Session, text } from "./session.ts";

const ROW = /<tr id="rcmrow(\d+)"[^>]*>\s*<td class="mail">([^<]*)<\/td>/g;

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#039": "'" };

/**
 * The account's identities, default first, from the settings page, which unlike the composer has no side effect.
 * Throws `webmail.signed-out`, `webmail.unreachable`, `webmail.answer-unknown`.
 */
export async function identities(session: Session): Promise<WebmailIdentity[]> {
  const page = await text(await session.get({ _task: "settings", _action: "identities" }));
  if (!page.includes('id="identities-table"')) {
    const error = rejected(page);
    throw error.code === "webmail.signed-out" ? error : new SmimeError("webmail.answer-unknown");
  }
  return Array.from(page.matchAll(ROW)).flatMap(([, id, shown]) => {
    const match = /^(.*?)\s*<([^<>]+)>$/.exec(decode(shown as string).trim());
    return match ? [{ id: id as string, address: match[2] as string, name: match[1] === "" ? null : (match[1] as string) }] : [];
  });
}

function decode(html: string): string {
  return html.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
