import { describe, expect, it, vi } from "vitest";
import { confirmService } from "../../../src/background/confirm-service.ts";
import type { Confirmation } from "../../../src/protocol/shapes.ts";

const person = { name: null, address: "bob@lab.test" };
const details: Confirmation = { from: person, to: [person], cc: [], bcc: [], subject: "s", text: "t", files: [], sign: true, encrypt: true, unreadableFor: [] };

const alice = { origin: "https://mail.lab.test", account: "alice@lab.test" };

function service(window: number | null = 5) {
  const ids: string[] = [];
  const shut: number[] = [];
  return { ids, shut, ...confirmService((id) => (ids.push(id), window === null ? Promise.reject(new Error("no window")) : Promise.resolve(window)), (tab) => shut.push(tab)) };
}

describe("confirming in a window of ours", () => {
  it("answers what the window said, once", async () => {
    const { ids, ask, answer, details: shown } = service();
    const asked = ask(details, alice);
    expect(shown(ids[0] as string)).toEqual(details);
    answer(ids[0] as string, true);
    answer(ids[0] as string, false);
    expect(await asked).toBe(true);
    expect(shown(ids[0] as string)).toBeNull();
  });

  it("takes a closed window, and one that did not open, for a no", async () => {
    const closed = service();
    const asked = closed.ask(details, alice);
    await Promise.resolve();
    await Promise.resolve();
    closed.tabClosed(6);
    closed.tabClosed(5);
    expect(await asked).toBe(false);
    expect(await service(null).ask(details, alice)).toBe(false);
  });

  it("is taken back with the session whose message it shows, and its window with it", async () => {
    const { ask, shut, ids, details: shown, withdraw } = service();
    const asked = ask(details, alice);
    await Promise.resolve();
    await Promise.resolve();
    withdraw(({ account }) => account === "bob@lab.test");
    expect(shown(ids[0] as string)).toEqual(details);
    withdraw(({ account }) => account === "alice@lab.test");
    expect(await asked).toBe(false);
    expect(shut).toEqual([5]);
    // The window that was only just being opened.
    const late = ask(details, alice);
    withdraw(() => true);
    expect(await late).toBe(false);
    await vi.waitFor(() => expect(shut).toEqual([5, 5]));
  });

  it("knows no other names, and does not open window after window", async () => {
    const { ask, answer } = service();
    answer("made-up", true);
    for (let i = 0; i < 4; i++) void ask(details, alice);
    await expect(ask(details, alice)).rejects.toMatchObject({ code: "protocol.forbidden" });
  });
});
