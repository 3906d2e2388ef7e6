import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { buildEnveloped } from "../cms/build-enveloped.ts";
import { buildOuterHeader, buildPayload, type ProtectionOptions, wrapPkcs7 } from "../mime/build.ts";
import type { Draft } from "../protocol/draft.ts";

/**
 * Encrypts a draft to its author alone, unsigned (CO-06), for the server's Drafts folder. Outside it is from and to the
 * author with a hidden subject, so the server learns nobody's name; the real recipients are inside.
 * Throws `send.no-own-certificate` without a certificate.
 */
export async function sealDraft(draft: Draft, certificates: readonly Bytes[]): Promise<Bytes> {
  if (certificates.length === 0) throw new SmimeError("send.no-own-certificate");
  const protection: ProtectionOptions = { encrypted: true, policy: "baseline", legacyDisplay: false, headerProtection: true };
  const outer: Draft = { ...draft, to: [draft.from], cc: [], bcc: [], inReplyTo: null, references: [] };
  const cms = await buildEnveloped({
    content: buildPayload(draft, protection),
    cipher: "aes-256-cbc",
    recipients: certificates.map((certificate) => ({ certificate, keyTransport: "rsaesOaep" as const, useKeyIdentifier: false })),
  });
  return wrapPkcs7(cms, "enveloped-data", buildOuterHeader(outer, protection));
}
