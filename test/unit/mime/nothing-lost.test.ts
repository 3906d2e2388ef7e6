import { describe, expect, it } from "vitest";
import { selectBody } from "../../../src/mime/body.ts";
import { bodyBytes, type MimeEntity } from "../../../src/mime/entity.ts";
import { parseMessage } from "../../../src/mime/parse.ts";
import { isSignedPair, smimeKind } from "../../../src/mime/smime-part.ts";
import { corpusFile, corpusFiles, hasCorpora } from "./support.ts";

/** Parts that hold something of their own: no multiparts, but S/MIME parts as a whole. */
function leaves(entity: MimeEntity): MimeEntity[] {
  const kind = smimeKind(entity);
  const closed = kind === "multipart-signed" ? isSignedPair(entity) : kind !== null;
  return closed || entity.children.length === 0 ? [entity] : entity.children.flatMap(leaves);
}

/** Only one of each kind is shown among alternatives, and an empty text beside another is none. */
function dispensable(entity: MimeEntity, alternative = false): number {
  const inside = alternative || entity.type === "multipart/alternative";
  if (entity.children.length > 0) return entity.children.reduce((sum, child) => sum + dispensable(child, inside), 0);
  return inside || bodyBytes(entity).every((octet) => octet <= 32) ? 1 : 0;
}

describe.skipIf(!hasCorpora)("nothing of a message is lost: each part is the body, a file, or a lesser alternative", () => {
  it.each([
    ["mime-postal", 5],
    ["mime-python", 40],
    ["mime-ruby-mail", 100],
    ["mime-stalwart", 30],
    ["mime-thunderbird", 100],
    ["mimekit", 40],
  ] as const)("%s", (folder, atLeast) => {
    let messages = 0;
    for (const path of corpusFiles(folder).filter((each) => /\.(eml|txt|msg|mail)$|msg_\d+/.test(each))) {
      let message: MimeEntity;
      try {
        message = parseMessage(corpusFile(path));
      } catch {
        continue;
      }
      messages++;
      const { text, html, attachments } = selectBody(message);
      const shown = attachments.length + Number(text !== undefined) + Number(html !== undefined);
      const all = leaves(message).length;
      expect(shown, path).toBeLessThanOrEqual(all);
      expect(shown, path).toBeGreaterThanOrEqual(all - dispensable(message));
      expect(new Set(attachments.map(({ entity }) => entity)).size, path).toBe(attachments.length);
    }
    expect(messages).toBeGreaterThanOrEqual(atLeast);
  });
});
