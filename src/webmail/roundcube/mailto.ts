import type { NativeDraft } from "../../protocol/webmail.ts";

/**
 * What a `mailto:` link asks for (RFC 6068 §2, where a plus sign means itself). Its Bcc and every other field are left out
 * (§4): the author of a link must not add readers whom nobody looks for.
 */
export function mailtoDraft(href: string): NativeDraft {
  const [, path = "", query = ""] = /^mailto:([^?#]*)\??([^#]*)/i.exec(href) ?? [];
  const lowered = query.replace(/(^|&)\w+=/g, (name) => name.toLowerCase());
  const fields = new URLSearchParams(`to=${path.replaceAll("&", "%26")}&${lowered}`.replaceAll("+", "%2B"));
  const values = (name: string): string => fields.getAll(name).filter(Boolean).join(", ");
  return { to: values("to"), cc: values("cc"), bcc: "", subject: values("subject"), text: values("body"), handle: null };
}
