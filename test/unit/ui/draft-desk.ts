import { utf8 } from "../../../src/base/bytes.ts";
import type { UnsentDraft } from "../../../src/protocol/draft.ts";
import { composer, to } from "./composer-harness.ts";
import * as s from "./samples.ts";

export const unsent: UnsentDraft = {
  draft: {
    from: s.alice, to: [s.bob], cc: [], bcc: [s.carol], subject: "Figures", text: "Hello", html: '<div>Hello <img src="cid:p@mailseal"></div>',
    attachments: [
      { name: "a.txt", type: "text/plain", bytes: utf8("first"), contentId: null },
      { name: "p.png", type: "image/png", bytes: utf8("second"), contentId: "p@mailseal" },
    ],
    inReplyTo: "m@lab.test", references: ["m@lab.test"], messageId: "d@lab.test", date: "2026-05-03T08:31:00.000Z",
  },
  sign: false, encrypt: true, originalEncrypted: true, unproved: false, forwarded: [0],
};
const server = { account: "alice@lab.test", folder: "Drafts", id: "5" };
/** What was left behind on this computer. */
export const kept = { id: "older", server, savedAt: "2026-05-03T07:00:00.000Z", unsent };

/** A composer in which somebody has begun to write. */
export async function writing(around: Parameters<typeof composer>[0] = {}) {
  const made = composer(around);
  await made.start();
  made.actions.add("to", to([s.bob]));
  made.text.setHtml("<div>Hello</div>");
  made.actions.textChanged();
  return made;
}
