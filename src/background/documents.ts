import type { DocumentName } from "./authority.ts";
import type { SessionTable } from "./session-table.ts";

/** The webmail documents that each frame of a tab last had, by frame number. */
export type TabDocuments = Record<string, string>;

/** Notices when a frame of a webmail's tab has another document than before: what the old one did is over. */
export function documents(table: SessionTable<TabDocuments>) {
  return {
    /** Answers whether this document replaced another one in its frame. */
    seen: ({ tab, frame, document }: DocumentName): Promise<boolean> =>
      table.change((rows) => {
        const before = rows[String(tab)] ?? {};
        const replaced = before[String(frame)] !== undefined && before[String(frame)] !== document;
        // A new top document has new frames.
        rows[String(tab)] = frame === 0 && replaced ? { "0": document } : { ...before, [String(frame)]: document };
        return replaced;
      }),
    tabClosed: (tab: number): Promise<void> =>
      table.change((rows) => {
        delete rows[String(tab)];
      }),
  };
}

export type Documents = ReturnType<typeof documents>;
