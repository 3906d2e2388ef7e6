import type { CurrentVerdict } from "../protocol/page-requests.ts";
import type { DocumentName } from "./authority.ts";
import type { FramePurpose } from "./tickets.ts";
import type { SessionTable } from "./session-table.ts";

/** The toolbar button of one tab. */
export interface ToolbarButton {
  title(tab: number, text: string): Promise<void>;
  badge(tab: number, text: string): Promise<void>;
  /** A sentence of `_locales` with what stands in it. */
  sentence(key: string, substitutions: string[]): string;
}

export interface ShownVerdict {
  verdict: CurrentVerdict;
  /** The webmail's document that holds the frame, so that the verdict goes when it does. */
  opener: string;
  openerFrame: number;
  /** The reader's own document. */
  reader: string;
  readerFrame: number;
  /** Whose mail it is. */
  origin: string;
  account: string;
}

/** Says the shown message's verdict in the browser's own space, where no page can forge it. */
export function verdictAction(table: SessionTable<ShownVerdict>, button: ToolbarButton) {
  async function clear(tab: number): Promise<void> {
    await button.title(tab, "");
    await button.badge(tab, "");
  }

  return {
    /** Where a page shows several readers, the last that spoke is the one that the toolbar speaks of. */
    async show(purpose: FramePurpose, reader: DocumentName, verdict: CurrentVerdict): Promise<void> {
      const { tab, opener, openerFrame, origin, account } = purpose;
      await table.change((rows) => {
        rows[String(tab)] = { verdict, opener, openerFrame, reader: reader.document, readerFrame: reader.frame, origin, account };
      });
      await button.title(tab, button.sentence(verdict.sentence, verdict.substitutions));
      await button.badge(tab, verdict.signed === "verified" ? "✓" : verdict.signed === "unverified" ? "?" : "");
    },
    /** A reader cannot be seen any more: whatever the page shows now, this verdict is not about it. */
    async hide({ tab, document }: DocumentName): Promise<void> {
      const gone = await table.change((rows) => {
        if (rows[String(tab)]?.reader !== document) return false;
        delete rows[String(tab)];
        return true;
      });
      if (gone) await clear(tab);
    },
    /** The verdict that the toolbar tells, and the reader that it is from. */
    async current(tab: number): Promise<{ verdict: CurrentVerdict; reader: DocumentName } | null> {
      const shown = (await table.read())[String(tab)];
      return shown ? { verdict: shown.verdict, reader: { tab, frame: shown.readerFrame, document: shown.reader } } : null;
    },
    /** A document began in a frame of a tab: what the one before it showed is gone. */
    async documentStarted({ tab, frame, document }: DocumentName): Promise<void> {
      const gone = await table.change((rows) => {
        const shown = rows[String(tab)];
        if (!shown || shown.opener === document || (frame !== 0 && frame !== shown.openerFrame)) return false;
        delete rows[String(tab)];
        return true;
      });
      if (gone) await clear(tab);
    },
    /** Takes back every verdict of which `which` says so. */
    async forget(which: (shown: ShownVerdict) => boolean): Promise<void> {
      const gone = await table.change((rows) => {
        const tabs = Object.keys(rows).filter((tab) => which(rows[tab] as ShownVerdict));
        for (const tab of tabs) delete rows[tab];
        return tabs.map(Number);
      });
      await Promise.allSettled(gone.map(clear));
    },
    async tabClosed(tab: number): Promise<void> {
      await table.change((rows) => {
        delete rows[String(tab)];
      });
    },
  };
}

export type VerdictAction = ReturnType<typeof verdictAction>;
