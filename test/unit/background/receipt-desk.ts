import type { KeyObject } from "node:crypto";
import type { Bytes } from "../../../src/base/bytes.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { failureBudget } from "../../../src/background/failure-budget.ts";
import { keyService } from "../../../src/background/key-service.ts";
import type { OwnKey } from "../../../src/background/own-keys.ts";
import type { Choice } from "../../../src/background/people-service.ts";
import type { PolicyService } from "../../../src/background/policy-service.ts";
import { type AskedPeople, noteService } from "../../../src/background/note-service.ts";
import { receiptMemory, type ReceiptStore } from "../../../src/background/receipt-memory.ts";
import { receiptService } from "../../../src/background/receipt-service.ts";
import { recipientService } from "../../../src/background/recipient-service.ts";
import { sendService } from "../../../src/background/send-service.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { FramePurpose } from "../../../src/background/tickets.ts";
import { fileTrust } from "../../../src/cli/trust.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { type Certificate, parseCertificate } from "../../../src/pki/certificate.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { Draft } from "../../../src/protocol/draft.ts";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { ReceiptAnswer, ReceiptCheck, ReceiptOffer, RequestingSignature } from "../../../src/protocol/receipts.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { seal } from "../../../src/smime/seal.ts";
import type { AskedReceipt, SentReceipt } from "../../../src/store/receipts.ts";
import { memoryArea } from "./memory-area.ts";

export const origin = "https://mail.example.org";

export interface DeskOptions {
  address: string;
  certificate: Bytes;
  key: KeyObject;
  anchors: Certificate[];
  /** Certificates of people that mail can be encrypted to, one's own among them. */
  people?: Record<string, Bytes>;
  managed?: Record<string, unknown>;
  now?: () => Date;
  /** As the webmail names it; the address, if left out. */
  account?: string;
}

/** Receipts in memory, as the browser's database would have them. */
export function memoryStore(): ReceiptStore & { sent: Map<string, SentReceipt>; asked: Map<string, AskedReceipt> } {
  const sent = new Map<string, SentReceipt>();
  const asked = new Map<string, AskedReceipt>();
  return {
    sent,
    asked,
    sentReceipt: (digest) => Promise.resolve(sent.get(digest)),
    allSentReceipts: () => Promise.resolve([...sent.values()]),
    claimSentReceipt: (receipt) => {
      if (!sent.has(receipt.digest)) sent.set(receipt.digest, receipt);
      return Promise.resolve(sent.get(receipt.digest) as SentReceipt);
    },
    putSentReceipt: (receipt) => Promise.resolve(void sent.set(receipt.digest, receipt)),
    removeSentReceipt: (digest) => Promise.resolve(void sent.delete(digest)),
    askedReceipt: (identifier) => Promise.resolve(asked.get(identifier)),
    allAskedReceipts: () => Promise.resolve([...asked.values()]),
    putAskedReceipt: (receipt) => Promise.resolve(void asked.set(receipt.contentIdentifier, receipt)),
    removeAskedReceipt: (identifier) => Promise.resolve(void asked.delete(identifier)),
  };
}

/** Somebody with a background of his own: the real services around one key and a memory, with a reader and a composer that are bound. */
export async function desk({ address, certificate, key, anchors, people = {}, managed = {}, now = () => new Date(), account = address }: DeskOptions) {
  const stored = await importSoftwareKey(new Uint8Array(key.export({ type: "pkcs8", format: "der" })), certificate);
  const own = { id: address, key: openStoredKey(stored), chain: [], notAfter: parseCertificate(certificate).notAfter } as unknown as OwnKey;
  const ownKeys = () => Promise.resolve([own]);
  const area = memoryArea();
  const store = memoryStore();
  const memory = receiptMemory(store, now);
  const tickets = sendTickets(sessionTable(area, "send"), now);
  const trust = fileTrust({ anchors, intermediates: [], at: now() });
  const choose = (who: string): Promise<Choice> => {
    const found = Object.entries(people).find(([name]) => name.toLowerCase() === who.toLowerCase())?.[1];
    const kept = found ? { sha256: who, certificate: found, others: [], source: "file" as const, ciphers: [], preferredAt: null } : null;
    return Promise.resolve({ kept, state: { address: who, state: found ? "found" : "none", code: found ? "ok" : "send.missing-certificates", certificate: null } });
  };
  const policy = { known: () => Promise.resolve(true), current: () => Promise.resolve(effectivePolicy(managed, defaultUserSettings)) } as unknown as PolicyService;
  const send = sendService({ policy, recipients: recipientService({ choose }, { members: () => Promise.reject(new Error("no list")) }), trust, anchors: () => Promise.resolve([]), sendTickets: tickets, ownKeys, clock: now });
  const bound = bindings(sessionTable(area, "bindings"));
  const budget = failureBudget(sessionTable(area, "budget"), now);
  const signed: string[] = [];
  const tellSigned = (document: string): void => void signed.push(document);
  const keys = keyService({ bindings: bound, budget, sendTickets: tickets, ownKeys, isShown: () => Promise.resolve(true), receipts: memory, drafts: () => Promise.resolve([]), signed: tellSigned, clock: now });
  const receipts = receiptService({ trust, send, ownKeys, memory, signed: tellSigned, clock: now });
  const notes = noteService({ send, ownKeys, words: { subject: () => "Your certificate", text: (author) => `Please send it. ${author}` }, signed: tellSigned, clock: now });
  const frame = (kind: FramePurpose["kind"]) => ({ tab: 7, frame: 3, document: kind });
  const purpose = (kind: FramePurpose["kind"]): FramePurpose => ({ kind, tab: 7, opener: "D", openerFrame: 0, origin, account, message: null, mode: null });
  for (const kind of ["reader", "composer"] as const) await bound.bind(frame(kind), purpose(kind), "s");

  const addressed = ({ content }: InspectedMessage): string[] => [...content.headers.to, ...content.headers.cc].map((person) => person.address);
  return {
    store,
    memory,
    tickets,
    keys,
    bindings: bound,
    /** Documents of which the last signature was made. */
    signed,
    frame,
    showNote: async (asked: AskedPeople) => notes.show(asked, await bound.of(frame("composer"))),
    prepareNote: async (asked: AskedPeople) => notes.prepare(asked, await bound.of(frame("composer")), frame("composer")),
    /** As this person's reader shows a message. */
    read: (mail: Uint8Array): Promise<InspectedMessage> => inspect(mail, { keys: localKeyPort([own], null, now), trust }),
    look: async (message: InspectedMessage): Promise<ReceiptOffer | null> =>
      message.receiptRequest && receipts.look(message.receiptRequest, addressed(message), await bound.of(frame("reader"))),
    lookAt: async (signature: RequestingSignature, to: string[] = []): Promise<ReceiptOffer> => receipts.look(signature, to, await bound.of(frame("reader"))),
    answer: async (message: InspectedMessage): Promise<ReceiptAnswer> =>
      receipts.prepare(
        {
          signature: message.receiptRequest as RequestingSignature,
          addressed: addressed(message),
          encrypt: message.status.summary.encrypted === "decrypted",
          header: { subject: "Signed receipt", messageId: "r@lab.test", inReplyTo: message.content.headers.messageId },
        },
        await bound.of(frame("reader")),
        frame("reader"),
      ),
    check: async ({ status }: InspectedMessage): Promise<ReceiptCheck> => {
      const layer = status.layers.find(({ receipt }) => receipt !== undefined);
      const msgSigDigest = layer?.signers?.[0]?.msgSigDigest ?? null;
      if (!layer?.receipt) throw new Error("no receipt");
      return receipts.check({ author: status.summary.author ?? "", ...layer.receipt, msgSigDigest }, await bound.of(frame("reader")));
    },
    /** Writes a message that asks for a receipt, as the composer does. */
    ask: async (to: string, { encrypt = false, sign = true, receipt = true } = {}): Promise<Bytes> => {
      const person = (who: string) => ({ name: null, address: who });
      const draft: Draft = { from: person(address), to: [person(to)], cc: [], bcc: [], subject: "Did you get this?", text: "Please confirm.", attachments: [], inReplyTo: null, references: [], messageId: "asked@lab.test", date: now().toISOString() };
      const answer = await send.prepare({ from: draft.from, to: draft.to, cc: [], bcc: [], sign, encrypt, unreadableFor: [], uncheckedFor: [], chosen: [], leftOut: [], members: [], receipt }, await bound.of(frame("composer")), frame("composer"));
      if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
      const port = { ...localKeyPort([own], null, now), sign: (request: Parameters<typeof keys.sign>[1]) => keys.sign(frame("composer"), request) };
      return (await seal(draft, answer.plan, port))[0]?.mime as Bytes;
    },
  };
}

export type Desk = Awaited<ReturnType<typeof desk>>;
