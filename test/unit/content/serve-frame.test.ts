import { SmimeError } from "../../../src/base/errors.ts";
import { fetchAhead } from "../../../src/content/fetch-ahead.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FrameService, serveFrame } from "../../../src/content/serve-frame.ts";
import type { Line } from "../../../src/protocol/window-port.ts";
import type { MailTransport } from "../../../src/protocol/webmail.ts";

const message = { account: "", folder: "INBOX", id: "1" };
let stop: (() => void) | null = null;
afterEach(() => stop?.());

function setup(kind: FrameService["kind"]) {
  const sendRaw = vi.fn<MailTransport["sendRaw"]>(async (_mime, _envelope, onProgress) => {
    await onProgress({ step: "stored", message });
    await onProgress({ step: "sending" });
    return { state: "sent", message };
  });
  const fetchRaw = vi.fn((_message: unknown, signal: AbortSignal) =>
    new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      setTimeout(() => resolve(new Uint8Array([1, 2, 3])), 20);
    }),
  );
  const service = {
    kind,
    message,
    ahead: null as FrameService["ahead"],
    native: null,
    transport: { sendRaw, fetchRaw, identities: () => Promise.resolve([]) } as unknown as MailTransport,
    discard: () => Promise.resolve(true),
    compose: vi.fn(() => Promise.resolve()),
    show: vi.fn(),
    layout: vi.fn(),
    moveToWindow: vi.fn(() => Promise.resolve()),
    progress: vi.fn<FrameService["progress"]>(() => Promise.resolve()),
    signedOut: vi.fn(),
  } satisfies FrameService;
  const { port1, port2 } = new MessageChannel();
  const closeService = serveFrame(port1, service);
  const said: unknown[] = [];
  port2.onmessage = (event) => said.push(event.data);
  stop = () => {
    closeService();
    port2.close();
  };
  const settled = (count: number) => vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(count));
  return { service, sendRaw, fetchRaw, port: port2, said, settled };
}

const delivery = { ask: "send", again: false, send: "s", envelope: "e", identity: "1", recipients: ["a@b"], visible: false, disclosed: false, mime: new Uint8Array([1]) };

describe("serving a frame", () => {
  it("tells that nobody is signed in, once the frame has its answer", async () => {
    const { service, sendRaw, port, said, settled } = setup("composer");
    service.transport.identities = () => Promise.reject(new SmimeError("webmail.signed-out"));
    port.postMessage({ id: 1, ask: "identities" });
    await settled(1);
    expect(said).toEqual([{ id: 1, ok: false, code: "webmail.signed-out" }]);
    expect(service.signedOut).toHaveBeenCalledOnce();
    service.transport.identities = () => Promise.reject(new SmimeError("webmail.unreachable"));
    port.postMessage({ id: 2, ask: "identities" });
    await settled(2);
    expect(service.signedOut).toHaveBeenCalledOnce();
    sendRaw.mockResolvedValueOnce({ state: "failed", code: "webmail.signed-out", detail: "" });
    port.postMessage({ id: 3, ...delivery });
    await settled(3);
    expect(service.signedOut).toHaveBeenCalledTimes(2);
  });

  it("goes on with a Send whose window was closed, though nobody hears of it", async () => {
    const { service } = setup("composer");
    let heard: (event: { data: unknown }) => void = () => undefined;
    const closed: Line = { start: () => undefined, close: () => undefined, postMessage: () => { throw new Error("Attempting to use a disconnected port object"); }, set onmessage(listener: (event: { data: unknown }) => void) { heard = listener; } };
    serveFrame(closed, service);
    heard({ data: { id: 1, ...delivery } });
    await vi.waitFor(() => expect(service.progress).toHaveBeenLastCalledWith("s", "e", { state: "sent", message }));
  });

  it("fetches the one message of the frame", async () => {
    const { port, said, settled, fetchRaw } = setup("reader");
    port.postMessage({ id: 1, ask: "fetch-raw" });
    await settled(1);
    expect(said).toEqual([{ id: 1, ok: true, value: new Uint8Array([1, 2, 3]) }]);
    expect(fetchRaw.mock.calls[0]?.[0]).toEqual(message);
  });

  it("gives the message that was fetched ahead to the first who asks, and fetches it anew for the next", async () => {
    const { service, port, said, settled, fetchRaw } = setup("reader");
    service.ahead = fetchAhead(() => Promise.resolve(new Uint8Array([7])));
    port.postMessage({ id: 1, ask: "fetch-raw" });
    await settled(1);
    expect(fetchRaw).not.toHaveBeenCalled();
    port.postMessage({ id: 2, ask: "fetch-raw" });
    await settled(2);
    expect(said).toEqual([{ id: 1, ok: true, value: new Uint8Array([7]) }, { id: 2, ok: true, value: new Uint8Array([1, 2, 3]) }]);
  });

  it("ends fetching ahead with the frame that never asked, and when who asked gives up", async () => {
    const fetching = () => {
      const signals: AbortSignal[] = [];
      return { signals, ahead: fetchAhead((signal) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
      }) };
    };
    const closed = fetching();
    const { service } = setup("reader");
    service.ahead = closed.ahead;
    stop?.();
    expect(closed.signals[0]?.aborted).toBe(true);
    const cancelled = fetching();
    const { service: other, port, said, settled } = setup("reader");
    other.ahead = cancelled.ahead;
    port.postMessage({ id: 1, ask: "fetch-raw" });
    port.postMessage({ id: 1, cancel: true });
    await settled(1);
    expect(cancelled.signals[0]?.aborted).toBe(true);
    expect(said).toMatchObject([{ id: 1, ok: false }]);
  });

  it("lets a reader neither store nor remove, and send only what the background knows of: a receipt (ES-03)", async () => {
    const { port, said, settled, service } = setup("reader");
    service.progress.mockRejectedValueOnce(new SmimeError("protocol.forbidden"));
    port.postMessage({ id: 1, ...delivery });
    port.postMessage({ id: 2, ask: "remove", message });
    port.postMessage({ id: 3, ask: "store", where: "sent", mime: new Uint8Array([1]) });
    port.postMessage({ id: 4, ask: "native-draft" });
    await settled(4);
    expect(said).toHaveLength(4);
    expect(said).toEqual(expect.arrayContaining([1, 2, 3, 4].map((id) => ({ id, ok: false, code: "protocol.forbidden" }))));
    port.postMessage({ id: 5, ...delivery });
    await settled(7);
    expect(said.at(-1)).toMatchObject({ id: 5, ok: true, value: { state: "sent" } });
  });

  it("sends for a composer, reporting each step before it goes on", async () => {
    const { port, said, settled, sendRaw, service } = setup("composer");
    port.postMessage({ id: 1, ...delivery });
    await settled(3);
    expect(said).toEqual([{ id: 1, progress: "stored" }, { id: 1, progress: "sending" }, { id: 1, ok: true, value: { state: "sent", message } }]);
    expect(sendRaw.mock.calls[0]?.[1]).toEqual({ identity: "1", recipients: ["a@b"], disclosed: false, fileInSent: false, storedBefore: false });
    expect(service.progress.mock.calls.map(([, , step]) => step)).toHaveLength(3);
  });

  it("answers malformed requests with a code, and ignores what is none", async () => {
    const { port, said, settled } = setup("composer");
    for (const data of [null, "x", { ask: "send" }, { layout: "moon" }]) port.postMessage(data);
    port.postMessage({ id: 5, ask: "send", recipients: "all" });
    port.postMessage({ id: 6, ask: "keys.unwrap" });
    await settled(2);
    expect(said).toEqual([5, 6].map((id) => ({ id, ok: false, code: "protocol.malformed" })));
  });

  it("adds a contact for reader and composer alike, with what the webmail says of it (CE-03)", async () => {
    for (const kind of ["reader", "composer"] as const) {
      const { port, said, settled, service } = setup(kind);
      const addContact = vi.fn<NonNullable<MailTransport["addContact"]>>(() => Promise.resolve("exists"));
      service.transport.addContact = addContact;
      port.postMessage({ id: 1, ask: "add-contact", address: "alice@lab.test", card: new Uint8Array([7]) });
      await settled(1);
      expect([said, addContact.mock.calls]).toEqual([[{ id: 1, ok: true, value: "exists" }], [["alice@lab.test", new Uint8Array([7])]]]);
    }
  });

  it("adds no contact in a webmail that has no way to, and none beyond the limits: a card of 200,000 octets, an address of 320", async () => {
    const { port, said, settled, service } = setup("reader");
    port.postMessage({ id: 1, ask: "add-contact", address: "alice@lab.test", card: new Uint8Array([7]) });
    await settled(1);
    const addContact = vi.fn<NonNullable<MailTransport["addContact"]>>(() => Promise.resolve("added"));
    service.transport.addContact = addContact;
    const most = { id: 2, ask: "add-contact", address: "a".repeat(320), card: new Uint8Array(200_000) };
    port.postMessage(most);
    port.postMessage({ ...most, id: 3, card: new Uint8Array(200_001) });
    port.postMessage({ ...most, id: 4, address: "a".repeat(321) });
    port.postMessage({ ...most, id: 5, card: "BEGIN:VCARD" });
    await settled(5);
    expect(said[0]).toEqual({ id: 1, ok: false, code: "webmail.answer-unknown" });
    expect(said).toContainEqual({ id: 2, ok: true, value: "added" });
    for (const id of [3, 4, 5]) expect(said).toContainEqual({ id, ok: false, code: "protocol.malformed" });
    expect(addContact).toHaveBeenCalledTimes(1);
  });

  it("cancels", async () => {
    const { port, said, settled } = setup("reader");
    port.postMessage({ id: 1, ask: "fetch-raw" });
    port.postMessage({ id: 1, cancel: true });
    await settled(1);
    expect(said).toMatchObject([{ id: 1, ok: false }]);
  });
});
