import { SmimeError } from "../base/errors.ts";
import { count, record } from "../protocol/shape.ts";
import type { MessageRef } from "../protocol/webmail.ts";
import type { Meeting } from "../protocol/window-port.ts";
import type { DocumentName, Sender } from "./authority.ts";
import type { Binding, Bindings } from "./bindings.ts";
import { type FramePurpose, type Ticket, type Tickets, unguessable } from "./tickets.ts";

/** The size of a composer's window, in CSS pixels of the screen. */
export interface WindowSize {
  width: number;
  height: number;
}

const FIRST_SIZE: WindowSize = { width: 760, height: 720 };
const LEAST: WindowSize = { width: 360, height: 400 };
const MOST: WindowSize = { width: 4000, height: 3000 };

/** More windows than this for one webmail are somebody's trial: its page asks for them. */
const MAX_WINDOWS = 8;

/** How long a webmail's page may take to say that it serves a window, in milliseconds. */
const PATIENCE = 2000;

const keptSize = record({ width: count(), height: count() });
const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

export interface ComposerWindowsParts {
  tickets: Tickets;
  bindings: Bindings;
  /** Opens the window for a ticket; answers its tab. */
  open: (ticket: string, size: WindowSize) => Promise<number | null>;
  /** Tabs of a webmail, the one that is looked at first. */
  tabsOf: (origin: string) => Promise<number[]>;
  /** Asks the top document of a tab whether it can serve a window; it answers by `window.serve`. */
  askPage: (tab: number, question: string) => Promise<void>;
  /** Shows a tab of the webmail, or opens one. */
  show: (origin: string, tab: number) => Promise<void>;
  size: { read: () => Promise<unknown>; write: (size: WindowSize) => Promise<void> };
}

interface Question {
  window: DocumentName;
  binding: Binding;
  answer: (meeting: Meeting) => void;
}

/**
 * Composers in windows of their own. A page of the web can neither imitate, cover nor script such a window; the webmail's content
 * script only fetches and sends octets for it. A window outlives the document that it was opened from, because webmails load a new
 * one at every turn: it may be served by any document of the same webmail and account, which the browser and the background name.
 */
export function composerWindows({ tickets, bindings, open, tabsOf, askPage, show, size }: ComposerWindowsParts) {
  /** Windows that are being opened, by ticket: they may be quicker than the browser's answer which tab they are in. */
  const opening = new Map<string, Promise<void>>();
  const questions = new Map<string, Question>();

  async function sizeOfNext(): Promise<WindowSize> {
    try {
      return keptSize(await size.read());
    } catch {
      return FIRST_SIZE;
    }
  }

  /** Opens a window for this purpose. Throws `protocol.ticket` if there are too many, or it could not be opened. */
  async function openFor(purpose: FramePurpose): Promise<{ ticket: string; secret: string }> {
    // Those that are being opened count: they are bound only when their document asks.
    const { ticket, secret } = await tickets.issue(purpose, MAX_WINDOWS - (await bindings.windowsOf(purpose.origin)));
    const opened = sizeOfNext().then(async (wanted) => {
      const tab = await open(ticket, wanted);
      if (tab === null) throw new SmimeError("protocol.ticket");
      await tickets.openedIn(ticket, tab);
    });
    opening.set(ticket, opened);
    try {
      await opened;
    } catch (error) {
      await tickets.withdraw(ticket);
      throw error;
    } finally {
      opening.delete(ticket);
    }
    return { ticket, secret };
  }

  /** Redeems a window's ticket in the tab that was opened for it. Throws `protocol.ticket`. */
  async function redeem(ticket: string, by: { tab: number }): Promise<Ticket> {
    await opening.get(ticket)?.catch(() => undefined);
    return tickets.redeem(ticket, { tab: by.tab, page: "window" });
  }

  async function ask(tab: number, window: DocumentName, binding: Binding): Promise<Meeting | null> {
    const question = unguessable();
    const answered = new Promise<Meeting>((answer) => questions.set(question, { window, binding, answer }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE)));
    try {
      // Where nobody is there, the browser says so at once; a page that does not serve this account says nothing.
      const refused = askPage(tab, question).then(() => patience, () => null);
      return await Promise.race([answered, refused]);
    } finally {
      clearTimeout(timer);
      questions.delete(question);
    }
  }

  /** Looks for a page that serves a window whose own is gone; null if there is none. */
  async function rejoin(window: DocumentName): Promise<Meeting | null> {
    const binding = await bindings.of(window);
    const { origin, tab: before } = binding.purpose;
    const tabs = await tabsOf(origin);
    for (const tab of [...tabs.filter((each) => each === before), ...tabs.filter((each) => each !== before)]) {
      const meeting = await ask(tab, window, binding);
      if (meeting) return meeting;
    }
    return null;
  }

  /**
   * A content script says that it serves the window of a question. Throws `protocol.forbidden` for another webmail or account than
   * the window writes for, and for a frame within a page.
   */
  async function serve({ question, account }: { question: string; account: string }, by: Extract<Sender, { kind: "content" }>): Promise<{ ticket: string; secret: string; message: MessageRef | null }> {
    const asked = questions.get(question);
    const purpose = asked?.binding.purpose;
    if (!asked || !purpose || by.frame !== 0 || by.origin !== purpose.origin || account !== purpose.account) throw new SmimeError("protocol.forbidden");
    questions.delete(question);
    const [ticket, secret] = [unguessable(), unguessable()];
    await bindings.reattach(asked.window, { tab: by.tab, opener: by.document, openerFrame: by.frame }, secret);
    asked.answer({ tab: by.tab, frame: by.frame, ticket, secret });
    return { ticket, secret, message: purpose.message };
  }

  return {
    open: openFor,
    redeem,
    rejoin,
    serve,
    /** Shows the webmail that a window writes for. */
    async showWebmail(window: DocumentName): Promise<void> {
      const { origin, tab } = (await bindings.of(window)).purpose;
      await show(origin, tab);
    },
    /** Keeps the size that a person gave a window, for the next one. */
    async resized({ width, height }: WindowSize): Promise<void> {
      await size.write({ width: within(width, LEAST.width, MOST.width), height: within(height, LEAST.height, MOST.height) });
    },
  };
}

export type ComposerWindows = ReturnType<typeof composerWindows>;
