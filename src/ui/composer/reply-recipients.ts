import type { AddressEntry, ShownHeaders } from "../../protocol/message-content.ts";
import { fieldProtection } from "../sentence/context.ts";
import { addressKey, addRecipients } from "./recipients.ts";

/** Who receives a reply. */
export interface ReplyRecipients {
  to: AddressEntry[];
  cc: AddressEntry[];
}

/**
 * Fills a reply's recipients from protected fields only, where the message has any (CO-04, HP-06): a field that stands only
 * outside may have been added on the way, and a reply must not carry the text to whoever added it.
 * @param own addresses of the author, who does not write to himself
 */
export function replyRecipients(headers: ShownHeaders, own: string[], mode: "reply" | "reply-all"): ReplyRecipients {
  const usable = (field: string, people: AddressEntry[]): AddressEntry[] =>
    headers.protected && fieldProtection(headers, field) === "unprotected" ? [] : people;
  const from: AddressEntry[] = headers.from === null ? [] : usable("from", [{ name: headers.fromName, address: headers.from }]);
  const to = usable("to", headers.to);
  const cc = usable("cc", headers.cc);
  const replyTo = usable("reply-to", headers.replyTo);
  const ownKeys = new Set(own.map(addressKey));
  const isOwn = ({ address }: AddressEntry): boolean => ownKeys.has(addressKey(address));

  // A reply to one's own message goes to those it was written to.
  const toOwn = from.length > 0 && from.every(isOwn);
  const answered = toOwn ? to : replyTo.length > 0 ? replyTo : from;
  if (mode === "reply") return { to: addRecipients([], answered), cc: [] };
  const all = toOwn ? answered : addRecipients(answered, to.filter((person) => !isOwn(person)));
  const taken = new Set(all.map(({ address }) => addressKey(address)));
  const others = cc.filter((person) => !isOwn(person) && !taken.has(addressKey(person.address)));
  return { to: addRecipients([], all), cc: addRecipients([], others) };
}
