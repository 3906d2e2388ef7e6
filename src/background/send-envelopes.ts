import type { BccCopies } from "../protocol/sending-rules.ts";

/** Reads `BCCEncryptedEmailForking`. */
export const bccCopies = (forking: number): BccCopies => COPIES[forking] ?? "each";

const COPIES = ["each", "together", "one"] as const;

export interface EnvelopeGroup {
  recipients: string[];
  /** True for the copy that names To and Cc, of which there is one, and which stays in Sent. */
  visible: boolean;
  /** Whether all of them stand in To or Cc. */
  disclosed: boolean;
}

/**
 * Who receives which message (CO-08): one for those who can be seen, and as many as the setting says for the others. Nobody stands in
 * two. Without To and Cc the first Bcc copy is the visible one.
 * @param visible addresses of To and Cc, lists resolved
 * @param hidden groups of Bcc: one address each, or the members of one list
 */
export function envelopeGroups(visible: readonly string[], hidden: readonly (readonly string[])[], copies: BccCopies): EnvelopeGroup[] {
  const seen = new Set<string>();
  const anew = (addresses: readonly string[]): string[] => addresses.filter((address) => !seen.has(key(address)) && seen.add(key(address)));
  const named = new Set(visible.map(key));
  const openly = anew(visible);
  const secretly = hidden.map(anew).filter((group) => group.length > 0);
  const all = secretly.flat();
  const groups = copies === "one" ? [[...openly, ...all]] : copies === "together" ? [openly, all] : [openly, ...secretly];
  return groups.filter((group) => group.length > 0).map((recipients, index) => ({ recipients, visible: index === 0, disclosed: recipients.every((address) => named.has(key(address))) }));
}

const key = (address: string): string => address.toLowerCase();
