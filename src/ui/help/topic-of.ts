import type { HelpTopic } from "../../protocol/help-topics.ts";

/**
 * Which page tells what to do about a code. An entry stands for the code of that name and for all that begin with it, a longer one
 * before a shorter; so a code that is new in its room has the room's page until it has one of its own.
 */
const pages: Record<string, HelpTopic> = {
  "pki": "certificate_unusable",
  "pki.untrusted": "unknown_authority",
  "pki.issuer": "missing_authority",
  "pki.expired": "expired",
  "pki.not-yet-valid": "expired",
  "pki.address-mismatch": "other_address",
  "limits.path": "certificate_unusable",

  "revocation": "revocation_unusable",
  "revocation.revoked": "revoked",
  "revocation.fetch": "revocation_unreachable",
  "revocation.fetch-refused": "revocation_fetch_refused",
  "revocation.fetch-time": "revocation_slow",
  "revocation.fetch-address": "revocation_inside",
  "revocation.outdated": "revocation_outdated",
  "revocation.signer": "revocation_signer",
  "revocation.no-way": "revocation_no_way",
  "limits.revocation": "revocation_unusable",

  "smime.from": "no_single_sender",
  "smime.from-mismatch": "other_address",
  "smime.header-from-differs": "from_rewritten",
  "smime.outer-signature": "other_signer",
  "smime.part-outside-envelope": "other_signer",
  "smime.part-not-opened": "not_opened",
  "cms": "signature_broken",
  "cms.digest-mismatch": "changed",
  "cms.signature-mismatch": "changed",
  "cms.signer-certificate-missing": "signer_missing",
  "cms.algorithm-outdated": "outdated",
  "cms.algorithm-unknown": "unknown_method",
  "cms.no-recipient-key": "no_key",
  "cms.decrypt-failed": "damaged",
  "mime": "damaged",
  "limits": "damaged",

  "keys": "key_file",
  "keys.not-found": "no_key",
  "keys.no-signing-key": "no_signing_key",
  "keys.signing-expired": "certificate_ends",
  "keys.address": "make_key",
  "keys.certificate-without-key": "make_key",
  "limits.waiting-keys": "make_key",
  "keys.backup": "key_backup",
  "keys.export": "key_backup",
  "keys.not-allowed-here": "not_opened",
  "keys.locked": "locked_keys",
  "keys.passphrase": "locked_keys",
  "keys.unlock-wait": "locked_keys",
  "keys.protection-required": "locked_keys",
  "keys.make-unprotected": "make_key",
  "keys.protect-first": "make_key",
  "keys.born-unprotected": "make_key",
  "keys.vault-damaged": "locked_keys",
  "keys.operation-limit": "not_opened",
  "keys.failure-budget": "not_opened",
  "keys.card": "card",
  "limits.pkcs12": "key_file",

  "send": "sending",
  "send.missing-certificates": "no_certificate",
  "send.no-own-certificate": "own_certificate",
  "send.recipient-limit": "list",
  "send.no-cipher": "organisation",
  "send.no-common-cipher": "no_certificate",
  "directory": "directory",
  "directory.list": "list",
  "directory.login": "directory_login",
  "host": "host",
  "limits.host": "host",
  "policy": "organisation",
  "webmail": "webmail",
  "setup": "webmail",
  "internal": "inside",
  "protocol": "inside",
  "store": "database",
  "store.not-found": "inside",
  "limits.export": "database",
};

/** Nothing is wrong, or a person can do nothing about it and the sentence is all there is to say. */
const silent: ReadonlySet<string> = new Set([
  "ok", "smime.checking", "smime.no-integrity", "smime.cipher-outdated", "smime.not-addressed", "smime.receipt-requests-differ", "smime.labels-differ", "smime.label-unknown", "send.receipt-sent",
]);

/** The help page about a stable code; null where there is nothing to do. */
export function topicOf(code: string): HelpTopic | null {
  if (silent.has(code)) return null;
  for (let name = code; name !== ""; name = name.slice(0, Math.max(0, name.search(/[.-][^.-]*$/)))) {
    if (Object.hasOwn(pages, name)) return pages[name] ?? null;
  }
  return null;
}
