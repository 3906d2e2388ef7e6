import { describe, expect, it } from "vitest";
import { confirmService } from "../../../src/background/confirm-service.ts";
import type { Confirmation } from "../../../src/protocol/shapes.ts";

const person = { name: null, address: "bob@lab.test" };
const details: Confirmation = { from: person, to: [person], cc: [], bcc: [], subject: "s", text: "t", files: [], sign: true, encrypt: true, unreadableFor: [] };

function service(window: number | null = 5) {
  const ids: string[] = [];
  return { ids, ...confirmService((id) => (ids.push(id), window === null ? Promise.reject(new Error("no window")) : Promise.resolve(window))) };
}

describe("confirming in a window of ours", () => {
  it("answers what the window said, once", async () => {
    const { ids, ask, answer, details: shown } = service();
    const asked = ask(details);
    expect(shown(ids[0] as string)).toEqual(details);
    answer(ids[0] as string, true);
    answer(ids[0] as string, false);
    expect(await asked).toBe(true);
    expect(shown(ids[0] as string)).toBeNull();
  });

  it("takes a closed window, and one that did not open, for a no", async () => {
    const closed = service();
    const asked = closed.ask(details);
    await Promise.resolve();
    await Promise.resolve();
    closed.tabClosed(6);
    closed.tabClosed(5);
    expect(await asked).toBe(false);
    expect(await service(null).ask(details)).toBe(false);
  });

  it("knows no other names, and does not open window after window", async () => {
    const { ask, answer } = service();
    answer("made-up", true);
    for (let i = 0; i < 4; i++) void ask(details);
    await expect(ask(details)).rejects.toMatchObject({ code: "protocol.forbidden" });
  });
});
