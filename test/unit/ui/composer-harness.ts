import { vi } from "vitest";
import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import type { FoundDraft, SealPlan, UnsentDraft } from "../../../src/protocol/draft.ts";
import type { InspectedMessage } from "../../../src/protocol/message-content.ts";
import type { OutboxRecord } from "../../../src/protocol/outbox.ts";
import type { ComposeMode, MessageRef, NativeDraft, SendResult } from "../../../src/protocol/webmail.ts";
import { draftToBytes } from "../../../src/ui/composer/draft-bytes.ts";
import { makeComposer } from "../../../src/ui/composer/composer.ts";
import type { ComposerContext, TextHandle } from "../../../src/ui/composer/context.ts";
import { emptyModel } from "../../../src/ui/composer/model.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import * as s from "./samples.ts";

const plan: SealPlan = { ticket: "t", sign: null, encrypt: { cipher: "aes-256-cbc" }, envelopes: [], headerPolicy: "baseline", legacyDisplay: true };
/** Different answers to one request, one after the other. */
export class InTurn {
  readonly #answers: unknown[];
  constructor(...answers: unknown[]) {
    this.#answers = answers;
  }
  next(): unknown {
    return this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
  }
}

export const trusted = { isTrusted: true };
export const wait = () => new Promise((resolve) => setTimeout(resolve, 10));

export interface Around {
  answers?: Record<string, unknown>;
  mode?: ComposeMode;
  original?: InspectedMessage;
  /** What was left behind on this computer. */
  kept?: { id: string; server: MessageRef | null; savedAt: string; unsent: UnsentDraft };
  /** What is kept here is encrypted to the author. */
  draftsToAuthor?: boolean;
  /** What lies in the server's Drafts. */
  found?: FoundDraft;
  native?: Omit<NativeDraft, "handle">;
  results?: SendResult[];
  steady?: boolean | null;
  /** vCards that the webmail has of everybody. */
  cards?: string;
  maxMessageSize?: number | null;
  envelopes?: { recipients: string[]; visible: boolean; mime: Bytes }[];
}

/** The note as the background writes it. */
function noteFor({ from, to, cc, bcc }: Record<"to" | "cc" | "bcc", string[]> & { from: string }) {
  const people = (addresses: string[]) => addresses.map((address) => ({ name: null, address }));
  return { from: { name: "Alice Example", address: from }, to: people(to), cc: people(cc), bcc: people(bcc), subject: "Please", text: "Your certificate, please. Alice Example", attachments: [] };
}

/** A composer whose surroundings are told what to answer; `asked` is everything that was asked of the background. */
export function composer(around: Around = {}) {
  const asked: [string, unknown][] = [];
  const kept: OutboxRecord[] = [];
  let html = "";
  const text: TextHandle = {
    html: () => html,
    text: () => html.replace(/<[^>]*>/g, ""),
    setHtml: (value) => (html = value),
    focus: () => undefined,
    insertPicture: (url, cid) => (html += `<img src="${url}" data-cid="${cid}">`),
    hasQuote: () => html.includes("data-quote"),
    removeQuotes: () => (html = html.replace(/<(div|blockquote) data-quote.*/s, "")),
  };
  const answers: Record<string, unknown> = {
    "composer.state": { canSign: ["alice@lab.test"], canEncrypt: ["alice@lab.test"], defaults: { sign: true, encrypt: true }, forced: { sign: false, encrypt: false }, rules: { bcc: "each", subjectOpen: false, signReplies: false, draftsToAuthor: around.draftsToAuthor ?? false }, ending: null },
    "people.search": [s.bob, s.carol],
    "send.prepare": { state: "ready", plan },
    "note.prepare": { state: "ready", ticket: "t", envelopes: [{ recipients: ["dave@lab.test"], visible: true, mime: utf8("note") }] },
    "outbox.begin": null,
    "send.confirm": { confirmed: true },
    "keys.certificates": [{ id: "1", certificate: utf8("c"), canSign: true, canDecrypt: true }],
    ...around.answers,
  };
  const results = [...(around.results ?? [{ state: "sent", message: null } satisfies SendResult])];
  const sent: string[][] = [];
  let ids = 0;
  const layout = vi.fn();
  const discardNativeDraft = vi.fn(() => Promise.resolve(true));
  const saveDraft = vi.fn<ComposerContext["store"]["saveDraft"]>(() => Promise.resolve());
  const sealDraft = vi.fn<ComposerContext["engine"]["sealDraft"]>(() => Promise.resolve(utf8("sealed draft")));
  let stored = 0;
  const store = vi.fn(() => Promise.resolve({ account: "alice@lab.test", folder: "Drafts", id: String(++stored) } satisfies MessageRef));
  const remove = vi.fn<ComposerContext["content"]["remove"]>(() => Promise.resolve());
  const removeDraft = vi.fn(() => Promise.resolve());
  const context: ComposerContext = {
    cell: makeCell(emptyModel(around.mode ?? "new", "alice@lab.test")),
    ask: ((name: string, input: { addresses?: string[] }) => {
      asked.push([name, input]);
      if (name === "people.lookup" && !answers[name]) {
        return Promise.resolve(input.addresses?.map((address) => ({ address, state: address.startsWith("dave") ? "none" : "found", code: "ok", certificate: null })));
      }
      if (name === "note.show") return Promise.resolve(noteFor(input as never));
      // One answer for each time it is asked, the last for ever.
      const inTurn = answers[name] instanceof InTurn ? answers[name].next() : answers[name];
      return name in answers ? Promise.resolve(inTurn) : Promise.reject(new SmimeError("protocol.unreachable"));
    }) as never,
    content: {
      identities: () => Promise.resolve([{ id: "9", address: "other@lab.test", name: null }, { id: "1", ...s.alice }]),
      fidelity: () => Promise.resolve({ maxMessageSize: around.maxMessageSize ?? null } as never),
      contactCards: () => Promise.resolve(utf8(around.cards ?? "")),
      nativeDraft: () => Promise.resolve(around.native ?? null),
      discardNativeDraft,
      fetchRaw: () => Promise.resolve(utf8("raw")),
      send: ({ recipients }: { recipients: string[] }) => {
        sent.push(recipients);
        const result = results.shift();
        return result ? Promise.resolve(result) : Promise.reject(new SmimeError("webmail.unreachable"));
      },
      layout,
      store,
      remove,
    } as never,
    engine: {
      inspect: (_mime: Bytes, on: (message: InspectedMessage, final: boolean) => void) => Promise.resolve(around.original && on(around.original, true)),
      seal: () => Promise.resolve(around.envelopes ?? [{ recipients: ["bob@lab.test"], visible: true, mime: utf8("sealed") }]),
      sealDraft,
      openDraft: () => (around.found ? Promise.resolve(around.found) : Promise.reject(new SmimeError("cms.decrypt-failed"))),
    } as never,
    visibility: { visible: () => true, steady: () => around.steady ?? null, whenVisible: () => Promise.resolve() },
    binding: { secret: "", kind: "composer", origin: "https://mail.lab.test", account: "alice@lab.test", message: around.mode === "draft" ? { account: "alice@lab.test", folder: "Drafts", id: "7" } : null, mode: around.mode ?? "new" },
    store: {
      keep: (record) => Promise.resolve(void kept.push(record)),
      drop: (send) => Promise.resolve(void kept.splice(kept.findIndex(({ id }) => id === send), 1)),
      finished: () => Promise.resolve(utf8("sealed")),
      saveDraft,
      lastDraft: () => Promise.resolve(around.kept ?? null),
      keptDraft: () => Promise.resolve(around.kept ?? null),
      draftOnServer: () => Promise.resolve(null),
      openDraft: () => Promise.resolve(around.draftsToAuthor ? { for: "author", mime: utf8("kept") } : { for: "computer", octets: around.kept ? draftToBytes(around.kept.unsent) : utf8("") }),
      hold: () => Promise.resolve(true),
      draftMac: () => Promise.resolve({} as CryptoKey),
      removeDraft,
    },
    html: { clean: (value) => value.replace(/<script.*?<\/script>/g, ""), toSend: (value) => ({ html: value, contentIds: new Set(["shown@mailseal"]) }), toKeep: (value) => ({ html: value, contentIds: new Set(["shown@mailseal"]) }), toEdit: (value, pictures) => value.replace(/cid:([^"]*)/g, (_, id: string) => pictures.get(id) ?? ""), pictureUrl: () => "blob:x" },
    words: { note: { failed: "not sent", unknown: "unknown" }, intro: ({ fromName }) => `${fromName} wrote:`, forwarded: "Forwarded", fields: ({ subject }) => [["Subject", subject ?? ""]] },
    text: { current: text },
    draftId: "draft",
    newId: () => `id${++ids}`,
    now: () => new Date("2026-05-03T08:31:00Z"),
  };
  const made = makeComposer(context);
  return { ...made, context, layout, discardNativeDraft, saveDraft, removeDraft, sealDraft, store, remove, asked, kept, sent, text, model: context.cell.get, input: (name: string) => asked.filter(([each]) => each === name).map(([, input]) => input as Record<string, unknown>) };
}
export const to = (people: { name: string | null; address: string }[]) => people.map((person) => ({ ...person, valid: true }));

export async function written(around: Around = {}, people: { name: string | null; address: string }[] = [s.bob]) {
  const made = composer(around);
  await made.start();
  made.actions.add("to", to(people));
  made.actions.setSubject("Figures");
  made.text.setHtml("<div>Hello</div>");
  await wait();
  return made;
}
