import { SmimeError } from "../../base/errors.ts";
import { type Session, text } from "./session.ts";

/** Contacts of one address that are looked at, and characters of one vCard: a picture may be in it. */
const MOST_CONTACTS = 3;
const LONGEST_CARD = 500_000;

const RESULTS = /ksearch_query_results\((\[.*?\]),"/s;

/**
 * The vCards of an address in the account's address books, as text; empty if nobody there has it. Two reads of Roundcube's own:
 * what completes recipients names the contact, and the export gives its whole card, fields that Roundcube does not show included.
 * Throws `webmail.signed-out`, `webmail.unreachable`.
 */
export async function contactCards(session: Session, address: string): Promise<string> {
  const script = await session.call("autocomplete", "", { _search: address, _reqid: "1" });
  const cards: string[] = [];
  for (const { id, source } of contactsIn(script, address)) {
    const card = await text(await session.get({ _task: "addressbook", _action: "export", _source: source, _cid: id, _token: session.token }));
    if (card.startsWith("BEGIN:VCARD") && card.length <= LONGEST_CARD) cards.push(card);
  }
  return cards.join("\r\n");
}

function contactsIn(script: string, address: string): { id: string; source: string }[] {
  const found = RESULTS.exec(script)?.[1];
  if (found === undefined) return [];
  let results: unknown;
  try {
    results = JSON.parse(found);
  } catch (cause) {
    throw new SmimeError("webmail.answer-unknown", { cause });
  }
  const contacts = (Array.isArray(results) ? results : []).flatMap((each: { name?: unknown; type?: unknown; id?: unknown; source?: unknown } | null) => {
    const [name, id, source] = [each?.name, each?.id, each?.source].map((value) => (typeof value === "number" ? String(value) : value));
    const isPerson = typeof name === "string" && name.toLowerCase().includes(address.toLowerCase()) && each?.type !== "group";
    return isPerson && typeof id === "string" && typeof source === "string" ? [{ id, source }] : [];
  });
  return contacts.slice(0, MOST_CONTACTS);
}
