import { describe, expect, it, vi } from "vitest";
import { ticketAhead } from "../../../src/content/ticket-ahead.ts";
import type { Ask } from "../../../src/protocol/requests.ts";

const message = { account: "bob@lab.test", folder: "INBOX", id: "3" };
const wish = { kind: "reader" as const, account: "bob@lab.test", message, mode: null, window: null };

function setup() {
  let now = 0;
  let count = 0;
  const ask = vi.fn(() => Promise.resolve({ ticket: `t${++count}`, secret: "s" }));
  return { ask, tickets: ticketAhead(ask as unknown as Ask<"content">, () => now), pass: (ms: number) => (now += ms) };
}

describe("a ticket asked for ahead", () => {
  it("is given to the frame of that message, once", async () => {
    const { ask, tickets } = setup();
    tickets.expect(message);
    expect(await tickets.take(wish)).toMatchObject({ ticket: "t1" });
    expect(ask).toHaveBeenCalledTimes(1);
    expect(await tickets.take(wish)).toMatchObject({ ticket: "t2" });
  });

  it("is for no other message, account, kind or mode", async () => {
    for (const other of [
      { ...wish, message: { ...message, id: "4" } },
      { ...wish, account: "alice@lab.test" },
      { ...wish, kind: "composer" as const },
      { ...wish, mode: "draft" as const },
    ]) {
      const { tickets } = setup();
      tickets.expect(message);
      expect(await tickets.take(other)).toMatchObject({ ticket: "t2" });
    }
  });

  it("is not used once it may run out while the frame loads", async () => {
    const { tickets, pass } = setup();
    tickets.expect(message);
    pass(2001);
    expect(await tickets.take(wish)).toMatchObject({ ticket: "t2" });
  });

  it("that a stopped background did not answer is asked for again", async () => {
    const ask = vi.fn(() => Promise.resolve({ ticket: "t2", secret: "s" }));
    ask.mockRejectedValueOnce(new Error("unreachable"));
    const tickets = ticketAhead(ask as unknown as Ask<"content">);
    tickets.expect(message);
    expect(await tickets.take(wish)).toMatchObject({ ticket: "t2" });
  });

  it("that was refused is refused to the frame, and to nobody who does not ask", async () => {
    const ask = vi.fn(() => Promise.reject(new Error("refused")));
    const tickets = ticketAhead(ask);
    tickets.expect(message);
    await expect(tickets.take(wish)).rejects.toThrow("refused");
  });
});
