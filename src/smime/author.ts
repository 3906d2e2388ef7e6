import { parseAddressList } from "../mime/addresses.ts";
import type { HeaderField } from "../mime/entity.ts";
import type { Author } from "./judge.ts";

/**
 * Finds the one mailbox that a signer is compared with: exactly one From field with exactly one mailbox.
 * Sender, Reply-To, Return-Path and Resent-* never count, and a display name is no address (RFC 8550 §3, UI-06).
 * @param headers the fields that are shown: the protected set where there is one
 */
export function authorOf(headers: readonly HeaderField[]): Author {
  const from = headers.filter((field) => field.name.toLowerCase() === "from");
  if (from.length > 1) return { address: null, code: "smime.from-several" };
  const mailboxes = from[0] ? parseAddressList(from[0].value) : [];
  if (mailboxes.length > 1) return { address: null, code: "smime.from-several" };
  const address = mailboxes[0]?.address;
  return address ? { address, code: null } : { address: null, code: "smime.from-missing" };
}
