import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { sameAddress } from "../mime/addresses.ts";
import { parseCertificate } from "../pki/certificate.ts";
import type { Draft } from "../protocol/draft.ts";
import type { NoteAnswer } from "../protocol/frame-requests.ts";
import type { RequestInput } from "../protocol/requests.ts";
import { localKeyPort, type Signing } from "../smime/local-key-port.ts";
import { seal } from "../smime/seal.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { type OwnKeys, signingFor } from "./own-keys.ts";
import type { sendService } from "./send-service.ts";
import { unguessable } from "./tickets.ts";

/** Words of the note, in its author's language. */
export interface NoteWords {
  subject(): string;
  text(author: string): string;
}

export interface NoteServiceParts {
  send: ReturnType<typeof sendService>;
  ownKeys: OwnKeys;
  words: NoteWords;
  /** Called with a frame's document once the last signature of its message was made or failed: a card's login for it alone ends. */
  signed: (document: string) => void;
  clock: Clock;
}

export type AskedPeople = RequestInput<"frame", "note.show">;

/**
 * The note that asks people for their certificate: signed, in the clear, and made here from fixed words, so that it is the one
 * message that a forced encryption lets go and no frame can put anything of its own into it.
 */
export function noteService({ send, ownKeys, words, signed, clock }: NoteServiceParts) {
  const signingOf = async (from: string, { purpose }: Binding, frame?: DocumentName): Promise<Signing> => signingFor(await ownKeys(purpose.origin, frame?.document), from);

  /**
   * It holds nothing of the message that waits: no Subject, no thread, no quote. Each of the people stands in the field that he has
   * there, so that nobody learns of a Bcc from it, and by address alone: in an answer names may come from fields that were hidden
   * in the original's encryption (CO-02), and the note goes in the clear. The author's name is the one that his certificate has.
   */
  function compose({ from, to, cc, bcc }: AskedPeople, signing: Signing): Draft {
    const name = parseCertificate(signing.key.key.certificate).subject.commonName;
    const those = (addresses: readonly string[]) => addresses.filter((address) => !sameAddress(address, from)).map((address) => ({ name: null, address }));
    const domain = from.slice(from.lastIndexOf("@") + 1);
    return {
      from: { name, address: from },
      to: those(to),
      cc: those(cc),
      bcc: those(bcc),
      subject: words.subject(),
      text: words.text(name ?? from),
      attachments: [],
      inReplyTo: null,
      references: [],
      messageId: `${unguessable()}@${domain}`,
      date: clock().toISOString(),
    };
  }

  /** The note as it would go out. Throws `keys.no-signing-key`. */
  const show = async (asked: AskedPeople, binding: Binding): Promise<Draft> => compose(asked, await signingOf(asked.from, binding));

  /** Makes it, or says what stands in its way. */
  async function prepare(asked: AskedPeople, binding: Binding, frame: DocumentName): Promise<NoteAnswer> {
    const signing = await signingOf(asked.from, binding, frame);
    const { from, to, cc, bcc, ...rest } = compose(asked, signing);
    const answer = await send.prepare({ from, to, cc, bcc, sign: true, encrypt: false, unreadableFor: [], uncheckedFor: [from.address], chosen: [], leftOut: [], members: [], receipt: false }, binding, frame, { note: true });
    if (answer.state === "refused") return answer;
    if (answer.state !== "ready" || answer.plan.encrypt !== null) throw new SmimeError("protocol.forbidden");
    const { plan } = answer;
    const envelopes = await seal({ from, to, cc, bcc, ...rest }, plan, localKeyPort([], signing, clock)).finally(() => signed(frame.document));
    return { state: "ready", ticket: plan.ticket, envelopes };
  }

  return { show, prepare };
}
