import type { Draft } from "../../protocol/draft.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import type { ComposerContext } from "./context.ts";
import { addressKey, membersOf } from "./recipients.ts";

/** How a message goes out, as its author chose. */
export interface Protection {
  sign: boolean;
  encrypt: boolean;
  /** Addresses that will receive it and cannot read it. */
  unreadableFor: string[];
}

/**
 * Has a person confirm a Send in a window of ours where the browser cannot tell whether this frame was covered (Firefox) and
 * the page could have arranged it: text or recipients came from it, or protection is given up. What was typed here, encrypted,
 * needs nothing (architecture §2, "Clicks can be stolen").
 */
export async function confirmed({ ask, cell, visibility }: ComposerContext, draft: Draft, { sign, encrypt, unreadableFor }: Protection): Promise<boolean> {
  const { fromPage, defaults } = cell.get();
  const givesUp = !encrypt || unreadableFor.length > 0 || (!sign && defaults.sign);
  if (visibility.steady() !== null || !(fromPage || givesUp)) return true;
  const { from, subject, text, attachments } = draft;
  const { known, leftOut } = cell.get();
  const out = new Set(leftOut.map(addressKey));
  // Who gets an encrypted message to a list are its members.
  const withMembers = (people: AddressEntry[]): AddressEntry[] =>
    people.flatMap((person) => [person, ...(encrypt ? membersOf(known[addressKey(person.address)] ?? {}) : []).filter((address) => !out.has(addressKey(address))).map((address) => ({ name: null, address }))]);
  const [to, cc, bcc] = [withMembers(draft.to), withMembers(draft.cc), withMembers(draft.bcc)];
  const answer = await ask("send.confirm", { from, to, cc, bcc, subject, text, files: attachments.map(({ name }) => name), sign, encrypt, unreadableFor });
  return answer.confirmed;
}
