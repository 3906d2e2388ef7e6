import type { Bytes } from "../../base/bytes.ts";
import { pictureTypes } from "../mail-html/inline-pictures.ts";
import type { ComposerContext } from "./context.ts";
import type { DraftFile } from "./model.ts";
import { readFile } from "./read-file.ts";

/** Running reads by file id, so that removing a file stops reading it. */
const reading = new WeakMap<object, Map<string, AbortController>>();

function readsOf(context: ComposerContext): Map<string, AbortController> {
  const reads = reading.get(context.cell) ?? new Map<string, AbortController>();
  reading.set(context.cell, reads);
  return reads;
}

/** Attaches files, reading them one after another with progress. */
export async function attachFiles(context: ComposerContext, files: File[]): Promise<void> {
  const entries = files.map((file) => ({ file, entry: fileEntry(context, file) }));
  context.cell.set({ files: [...context.cell.get().files, ...entries.map(({ entry }) => entry)] });
  for (const { file, entry } of entries) await read(context, file, entry.id);
}

/** Puts a picture into the text; it goes along as an attachment that the text refers to by `cid:`. */
export async function insertPicture(context: ComposerContext, file: File): Promise<void> {
  if (!pictureTypes.has(file.type) || context.cell.get().plain) return attachFiles(context, [file]);
  const entry = { ...fileEntry(context, file), contentId: `${context.newId()}@mailseal` };
  context.cell.set({ files: [...context.cell.get().files, entry] });
  const bytes = await read(context, file, entry.id);
  if (bytes) context.text.current?.insertPicture(context.html.pictureUrl(bytes, file.type), entry.contentId, file.name);
}

export function removeFile(context: ComposerContext, id: string): void {
  readsOf(context).get(id)?.abort();
  context.cell.set({ files: context.cell.get().files.filter((file) => file.id !== id) });
}

function fileEntry(context: ComposerContext, file: File): DraftFile {
  const { name, type, size } = file;
  return { id: context.newId(), name: name || "file", type: type || "application/octet-stream", size, read: 0, bytes: null, contentId: null, fromOriginal: false };
}

async function read(context: ComposerContext, file: File, id: string): Promise<Bytes | null> {
  const change = (patch: Partial<DraftFile>): void =>
    context.cell.set({ files: context.cell.get().files.map((each) => (each.id === id ? { ...each, ...patch } : each)) });
  const abort = new AbortController();
  readsOf(context).set(id, abort);
  try {
    const bytes = await readFile(file, (done) => change({ read: done }), abort.signal);
    change({ bytes, read: bytes.length });
    return bytes;
  } catch {
    removeFile(context, id);
    if (!abort.signal.aborted) context.cell.set({ problem: { code: "send.file-unreadable", detail: file.name } });
    return null;
  } finally {
    readsOf(context).delete(id);
  }
}
