import type { ContentAnswers } from "../protocol/content-requests.ts";
import type { Ask, RequestInput } from "../protocol/requests.ts";
import type { MessageRef } from "../protocol/webmail.ts";

type Wish = RequestInput<"content", "frame.open">;
type Granted = ContentAnswers["frame.open"];

/** How old a ticket may be when its frame begins to load, in milliseconds: it lives five seconds, and a frame takes its time. */
const YOUNG = 2000;

/** Tickets for frames; the one of a message that a loading document will show is asked for before anything of it has come. */
export interface TicketAhead {
  expect(message: MessageRef): void;
  /** The ticket that fits, asked for now if there is none. Throws what the background throws. */
  take(wish: Wish): Promise<Granted>;
}

export function ticketAhead(ask: Ask<"content">, now: () => number = () => performance.now()): TicketAhead {
  let ahead: { wish: string; at: number; ticket: Promise<Granted> } | null = null;
  return {
    expect(message) {
      const wish: Wish = { kind: "reader", account: message.account, message, mode: null, window: null };
      const ticket = ask("frame.open", wish);
      // Whoever takes it hears of it; often it is a message that needs no frame of ours.
      ticket.catch(() => undefined);
      ahead = { wish: JSON.stringify(wish), at: now(), ticket };
    },
    take(wish) {
      const found = ahead;
      ahead = null;
      const fits = found?.wish === JSON.stringify({ kind: wish.kind, account: wish.account, message: wish.message, mode: wish.mode, window: wish.window }) && now() - found.at < YOUNG;
      // It was asked for while the page began to load, perhaps of a background that was just being stopped: that is no refusal.
      return fits ? found.ticket.catch(() => ask("frame.open", wish)) : ask("frame.open", wish);
    },
  };
}
