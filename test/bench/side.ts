import type { Engine } from "./engine.ts";
import type { Work } from "./rounds.ts";
import type { Sample } from "./sample.ts";

/** One way to sign and encrypt a message, and to decrypt and verify it. */
export interface Side {
  seal: Work;
  open: Work;
}

/** Ours: from a draft to the finished mail, and from the mail to text and attachments with their digests. */
export function ourSide(engine: Engine, sample: Sample): Side {
  return {
    seal: () => {
      const draft = sample.draft();
      return () => engine.seal(draft);
    },
    open: () => {
      const mail = sample.mail.slice();
      return async () => {
        const { content } = await engine.open(mail);
        if (content.attachments[0]?.bytes.length !== sample.attached) throw new Error("the attachment is another one");
      };
    },
  };
}
