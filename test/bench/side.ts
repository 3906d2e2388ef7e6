import type { Engine } from "./engine.ts";
import type { Work } from "./rounds.ts";
import { draftWith, type Sample } from "./sample.ts";

/** One way to sign and encrypt a message, and to decrypt and verify it. */
export interface Side {
  seal: Work;
  open: Work;
}

/** Ours: from a draft to the finished mail, and from the mail to text and attachments. */
export function ourSide(engine: Engine, { attachment, mail }: Omit<Sample, "entity">): Side {
  return {
    seal: () => {
      const draft = draftWith(attachment.slice());
      return () => engine.seal(draft);
    },
    open: () => {
      const own = mail.slice();
      return async () => {
        const { content } = await engine.open(own);
        if (content.attachments[0]?.bytes.length !== attachment.length) throw new Error("the attachment is another one");
      };
    },
  };
}
