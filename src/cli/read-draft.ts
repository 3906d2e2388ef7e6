import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { authorOf } from "../smime/author.ts";
import { inspect } from "../smime/inspect.ts";
import { localKeyPort } from "../smime/local-key-port.ts";
import { parseMessage } from "../mime/parse.ts";
import type { Draft } from "../protocol/draft.ts";
import type { MessageContent } from "../protocol/message-content.ts";
import { fileTrust } from "./trust.ts";

/** Fields that are made anew from what the draft holds, or say how the body is written. */
const TAKEN_OVER = /^(from|to|cc|subject|date|message-id|in-reply-to|references|mime-version|content-.*)$/i;

/** What the composer would hold if somebody had typed a message, and what of it a draft has no place for. */
export interface ReadDraft {
  draft: Draft;
  /** Names of header fields, as written, each once: nothing is left out without a word. */
  leftOut: string[];
  /** The message is signed or encrypted itself. */
  isProtected: boolean;
}

/**
 * Reads a message into a draft. Throws `mime.not-mail`, `limits.*`; `smime.from-missing`, and `smime.from-several` for more than one
 * author, of whom a composer could write only one.
 */
export async function readDraft(mime: Bytes): Promise<ReadDraft> {
  const { status, content } = await inspect(mime, {
    keys: localKeyPort([], null, () => new Date()),
    trust: fileTrust({ anchors: [], intermediates: [], at: new Date() }),
  });
  const { headers } = parseMessage(mime);
  const { code } = authorOf(headers);
  if (code !== null) throw new SmimeError(code);
  const leftOut = [...new Set(headers.map(({ name }) => name).filter((name) => !TAKEN_OVER.test(name)))];
  return { draft: draftOf(content), leftOut, isProtected: status.layers.length > 0 || status.parts.length > 0 };
}

function draftOf({ headers, body, attachments }: MessageContent): Draft {
  if (headers.from === null) throw new SmimeError("smime.from-missing");
  return {
    from: { name: headers.fromName, address: headers.from },
    to: headers.to,
    cc: headers.cc,
    bcc: [],
    subject: headers.subject ?? "",
    text: body.text ?? "",
    ...(body.html === undefined ? {} : { html: body.html }),
    attachments: attachments.map(({ name, type, bytes, contentId, inline }) => ({ name, type, bytes, contentId: inline ? contentId : null })),
    inReplyTo: headers.inReplyTo[0] ?? null,
    references: headers.references,
    messageId: headers.messageId ?? `${crypto.randomUUID()}@${headers.from.split("@")[1] ?? "localhost"}`,
    date: headers.date ?? new Date().toISOString(),
  };
}
