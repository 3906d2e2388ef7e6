import { type Bytes, fromUtf8, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { messageRef } from "./shapes.ts";
import { count, list, nullable, octets, type Of, record, type Shape, text, toWire, word } from "./shape.ts";

/** The form of the file in which a person saves what is left (docs/administrator/troubleshooting.md). */
export const EXPORT_FORMAT = "mailseal-export";
export const EXPORT_VERSION = 1;

/** What an export may hold; a whole file in octets. Messages that wait to be sent are left out beyond their part of it. */
export const exportLimits = { octets: 250_000_000, messages: 100_000_000, people: 20_000, authorities: 2000, decisions: 5000, lists: 100, list: 40_000_000, webmails: 500, settings: 50, drafts: 1000, draft: 100_000_000, keys: 1000 } as const;

const certificate = octets(65_536);
const any: Shape<unknown> = (value) => value;

const certified = record({ certificate });

const draft = { id: text(200), origin: text(300), account: text(320), server: nullable(messageRef), savedAt: text(40) };
const sealedDraft = record({ ...draft, iv: octets(12), sealed: octets(exportLimits.draft) });
const draftToAuthor = record({ ...draft, mime: octets(exportLimits.draft), mark: octets(32) });

/** As it was kept: sealed by the computer, or encrypted to its author with the computer's mark. */
const eitherDraft = (value: unknown): Of<typeof sealedDraft> | Of<typeof draftToAuthor> =>
  typeof value === "object" && value !== null && "mime" in value ? draftToAuthor(value) : sealedDraft(value);

const exportShape = record({
  format: word(EXPORT_FORMAT),
  version: count(EXPORT_VERSION),
  madeAt: text(40),
  /** Keys that were there, by their certificates: the keys are not in the file. */
  keys: list(record({ subject: text(4000), serial: text(128), notAfter: text(40) }), exportLimits.keys),
  people: list(record({ certificate, others: list(certificate, 64) }), exportLimits.people),
  anchors: list(certified, exportLimits.authorities),
  intermediates: list(certified, exportLimits.authorities),
  "trust-decisions": list(record({ certificate, decision: word("trusted", "distrusted") }), exportLimits.decisions),
  revocation: list(record({ octets: octets(exportLimits.list) }), exportLimits.lists),
  settings: list(record({ name: text(100), value: any }), exportLimits.settings),
  webmails: list(record({ origin: text(300) }), exportLimits.webmails),
  drafts: list(eitherDraft, exportLimits.drafts),
  /** Messages that waited to be sent. They are for the person to look at: nothing that a file brings is sent. */
  outbox: list(any, 100_000),
});

export type ExportFile = Of<typeof exportShape>;

/** Reads a file that somebody calls an export. Throws `store.export-unreadable`, `limits.export`. */
export function readExport(file: Bytes): ExportFile {
  if (file.length > exportLimits.octets) throw new SmimeError("limits.export");
  try {
    return exportShape(JSON.parse(fromUtf8(file)));
  } catch (cause) {
    throw new SmimeError("store.export-unreadable", { cause });
  }
}

/** Writes one: JSON, in which octets are `{ "$octets": BASE64 }`. Members that nobody reads back are the records as they were kept. */
export function writeExport(content: Record<string, unknown>): Bytes {
  return utf8(JSON.stringify({ format: EXPORT_FORMAT, version: EXPORT_VERSION, ...(toWire(content) as object) }, null, 1));
}
