import type { Sentence } from "./sentence.ts";

/** What is known of one recipient's certificate while a message is being written. `list`: the members of a list could not all be found. */
export type RecipientKnowledge = "searching" | "found" | "none" | "problem" | "list";

/** What the composer's sentence is made of. */
export interface DraftState {
  sign: boolean;
  encrypt: boolean;
  recipients: { label: string; state: RecipientKnowledge }[];
  /** Of whose certificates it could not be checked whether they were revoked, where Send asks about it. */
  unchecked: string[];
  /** Whether the chosen sender has a key to sign with. */
  canSign: boolean;
  /** Whether the chosen sender has a certificate for the own copy. */
  canEncrypt: boolean;
}

/**
 * The sentence that is always true of what Send would do now.
 * Where Send would stop, it says why; a number as the last substitution chooses the plural form (`plural: true`).
 */
export function draftSentence(draft: DraftState): Sentence & { count: number | null } {
  const seal = draft.sign ? "filled" : "struck";
  const lock = draft.encrypt ? "filled" : "struck";
  const say = (key: string, substitutions: string[] = [], tone: Sentence["tone"] = "plain", count: number | null = null) => ({
    key,
    substitutions,
    seal,
    lock,
    tone,
    count,
  }) as const;
  const [first, ...others] = draft.recipients;
  if (!first) return say("draft_nobody", [], "quiet");
  if (draft.sign && !draft.canSign) return { ...say("draft_no_signing_key"), seal: "outline" };
  const [doubtful, ...moreDoubtful] = draft.unchecked;
  const unchecked = doubtful === undefined ? null : { ...say(moreDoubtful.length === 0 ? "draft_unchecked_one" : "draft_unchecked_more", [doubtful], "plain", moreDoubtful.length || null), ...(draft.encrypt ? { lock: "outline" as const } : { seal: "outline" as const }) };
  if (!draft.encrypt) return unchecked ?? say(draft.sign ? "draft_signed" : "draft_clear", [], "plain");
  const list = draft.recipients.find(({ state }) => state === "list");
  if (list) return { ...say("draft_list", [list.label]), lock: "outline" };
  const without = draft.recipients.filter(({ state }) => state === "none" || state === "problem");
  const [lacking, ...moreLacking] = without;
  if (lacking) {
    const key = moreLacking.length === 0 ? "draft_missing_one" : "draft_missing_more";
    return { ...say(key, [lacking.label], "plain", moreLacking.length || null), lock: "outline" };
  }
  if (draft.recipients.some(({ state }) => state === "searching")) return { ...say("draft_searching", [], "quiet"), lock: "outline" };
  if (!draft.canEncrypt) return { ...say("draft_no_own_certificate"), lock: "outline" };
  if (unchecked) return unchecked;
  const base = draft.sign ? "draft_signed_encrypted" : "draft_encrypted";
  if (others.length === 0) return say(`${base}_one`, [first.label]);
  if (others.length === 1) return say(`${base}_two`, [first.label, (others[0] as { label: string }).label]);
  return say(`${base}_more`, [first.label], "plain", others.length);
}
