import type { Bytes } from "../../base/bytes.ts";

/** The part of a File that reading needs. */
export type ReadableFile = Pick<File, "size" | "stream">;

/**
 * Reads a file piece by piece into one buffer, so that progress can be shown and reading be cancelled.
 * Rejects with the signal's reason, or with what the browser says if the file cannot be read (it was moved or changed).
 */
export async function readFile(file: ReadableFile, onProgress: (read: number) => void, signal: AbortSignal): Promise<Bytes> {
  const bytes = new Uint8Array(file.size);
  const reader = file.stream().getReader();
  let at = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      bytes.set(value, at);
      at += value.length;
      onProgress(at);
    }
  } finally {
    reader.releaseLock();
  }
  if (at !== file.size) throw new DOMException("the file changed while it was read", "NotReadableError");
  return bytes;
}
