import type { Draft, HiddenOutside } from "../protocol/draft.ts";
import { canonicalAddress, formatAddressList } from "./addresses.ts";
import { formatDate, toUtc } from "./date.ts";
import { encodeHeaderText, headerLine } from "./header-text.ts";
import type { HiddenFields } from "./legacy-display.ts";

/** Header Confidentiality Policy (RFC 9788 §3.2; HS-03, HS-04). */
export type HeaderPolicy = "baseline" | "shy";

/** A field ready to be written: ASCII, unfolded. */
export type WrittenField = readonly [name: string, value: string];

/** What stands outside instead of the subject (RFC 9788 §3.2.1). */
const HIDDEN_SUBJECT = "[...]";

/** The message's own fields (origheaders of RFC 9788 §5.2). There is no Bcc in them for anybody (HS-08, CO-08). */
export function innerFields(draft: Draft): WrittenField[] {
  return [
    ["From", formatAddressList([draft.from])],
    ...recipients(draft, (list) => formatAddressList(list)),
    ["Subject", encodeHeaderText(draft.subject)],
    ["Date", formatDate(draft.date)],
    ["Message-ID", `<${identifier(draft.messageId)}>`],
    ...thread(draft),
  ];
}

/**
 * The fields outside an encrypted message: the policy applied to the inner ones, and in an answer whatever else the original
 * hid (RFC 9788 §6.1, CO-03). From keeps its address: without one, nobody carries the message.
 */
export function outerFields(draft: Draft, policy: HeaderPolicy): WrittenField[] {
  const seen = draft.hidden ? withoutHidden(draft, draft.hidden) : draft;
  return byPolicy(seen, policy);
}

function byPolicy(draft: Draft, policy: HeaderPolicy): WrittenField[] {
  const bare = (list: Draft["to"]): string => formatAddressList(list.map(({ address }) => ({ name: null, address })));
  return innerFields(draft).map(([name, value]): WrittenField => {
    if (name === "Subject") return [name, HIDDEN_SUBJECT];
    if (policy === "baseline") return [name, value];
    switch (name) {
      case "From":
        return [name, bare([draft.from])];
      case "To":
        return [name, draft.to.length > 0 ? bare(draft.to) : value];
      case "Cc":
        return [name, bare(draft.cc)];
      case "Date":
        return [name, formatDate(toUtc(draft.date))];
      default:
        return [name, value];
    }
  });
}

/** The draft as it may be seen outside. */
function withoutHidden(draft: Draft, { addresses, names, identifiers }: HiddenOutside): Draft {
  const [gone, unnamed] = [new Set(addresses.map(canonicalAddress)), new Set([...addresses, ...names].map(canonicalAddress))];
  const nameless = (person: Draft["from"]): Draft["from"] => (unnamed.has(canonicalAddress(person.address)) ? { ...person, name: null } : person);
  const people = (list: Draft["to"]): Draft["to"] => list.filter(({ address }) => !gone.has(canonicalAddress(address))).map(nameless);
  const readable = (id: string): boolean => !identifiers.includes(id);
  return {
    ...draft,
    from: nameless(draft.from),
    to: people(draft.to),
    cc: people(draft.cc),
    inReplyTo: draft.inReplyTo !== null && readable(draft.inReplyTo) ? draft.inReplyTo : null,
    references: draft.references.filter(readable),
  };
}

/** The fields that the policy changes, with their values as a person reads them, for Legacy Display Elements. */
export function hiddenFields(draft: Draft, policy: HeaderPolicy): HiddenFields {
  const outer = new Map(outerFields(draft, policy));
  const shown = (list: Draft["to"]): string => list.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(", ");
  const readable: Record<string, string> = {
    From: shown([draft.from]), To: shown(draft.to), Cc: shown(draft.cc), Subject: draft.subject, Date: formatDate(draft.date),
  };
  return innerFields(draft).flatMap(([name, value]) =>
    outer.get(name) === value || readable[name] === undefined ? [] : [[name, readable[name]] as const],
  );
}

export function writeFields(list: readonly WrittenField[]): string {
  return list.map(([name, value]) => headerLine(name, value)).join("");
}

function recipients(draft: Draft, format: (list: Draft["to"]) => string): WrittenField[] {
  const out: WrittenField[] = [];
  if (draft.to.length > 0) out.push(["To", format(draft.to)]);
  if (draft.cc.length > 0) out.push(["Cc", format(draft.cc)]);
  // Servers take offence at mail that is to nobody; an empty group says that there is nobody to be named (RFC 5322 §3.4).
  return out.length > 0 ? out : [["To", "undisclosed-recipients:;"]];
}

function thread(draft: Draft): WrittenField[] {
  const out: WrittenField[] = [];
  if (draft.inReplyTo !== null) out.push(["In-Reply-To", `<${identifier(draft.inReplyTo)}>`]);
  if (draft.references.length > 0) out.push(["References", draft.references.map((each) => `<${identifier(each)}>`).join(" ")]);
  return out;
}

/** A message identifier without brackets or anything that would end it; long ones would not fit a line of 998 octets. */
function identifier(text: string): string {
  return text.replace(/[^!-;=?-~]/g, "").slice(0, 900);
}
