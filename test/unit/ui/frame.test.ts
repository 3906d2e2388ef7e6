import { afterEach, describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import type { Ask } from "../../../src/protocol/requests.ts";
import { bindFrame } from "../../../src/ui/frame/bind-frame.ts";
import { contentPort } from "../../../src/ui/frame/content-port.ts";
import { type EngineWorker, makeEngine } from "../../../src/ui/frame/engine.ts";
import { message, verified } from "./samples.ts";

const sendMessage = vi.hoisted(() => vi.fn());
const ours = vi.hoisted(() => ({ page: "chrome-extension://mailseal/" }));
vi.mock("webextension-polyfill", () => ({ default: { runtime: { sendMessage, getURL: () => ours.page } } }));

const ticket = "0123456789abcdef0123456789abcdef";
const secret = "fedcba9876543210";

/** A window with a hash, as far as binding uses one. */
function frameWindow(hash: string) {
  const target = new EventTarget() as EventTarget & { location: unknown; history: { replaceState: ReturnType<typeof vi.fn> } };
  target.location = { hash, pathname: "/reader.html" };
  target.history = { replaceState: vi.fn() };
  const post = (data: unknown, ports: MessagePort[]) => {
    target.dispatchEvent(Object.assign(new Event("message"), { data, ports }));
  };
  return { window: target as unknown as Window, history: target.history, post };
}
const redeemed = { secret, kind: "reader", origin: "https://mail.lab.test", account: "", message: null, mode: null };
const answering = (answers: Record<string, unknown>) => vi.fn((name: string) => (name in answers ? Promise.resolve(answers[name]) : Promise.reject(new SmimeError("protocol.ticket")))) as unknown as Ask<"frame">;
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("binding a frame", () => {
  it("takes the port that comes with the secret, before or after redeeming, and clears the address", async () => {
    for (const early of [true, false]) {
      const { window, history, post } = frameWindow(`#${ticket}`);
      const { port1 } = new MessageChannel();
      const bound = bindFrame(answering({ "frame.redeem": redeemed }), window);
      if (!early) await soon();
      post({ mailseal: "port", secret }, [port1]);
      expect((await bound)?.port).toBe(port1);
      expect(history.replaceState).toHaveBeenCalledWith(null, "", "/reader.html");
      port1.close();
    }
  });

  it("ignores every message that does not carry the secret", async () => {
    const { window, post } = frameWindow(`#${ticket}`);
    const evil = new MessageChannel();
    const good = new MessageChannel();
    const bound = bindFrame(answering({ "frame.redeem": redeemed }), window);
    post({ mailseal: "port", secret: "guess" }, [evil.port1]);
    post({ mailseal: "port", secret }, []);
    post({ mailseal: "port" }, [evil.port1]);
    post("port", [evil.port1]);
    post(null, [evil.port1]);
    await soon();
    post({ mailseal: "port", secret: "guess" }, [evil.port1]);
    post({ mailseal: "port", secret }, [good.port1]);
    post({ mailseal: "port", secret }, [evil.port1]);
    expect((await bound)?.port).toBe(good.port1);
    evil.port1.close();
    good.port1.close();
  });

  it.each(["", "#", "#short", "#0123456789abcdef 0123456789abcdef", "#<script>alert(1)</script>"])("stays blank and asks nothing with the ticket %j", async (hash) => {
    const { window } = frameWindow(hash);
    const ask = answering({ "frame.redeem": redeemed });
    expect(await bindFrame(ask, window)).toBeNull();
    expect(ask).not.toHaveBeenCalled();
  });

  it("stays blank with a ticket that the background refuses", async () => {
    expect(await bindFrame(answering({}), frameWindow(`#${ticket}`).window)).toBeNull();
  });
});

describe("asking the background", () => {
  afterEach(() => sendMessage.mockReset());

  it("turns octets for the wire, and codes into errors", async () => {
    const { askAsFrame, askAsPage } = await import("../../../src/ui/frame/background.ts");
    sendMessage.mockResolvedValueOnce({ ok: true, output: [{ certificate: { $octets: "AQI=" } }] });
    expect(await askAsFrame("keys.certificates", null)).toEqual([{ certificate: Uint8Array.of(1, 2) }]);
    sendMessage.mockResolvedValueOnce({ ok: false, code: "keys.pkcs12-password" });
    await expect(askAsPage("identity.preview", { file: Uint8Array.of(1), password: "x" })).rejects.toMatchObject({ code: "keys.pkcs12-password" });
    expect(sendMessage).toHaveBeenLastCalledWith({ to: "page", name: "identity.preview", input: { file: { $octets: "AQ==" }, password: "x" } });
  });

  it("sends a page's octets as they are where messages are cloned", async () => {
    const { askAsPage } = await import("../../../src/ui/frame/background.ts");
    ours.page = "moz-extension://mailseal/";
    sendMessage.mockResolvedValueOnce({ ok: true, output: null });
    await askAsPage("identity.preview", { file: Uint8Array.of(1), password: "x" });
    expect(sendMessage).toHaveBeenLastCalledWith({ to: "page", name: "identity.preview", input: { file: Uint8Array.of(1), password: "x" } });
    ours.page = "chrome-extension://mailseal/";
  });

  it("repeats a read after a dead event page, and never anything that signs or sends", async () => {
    const { askAsFrame } = await import("../../../src/ui/frame/background.ts");
    sendMessage.mockRejectedValueOnce(new Error("no receiver")).mockResolvedValueOnce({ ok: true, output: [] });
    expect(await askAsFrame("keys.certificates", null)).toEqual([]);
    sendMessage.mockReset();
    sendMessage.mockRejectedValue(new Error("no receiver"));
    await expect(askAsFrame("outbox.begin", { send: "1", ticket: "2" })).rejects.toMatchObject({ code: "protocol.unreachable" });
    await expect(askAsFrame("keys.sign", { ticket: "1", digest: Uint8Array.of(), digestName: "sha256" })).rejects.toThrow();
    expect(sendMessage).toHaveBeenCalledTimes(2);
  });

  it("takes an answer of another shape for none", async () => {
    const { askAsFrame } = await import("../../../src/ui/frame/background.ts");
    sendMessage.mockResolvedValue({ ok: false, code: "made up" });
    await expect(askAsFrame("composer.state", { from: null })).rejects.toMatchObject({ code: "protocol.unreachable" });
  });
});

describe("the port to the content script", () => {
  function pair(answer: (request: { id: number; ask?: string; cancel?: true; layout?: string }, other: MessagePort) => void) {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = (event: MessageEvent<{ id: number }>) => answer(event.data, port2);
    return { content: contentPort(port1), other: port2 };
  }

  it("answers by number, parses, and passes progress on", async () => {
    const steps: string[] = [];
    const { content, other } = pair(({ id, ask }, port) => {
      if (ask === "identities") port.postMessage({ id, ok: true, value: [{ id: "1", address: "alice@lab.test", name: null, extra: "dropped" }] });
      if (ask === "send") {
        port.postMessage({ id, progress: "stored" });
        port.postMessage({ id, progress: "sending" });
        port.postMessage({ id, ok: true, value: { state: "failed", code: "made up", detail: "no" } });
      }
    });
    expect(await content.identities()).toEqual([{ id: "1", address: "alice@lab.test", name: null }]);
    const delivery = { send: "s", envelope: "e", identity: "1", recipients: [], visible: true, disclosed: true, again: false, mime: utf8("x") };
    expect(await content.send(delivery, (step) => steps.push(step))).toEqual({ state: "failed", code: "internal.unexpected", detail: "no" });
    expect(steps).toEqual(["stored", "sending"]);
    expect(delivery.mime.length).toBe(0);
    other.close();
  });

  it("refuses an answer of another shape, and passes codes on", async () => {
    const { content, other } = pair(({ id, ask }, port) => {
      if (ask === "fetch-raw") port.postMessage({ id, ok: true, value: "<script>" });
      else port.postMessage({ id, ok: false, code: "webmail.signed-out" });
    });
    await expect(content.fetchRaw()).rejects.toMatchObject({ code: "protocol.malformed" });
    await expect(content.fidelity()).rejects.toMatchObject({ code: "webmail.signed-out" });
    other.close();
  });

  it("cancels", async () => {
    const asked: unknown[] = [];
    const { content, other } = pair((request) => asked.push(request));
    const abort = new AbortController();
    const answer = content.fetchRaw(abort.signal);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => expect(asked).toEqual([{ id: 1, ask: "fetch-raw" }, { id: 1, cancel: true }]));
    other.close();
  });
});

describe("the engine", () => {
  function fakeEngine(seen: Promise<void> = Promise.resolve()) {
    const posted: Record<string, unknown>[] = [];
    const worker = { postMessage: (data: Record<string, unknown>) => posted.push(data), terminate: vi.fn(), onmessage: null, onerror: null } as unknown as EngineWorker & { onmessage: (event: unknown) => void; onerror: (event: unknown) => void };
    const ask = answering({ "keys.unwrap": { contentKey: "k" }, "keys.certificates": [] });
    const whenVisible = (signal?: AbortSignal): Promise<void> => Promise.race([seen, new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)))]);
    const engine = makeEngine({ ask, visibility: { visible: () => true, whenVisible }, start: () => worker });
    return { engine, worker, posted, ask, say: (data: unknown) => worker.onmessage({ data }) };
  }

  it("shows a message twice: while trust is asked, and finally", async () => {
    const { engine, posted, say } = fakeEngine();
    const shown: boolean[] = [];
    const done = engine.inspect(utf8("mail"), (_message, final) => shown.push(final));
    const id = posted[0]?.["id"];
    say({ id, done: "inspect", final: false, message: message(verified) });
    say({ id, done: "inspect", final: true, message: message(verified) });
    await done;
    expect(shown).toEqual([false, true]);
  });

  it("starts its worker once, ahead or with the first job", () => {
    const { engine, worker, posted } = fakeEngine();
    engine.warmUp();
    expect(worker.onmessage).not.toBeNull();
    expect(posted).toEqual([]);
    engine.stop();
    expect(worker.terminate).toHaveBeenCalledTimes(1);
  });

  it("asks for the names of one's own keys ahead, and anew for another try", async () => {
    const { engine, say, ask, posted } = fakeEngine();
    engine.warmUp();
    engine.prepare();
    expect(ask).toHaveBeenCalledTimes(1);
    say({ relay: 1, port: "keys.certificates", input: null });
    await soon();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(posted).toContainEqual({ relayed: 1, ok: true, value: [] });
    say({ relay: 2, port: "keys.certificates", input: null });
    await soon();
    expect(ask).toHaveBeenCalledTimes(2);
    engine.stop();
  });

  it("asks for a key when the frame can be seen, and not after it was stopped", async () => {
    let show = (): void => undefined;
    const { engine, say, ask } = fakeEngine(new Promise((resolve) => (show = resolve)));
    void engine.inspect(utf8("mail"), () => undefined).catch(() => undefined);
    say({ relay: 7, port: "keys.unwrap", input: { kind: "key-transport" } });
    await soon();
    expect(ask).not.toHaveBeenCalled();
    engine.stop();
    void engine.inspect(utf8("mail"), () => undefined).catch(() => undefined);
    say({ relay: 1, port: "keys.unwrap", input: { kind: "key-agreement" } });
    show();
    await soon();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(ask).toHaveBeenCalledWith("keys.unwrap", { request: { kind: "key-agreement" }, visible: true });
    engine.stop();
  });

  it("relays to the background, with what the frame's observer sees", async () => {
    const { engine, posted, say, ask } = fakeEngine();
    void engine.inspect(utf8("mail"), () => undefined).catch(() => undefined);
    say({ relay: 7, port: "keys.unwrap", input: { kind: "key-transport" } });
    say({ relay: 8, port: "keys.sign", input: {} });
    await soon();
    expect(ask).toHaveBeenCalledWith("keys.unwrap", { request: { kind: "key-transport" }, visible: true });
    expect(posted).toContainEqual({ relayed: 7, ok: true, value: { contentKey: "k" } });
    expect(posted).toContainEqual({ relayed: 8, ok: false, code: "protocol.ticket" });
    engine.stop();
  });

  it("asks a person for a password only where that was wanted, with what the frame's observer sees", async () => {
    const { engine, posted, say, ask } = fakeEngine();
    void engine.inspect(utf8("mail"), () => undefined).catch(() => undefined);
    void engine.inspect(utf8("mail"), () => undefined, { password: true }).catch(() => undefined);
    expect(posted.map(({ password }) => password)).toEqual([false, true]);
    say({ relay: 9, port: "secrets.unwrap", input: [] });
    await soon();
    expect(ask).toHaveBeenCalledWith("secret.unwrap", { recipients: [], visible: true });
    engine.stop();
  });

  it("fails with the worker's code, and with a code when the worker breaks", async () => {
    const { engine, posted, say, worker } = fakeEngine();
    const first = engine.inspect(utf8("mail"), () => undefined);
    say({ id: posted[0]?.["id"], failed: "mime.not-mail" });
    await expect(first).rejects.toMatchObject({ code: "mime.not-mail" });
    const second = engine.inspect(utf8("mail"), () => undefined);
    worker.onerror({});
    await expect(second).rejects.toMatchObject({ code: "internal.unexpected" });
  });

  it("ends its worker when it is stopped", async () => {
    const { engine, worker } = fakeEngine();
    const job = engine.inspect(utf8("mail"), () => undefined);
    engine.stop();
    await expect(job).rejects.toMatchObject({ name: "AbortError" });
    expect(worker.terminate).toHaveBeenCalled();
  });
});
