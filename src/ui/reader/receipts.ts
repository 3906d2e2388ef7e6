import type { Code } from "../../base/codes/index.ts";
import { codeOf, SmimeError } from "../../base/errors.ts";
import type { FrameAnswers } from "../../protocol/frame-requests.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { Signer } from "../../protocol/message-status.ts";
import { messageId } from "../composer/compose-draft.ts";
import { deliver, type Keeping, keepSealed } from "../composer/deliver.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Visibility } from "../frame/visibility.ts";
import { fieldProtection } from "../sentence/context.ts";

/** What the reader shows about receipts: one that its author asks for, or what a receipt that came in confirms. */
export type ReceiptShown =
  /** `author`: who asks; `from`: the own address that signs; `to`: whom the receipt goes to. */
  | { about: "asked"; author: string; from: string; to: string[]; sending: boolean; problem: Code | null; missing: string[] }
  /** `at`: ISO 8601; `taken`: the server said that it took it. */
  | { about: "sent"; at: string; taken: boolean }
  /** `sentAt`: of one's own message, ISO 8601. */
  | { about: "confirms"; by: string; sentAt: string }
  | { about: "own" }
  | { about: "no-message" }
  /** Nobody proved who signed the receipt. */
  | { about: "unproved" };

/** What receipts need around them. */
export interface Receipting extends Keeping {
  content: Pick<ContentPort, "identities" | "send" | "fidelity">;
  binding: Pick<FrameAnswers["frame.redeem"], "account" | "origin">;
  visibility: Pick<Visibility, "steady" | "visible">;
  words: { subject: string; text: (author: string) => string };
  show: (receipt: ReceiptShown | null) => void;
}

/** The receipts of one reader. Nothing is sent before a person pressed the button for this message (ES-03). */
export function makeReceipts(around: Receipting): { look: (message: InspectedMessage) => Promise<void>; send: (pressed: { isTrusted: boolean }) => Promise<void> } {
  const { ask, binding, content, show, visibility, words } = around;
  let message: InspectedMessage | null = null;
  let shown: ReceiptShown | null = null;

  const say = (receipt: ReceiptShown | null): void => show((shown = receipt));

  /** Tells what there is to tell of a message whose verdict is final; what could not be asked is not offered. */
  async function look(final: InspectedMessage): Promise<void> {
    message = final;
    if (shown !== null) say(null);
    const found = await (isReceipt(final) ? checked(final) : offered(final)).catch(() => null);
    if (message === final && found) say(found);
  }

  async function offered({ status, content: { headers }, receiptRequest }: InspectedMessage): Promise<ReceiptShown | null> {
    if (receiptRequest === null || status.summary.author === null) return null;
    const offer = await ask("receipt.look", { signature: receiptRequest, addressed: [...headers.to, ...headers.cc].map(({ address }) => address.slice(0, 320)) });
    if (offer.state === "sent") return { about: "sent", at: offer.at, taken: offer.taken };
    if (offer.state === "not-asked") return null;
    return { about: "asked", author: provedName(proving(status.layers.flatMap(({ signers }) => signers ?? [])), status.summary.author), from: offer.from, to: offer.to, sending: false, problem: null, missing: [] };
  }

  async function checked({ status }: InspectedMessage): Promise<ReceiptShown> {
    const layer = status.layers.find(({ receipt }) => receipt !== undefined);
    const signer = proving(layer?.signers ?? []);
    const { author } = status.summary;
    if (!layer?.receipt || !signer || author === null) return { about: "unproved" };
    const check = await ask("receipt.check", { author: author.slice(0, 320), ...layer.receipt, msgSigDigest: signer.msgSigDigest ?? null });
    if (check.state === "fits") return { about: "confirms", by: provedName(signer, author), sentAt: check.sentAt };
    return check.state === "own" ? { about: "own" } : { about: "no-message" };
  }

  async function send(pressed: { isTrusted: boolean }): Promise<void> {
    if (!pressed.isTrusted || !message || shown?.about !== "asked" || shown.sending) return;
    const asked = shown;
    const stop = (problem: Code | null, missing: string[] = []): void => say({ ...asked, sending: false, problem, missing });
    if (visibility.steady() === false) return stop("send.not-visible");
    say({ ...asked, sending: true, problem: null, missing: [] });
    try {
      const problem = await prepareAndSend(message, asked);
      if (problem === null) return stop(null);
      if (problem.code === "ok") return say({ about: "sent", at: around.now().toISOString(), taken: true });
      stop(problem.code, problem.missing);
    } catch (error) {
      stop(codeOf(error));
    }
  }

  /** `ok`, or why it was not sent; null if a person decided against it. */
  async function prepareAndSend({ status, content: { headers }, receiptRequest }: InspectedMessage, { author, from, to }: Extract<ReceiptShown, { about: "asked" }>): Promise<{ code: Code; missing: string[] } | null> {
    if (receiptRequest === null) return null;
    const failed = (code: string, missing: string[] = []) => ({ code: code as Code, missing });
    const identity = (await content.identities()).find(({ address }) => address.toLowerCase() === from.toLowerCase());
    if (!identity) throw new SmimeError("send.no-identity");
    const encrypt = status.summary.encrypted === "decrypted";
    const people = to.map((address) => ({ name: null, address }));
    // Where the browser cannot tell whether this frame was covered, a page may have stolen the click.
    if (visibility.steady() === null) {
      const question = { from: { name: null, address: from }, to: people, cc: [], bcc: [], subject: words.subject, text: words.text(author), files: [], sign: true, encrypt, unreadableFor: [] };
      if (!(await ask("send.confirm", question)).confirmed) return null;
    }
    const wanted = {
      signature: receiptRequest,
      addressed: [...headers.to, ...headers.cc].map(({ address }) => address.slice(0, 320)),
      encrypt,
      header: { subject: words.subject, messageId: messageId(around.newId(), from), inReplyTo: readableId(headers) },
    };
    let answer = await ask("receipt.prepare", wanted);
    if (answer.state === "refused" && answer.code === "keys.locked" && (await ask("keys.unlock", { use: "sign", from, visible: visibility.visible() })).unlocked) answer = await ask("receipt.prepare", wanted);
    if (answer.state === "refused") return failed(answer.code);
    if (answer.state === "missing") return failed("send.missing-certificates", answer.addresses);
    const { account, origin } = binding;
    const record = await keepSealed(around, [answer.envelope], { ticket: answer.ticket, recipients: to, protection: { signed: true, encrypted: answer.encrypted } }, { account, origin, identity: identity.id, draft: "receipt" });
    const [delivered] = await deliver(around, record, record.envelopes.map(({ id }) => id));
    if (delivered?.result.state === "failed") return failed(delivered.result.code);
    return failed(delivered?.result.state === "unknown" ? "send.unknown" : "ok");
  }

  return { look, send };
}

/** Whether a message is nothing but a receipt. */
export function isReceipt({ status }: Pick<InspectedMessage, "status">): boolean {
  return status.layers.some(({ receipt }) => receipt !== undefined);
}

/** The one of several signers who proves the message. */
function proving(signers: readonly Signer[]): Signer | undefined {
  return signers.find(({ code }) => code === "ok");
}

/** The name that an authority vouches for, with the address that it belongs to. */
function provedName(signer: Signer | undefined, address: string): string {
  return signer?.name ? `${signer.name} (${address})` : address;
}

/** The message's identifier, unless only its encryption says it: the receipt names it outside. */
function readableId(headers: InspectedMessage["content"]["headers"]): string | null {
  const protection = fieldProtection(headers, "message-id");
  return protection === "encrypted" || protection === "both" ? null : headers.messageId;
}
