import { type Bytes, concat, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { streamEnveloped } from "../cms/build-enveloped.ts";
import { formatAddressList } from "../mime/addresses.ts";
import { buildOuterHeader, buildPayload, type ProtectionOptions, wrapPkcs7Stream } from "../mime/build.ts";
import { headerLine } from "../mime/header-text.ts";
import type { Draft, UnsentDraft } from "../protocol/draft.ts";
import { markDraft } from "./draft-mark.ts";
import { writeDraftState, writeHidden } from "./draft-state.ts";

/**
 * Encrypts a draft to its author alone, unsigned (CO-06), for the server's Drafts folder. Outside it is from and to the
 * author with a hidden subject, so the server learns nobody's name; the real recipients, Bcc among them, and what the author
 * has chosen are inside, behind an HMAC of this computer's key. Throws `send.no-own-certificate` without a certificate.
 */
export async function sealDraft(unsent: UnsentDraft, certificates: readonly Bytes[], mac: CryptoKey): Promise<Bytes> {
  if (certificates.length === 0) throw new SmimeError("send.no-own-certificate");
  const { draft } = unsent;
  const protection: ProtectionOptions = { encrypted: true, policy: "baseline", legacyDisplay: false, headerProtection: true };
  const outer: Draft = { ...draft, to: [draft.from], cc: [], bcc: [], inReplyTo: null, references: [] };
  const hidden = draft.bcc.length > 0 ? headerLine("Bcc", formatAddressList(draft.bcc)) : "";
  const content = await markDraft(concat(utf8(writeDraftState(unsent) + writeHidden(draft.hidden) + hidden), buildPayload(draft, protection)), mac);
  const cms = await streamEnveloped({
    content: [content],
    cipher: "aes-256-cbc",
    recipients: certificates.map((certificate) => ({ certificate, keyTransport: "rsaesOaep" as const, useKeyIdentifier: false })),
  });
  return wrapPkcs7Stream(cms, "enveloped-data", buildOuterHeader(outer, protection));
}
