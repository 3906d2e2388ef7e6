import { type Bytes, concat, fromUtf8, utf8 } from "../../base/bytes.ts";
import type { UnsentDraft } from "../../protocol/draft.ts";

/** An unsent draft in octets, to be sealed: the length of a JSON text (32 bits, big-endian), the text, then each file. */
export function draftToBytes(unsent: UnsentDraft): Bytes {
  const { attachments } = unsent.draft;
  const rest = { ...unsent, draft: { ...unsent.draft, attachments: attachments.map(({ bytes, ...facts }) => ({ ...facts, size: bytes.length })) } };
  const text = utf8(JSON.stringify(rest));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  return concat(length, text, ...attachments.map(({ bytes }) => bytes));
}

/** The reverse; only for octets that were opened with this computer's own key. */
export function draftFromBytes(octets: Bytes): UnsentDraft {
  const length = new DataView(octets.buffer, octets.byteOffset).getUint32(0);
  const unsent = JSON.parse(fromUtf8(octets.subarray(4, 4 + length))) as UnsentDraft;
  let at = 4 + length;
  const attachments = unsent.draft.attachments.map((facts) => {
    const { size, ...rest } = facts as unknown as { size: number; name: string; type: string; contentId: string | null };
    at += size;
    return { ...rest, bytes: octets.slice(at - size, at) };
  });
  return { ...unsent, draft: { ...unsent.draft, attachments } };
}
