import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { parseAddressList } from "../mime/addresses.ts";
import { parseMessage } from "../mime/parse.ts";
import type { FoundDraft } from "../protocol/draft.ts";
import type { MessageContent } from "../protocol/message-content.ts";
import { hasMark } from "./draft-mark.ts";
import { readDraftState, readHidden } from "./draft-state.ts";
import { inspect, type InspectPorts } from "./inspect.ts";

/**
 * Opens a message from Drafts to go on writing it. One without the right mark may be anybody's: it is opened all the same,
 * because another computer or program of the author may have saved it, and is said to be not ours (architecture §6).
 * Throws the reason's code if it is encrypted and cannot be opened, `mime.not-mail` and `limits.*` for what is no mail.
 */
export async function openDraft(mime: Bytes, ports: InspectPorts, mac: CryptoKey): Promise<FoundDraft> {
  const { status, content, decryptedSource } = await inspect(mime, { ...ports, recognise: (decrypted) => hasMark(decrypted, mac) });
  if (status.summary.encrypted === "failed") throw new SmimeError(status.problems[0] ?? "cms.decrypt-failed");
  const inside = parseMessage(decryptedSource ?? mime);
  const ours = decryptedSource !== null && (await hasMark(decryptedSource, mac));
  const bcc = inside.headers.filter(({ name }) => name.toLowerCase() === "bcc").flatMap(({ value }) => parseAddressList(value));
  const encrypted = decryptedSource !== null;
  const state = ours
    ? readDraftState(inside.headers)
    : { sign: true, encrypt: true, originalEncrypted: encrypted, unproved: true, pageWrote: true, forwarded: content.attachments.map((_, index) => index) };
  // Without the mark, too: it can hide more and show nothing, and another computer of the author may have written it (CO-03).
  const hidden = readHidden(inside.headers);
  const draft = asDraft(content, bcc.map(({ name, address }) => ({ name, address })));
  return { unsent: { ...state, draft: hidden ? { ...draft, hidden } : draft }, ours };
}

function asDraft({ headers, body, attachments }: MessageContent, bcc: { name: string | null; address: string }[]): FoundDraft["unsent"]["draft"] {
  return {
    from: { name: headers.fromName, address: headers.from ?? "" },
    to: headers.to,
    cc: headers.cc,
    bcc,
    subject: headers.subject ?? "",
    text: body.text ?? "",
    ...(body.html !== undefined && { html: body.html }),
    attachments: attachments.map(({ name, type, bytes, contentId }) => ({ name, type, bytes, contentId })),
    inReplyTo: headers.inReplyTo[0] ?? null,
    references: headers.references,
    messageId: headers.messageId ?? "",
    date: headers.date ?? "",
  };
}
