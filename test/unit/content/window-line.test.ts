import { describe, expect, it, vi } from "vitest";
import { type Connection, lineOver, MOST_OCTETS, PIECE } from "../../../src/protocol/window-port.ts";

/** A connection that carries JSON, as Chromium's do. */
function connection() {
  const listeners: ((message: unknown) => void)[] = [];
  const sent: string[] = [];
  const disconnect = vi.fn();
  const own: Connection = { postMessage: (message) => void sent.push(JSON.stringify(message)), onMessage: { addListener: (listener) => void listeners.push(listener) }, disconnect };
  const give = (message: unknown): void => listeners.forEach((listener) => listener(message));
  return { own, sent, give, disconnect };
}
function heard(line: ReturnType<typeof lineOver>): unknown[] {
  const all: unknown[] = [];
  line.onmessage = (event) => void all.push(event.data);
  return all;
}
/** What arrives at the other end of what is said here. */
function carried(message: unknown) {
  const from = connection();
  lineOver(from.own).postMessage(message);
  const to = connection();
  const all = heard(lineOver(to.own));
  for (const text of from.sent) to.give(JSON.parse(text));
  return { all, pieces: from.sent, hungUp: to.disconnect.mock.calls.length > 0 };
}

describe("the line between a composer's own window and its content script", () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])("carries %i octets whole, in pieces", (length) => {
    const octets = Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);
    const { all, pieces, hungUp } = carried({ id: 3, ask: "store", mime: octets });
    expect(hungUp).toBe(false);
    expect(all).toEqual([{ id: 3, ask: "store", mime: expect.any(Uint8Array) as Uint8Array }]);
    expect(Buffer.compare((all[0] as { mime: Uint8Array }).mime, octets)).toBe(0);
    expect(pieces).toHaveLength(1 + Math.ceil(length / PIECE));
    expect(Math.max(...pieces.map((text) => text.length))).toBeLessThanOrEqual(Math.ceil(PIECE / 3) * 4 + 20);
  });

  it("carries messages without octets as they are, in order, and keeps what comes before anybody listens", () => {
    const { own, give } = connection();
    const line = lineOver(own);
    give({ message: { id: 1, ok: true, value: null } });
    give({ message: { id: 2, progress: "stored" } });
    expect(heard(line)).toEqual([{ id: 1, ok: true, value: null }, { id: 2, progress: "stored" }]);
  });

  it.each<[string, unknown[]]>([
    ["no object", ["x"]],
    ["nothing", [null]],
    ["neither message nor piece", [{}]],
    ["a piece of nothing", [{ piece: "AAAA" }]],
    ["one octet more than the limit", [{ message: {}, member: "mime", length: MOST_OCTETS + 1 }]],
    ["a length that is none", [{ message: {}, member: "mime", length: -1 }]],
    ["a member that is the prototype", [{ message: {}, member: "__proto__", length: 1 }]],
    ["more than was said", [{ message: {}, member: "mime", length: 2 }, { piece: "AAAA" }]],
    ["a piece without octets", [{ message: {}, member: "mime", length: 2 }, { piece: "" }]],
    ["no base64", [{ message: {}, member: "mime", length: 2 }, { piece: "*" }]],
    ["a message among pieces", [{ message: {}, member: "mime", length: 2 }, { message: {} }]],
    ["a piece that is too long", [{ message: {}, member: "mime", length: 2 * PIECE }, { piece: "A".repeat(Math.ceil(PIECE / 3) * 4 + 4) }]],
  ])("hangs up on %s", (_what, messages) => {
    const { own, give, disconnect } = connection();
    const all = heard(lineOver(own));
    for (const message of messages) give(message);
    expect(disconnect).toHaveBeenCalled();
    expect(all).toEqual([]);
  });
});
