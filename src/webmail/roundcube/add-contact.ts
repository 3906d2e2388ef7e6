import type { Bytes } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import type { ContactAdded } from "../../protocol/webmail.ts";
import { errorPage, isSessionEnd, rejected } from "./answers.ts";
import { contactCards } from "./contacts.ts";
import { readPageEnv } from "./page-env.ts";
import { type Session, text } from "./session.ts";

/** The user's own address book: the default one, or the first that can be written to (`rcmail::get_address_book`). */
const DEFAULT_BOOK = "-1";

/**
 * Puts a vCard into the account's contacts by Roundcube's own import, the one way in which a field that it does not show, such as
 * KEY, gets there. Whoever is there already stays as he is: the import passes over an address or a name that it knows, and nothing
 * that Roundcube offers sets a field of a contact that it does not show. `_replace`, which would empty the book first, is never sent.
 * Throws `webmail.signed-out`, `webmail.unreachable`, `webmail.import-disabled`, `webmail.answer-unknown`.
 */
export async function addContact(session: Session, address: string, card: Bytes): Promise<ContactAdded> {
  if ((await contactCards(session, address)) !== "") return "exists";
  const form = new FormData();
  form.append("_token", session.token);
  form.append("_target", DEFAULT_BOOK);
  form.append("_file[]", new Blob([card], { type: "text/vcard" }), "contact.vcf");
  const answer = await text(await session.post({ _task: "addressbook", _action: "import" }, form));
  // What the page that it answers with tells the window around it: `reload` if anybody was added, `ok` if all were passed over.
  const said = /import_state_set\("(\w+)"\)/.exec(answer)?.[1];
  if (said === "reload") return "added";
  if (said === "ok") return "exists";
  if (said === "error") throw new SmimeError("webmail.answer-unknown");
  if (isSessionEnd(answer) || errorPage(answer) === "token") throw new SmimeError("webmail.signed-out");
  if (errorPage(answer) === "disabled") throw new SmimeError("webmail.import-disabled");
  if (readPageEnv(answer)?.task === "addressbook") throw new SmimeError("webmail.answer-unknown");
  throw rejected(answer);
}
