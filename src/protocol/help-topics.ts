/**
 * The pages of our help. Each is one situation that a person meets, with its texts under `help_<name>_title`, `_what`, `_do` and
 * `_admin`, where a line is a step; a link to a page names it by this word. In the order in which they are listed.
 */
export const helpTopics = [
  // Reading.
  "unknown_authority", "missing_authority", "certificate_unusable", "expired", "revoked", "revoked_later",
  "revocation_unreachable", "revocation_fetch_refused", "revocation_slow", "revocation_outdated", "revocation_signer", "revocation_inside", "revocation_no_way", "revocation_unusable",
  "other_address", "from_rewritten", "no_single_sender", "changed", "signature_broken", "signer_missing", "other_signer", "outdated", "unknown_method",
  "no_key", "locked_keys", "not_opened", "damaged", "opaque",
  // Writing.
  "no_signing_key", "no_certificate", "own_certificate", "two_certificates", "list", "directory", "directory_login", "host", "sending",
  // Everything else.
  "webmail", "organisation", "key_file", "make_key", "key_backup", "certificate_ends", "card", "virus_scan", "shared_computer", "several_computers", "remote_desktop", "public_authority", "unsupported_browser", "database", "inside",
] as const;

export type HelpTopic = (typeof helpTopics)[number];

/** Tells whether text that crossed a boundary names a page of our help. */
export function isHelpTopic(text: unknown): text is HelpTopic {
  return typeof text === "string" && (helpTopics as readonly string[]).includes(text);
}
