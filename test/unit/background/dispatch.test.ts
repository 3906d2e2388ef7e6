import { describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import type { Sender } from "../../../src/background/authority.ts";
import { type AllHandlers, answer } from "../../../src/background/dispatch.ts";

const content: Sender = { kind: "content", origin: "https://mail.example.org", tab: 1, frame: 0, document: "D" };
const frame: Sender = { kind: "frame", page: "reader", tab: 1, frame: 2, document: "E" };

function fake() {
  const called = vi.fn(() => Promise.resolve(null));
  const each = () => new Proxy({}, { get: (own, name) => (Reflect.get(own, name) as unknown) ?? called });
  return { called, handlers: { content: each(), frame: each(), page: each() } as unknown as AllHandlers };
}

const unwrap = { to: "frame", name: "keys.unwrap", input: { visible: true, request: {} } };

describe("authority: who may ask what", () => {
  it("refuses a content script that asks for KeyPort, in its own name and in another's", async () => {
    const { called, handlers } = fake();
    expect(await answer(unwrap, content, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(await answer({ ...unwrap, to: "content" }, content, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(await answer({ to: "page", name: "state", input: null }, content, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(called).not.toHaveBeenCalled();
  });

  it("refuses frames what only our own pages may ask, and everything to nobody", async () => {
    const { called, handlers } = fake();
    const remove = { to: "page", name: "identity.remove", input: { id: "x" } };
    expect(await answer(remove, frame, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(await answer(remove, null, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(called).not.toHaveBeenCalled();
  });

  it("refuses names that no list has, those of the prototype too", async () => {
    const { handlers } = fake();
    for (const name of ["constructor", "toString", "__proto__", "nothing"]) {
      expect(await answer({ to: "content", name, input: null }, content, handlers)).toEqual({ ok: false, code: "protocol.forbidden" });
    }
  });

  it("parses every input before a handler sees it", async () => {
    const { called, handlers } = fake();
    expect(await answer(unwrap, frame, handlers)).toEqual({ ok: false, code: "protocol.malformed" });
    for (const message of [null, 3, "x", [], { to: "frame" }, { to: "native", name: "x" }]) {
      expect(await answer(message, frame, handlers)).toEqual({ ok: false, code: "protocol.malformed" });
    }
    expect(called).not.toHaveBeenCalled();
  });

  it("answers with octets made fit for a message, and with codes instead of exceptions", async () => {
    const { handlers } = fake();
    handlers.frame["trust.find"] = () => Promise.resolve([new Uint8Array([1])]);
    handlers.frame["keys.opened"] = () => Promise.reject(new SmimeError("protocol.ticket"));
    handlers.frame["composer.state"] = () => Promise.reject(new TypeError("alice@lab.test"));
    const find = { to: "frame", name: "trust.find", input: { issuerAndSerial: null, keyIdentifier: null } };
    expect(await answer(find, frame, handlers)).toEqual({ ok: true, output: [{ $octets: "AQ==" }] });
    expect(await answer({ to: "frame", name: "keys.opened" }, frame, handlers)).toEqual({ ok: false, code: "protocol.ticket" });
    expect(await answer({ to: "frame", name: "composer.state", input: { from: null } }, frame, handlers)).toEqual({ ok: false, code: "internal.unexpected" });
  });
});
