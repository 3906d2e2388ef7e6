import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { Code } from "../../../src/base/codes/index.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { failureBudget } from "../../../src/background/failure-budget.ts";
import { keyService } from "../../../src/background/key-service.ts";
import type { OwnKey } from "../../../src/background/own-keys.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { FramePurpose } from "../../../src/background/tickets.ts";
import type { UnwrapRequest } from "../../../src/protocol/key-port.ts";
import { issue } from "../pki/support/authority.ts";
import { memoryArea } from "./memory-area.ts";

const origin = "https://mail.example.org";
const purpose: FramePurpose = {
  kind: "reader",
  tab: 7,
  opener: "D",
  openerFrame: 0,
  origin,
  account: "bob@lab.test",
  message: { account: "bob@lab.test", folder: "INBOX", id: "1" },
  mode: null,
};
const frame = (document: string) => ({ tab: 7, frame: 3, document });
const request: UnwrapRequest = {
  kind: "key-transport",
  certificateId: "own",
  algorithm: new Uint8Array(1),
  encryptedKey: new Uint8Array(1),
  keyLength: 32,
};

/** Drafts that are kept here. */
const kept: Uint8Array<ArrayBuffer>[] = [];

async function setup(changes: Partial<FramePurpose> = {}, signer?: OwnKey | OwnKey[]) {
  const area = memoryArea();
  const clock = () => new Date(1_000_000);
  const all = bindings(sessionTable(area, "bindings"));
  const tickets = sendTickets(sessionTable(area, "send"), clock);
  const unwrap = vi.fn(() => Promise.resolve(new Uint8Array(32)));
  const own = signer ?? ({ id: "own", key: { unwrap, ready: () => Promise.resolve() } } as unknown as OwnKey);
  let shown = true;
  const signed = vi.fn();
  const ownKeys = vi.fn((asked: string) => Promise.resolve(asked === origin ? [own].flat() : []));
  const service = keyService({
    bindings: all,
    budget: failureBudget(sessionTable(area, "budget"), clock),
    sendTickets: tickets,
    ownKeys,
    isShown: () => Promise.resolve(shown),
    receipts: { asked: () => Promise.resolve() },
    drafts: (asked, account) => Promise.resolve(asked === origin && account === purpose.account ? kept : []),
    signed,
    clock,
  });
  const bind = (document: string) => all.bind(frame(document), { ...purpose, ...changes }, "s");
  await bind("F1");
  return { service, tickets, unwrap, bind, hide: () => (shown = false), all, ownKeys, signed };
}

describe("KeyPort with authority: opening", () => {
  it("opens for a composer without a message what is wrapped in a draft of its account, and nothing else (CO-06)", async () => {
    const wrapped = crypto.getRandomValues(new Uint8Array(256));
    const cms = Buffer.concat([Buffer.alloc(301, 1), wrapped, Buffer.alloc(50_000, 2)]);
    kept.push(utf8(`From: a@b\r\nTo: a@b\r\n\r\n${cms.toString("base64").replace(/(.{76})/g, "$1\r\n")}`));
    const draft = { ...request, encryptedKey: wrapped };
    const { service } = await setup({ kind: "composer", message: null, mode: "new" });
    await service.unwrap(frame("F1"), draft, true);
    await expect(service.unwrap(frame("F1"), { ...request, encryptedKey: wrapped.slice(1).map((octet) => octet ^ 1) }, true)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(service.unwrap(frame("F1"), { ...request, encryptedKey: new Uint8Array() }, true)).rejects.toMatchObject({ code: "protocol.forbidden" });
    for (const other of [{ account: "eve@lab.test" }, { kind: "reader" as const }]) {
      const { service: another } = await setup({ kind: "composer", message: null, mode: "new", ...other });
      await expect(another.unwrap(frame("F1"), draft, true)).rejects.toMatchObject({ code: "protocol.forbidden" });
    }
    kept.length = 0;
  });

  it("opens for a bound, visible frame of the shown tab, twice for one message and no more", async () => {
    const { service } = await setup();
    await service.unwrap(frame("F1"), request, true);
    await service.unwrap(frame("F1"), request, true);
    await expect(service.unwrap(frame("F1"), request, true)).rejects.toMatchObject({ code: "keys.operation-limit" });
  });

  it.each([
    ["an unbound frame", {}, frame("F2"), true, "protocol.ticket"],
    ["a hidden frame", {}, frame("F1"), false, "keys.not-allowed-here"],
    ["a frame in a webmail that the key is not bound to", { origin: "https://other.example.org" }, frame("F1"), true, "keys.not-found"],
    ["a frame that was opened for no message", { message: null }, frame("F1"), true, "protocol.forbidden"],
  ])("refuses %s without touching a key", async (_name, changes, by, visible, code) => {
    const { service, unwrap } = await setup(changes);
    await expect(service.unwrap(by, request, visible)).rejects.toMatchObject({ code });
    expect(unwrap).not.toHaveBeenCalled();
  });

  it("refuses a frame of a tab that is not shown", async () => {
    const { service, hide } = await setup();
    hide();
    await expect(service.unwrap(frame("F1"), request, true)).rejects.toMatchObject({ code: "keys.not-allowed-here" });
  });

  it.each([
    ["on a card before one in the browser", ["ready", "ready"], "first"],
    ["unlocked before one that is locked", ["keys.locked", "ready"], "second"],
    ["locked before one that may not be used, or whose card is gone", ["keys.card-removed", "keys.locked"], "second"],
    ["named first by the order of own keys where none can be used", ["keys.card-only", "keys.protection-required"], "first"],
  ])("is done with a key %s", async (_name, states, best) => {
    const ready = (state: string | undefined) => (state === "ready" ? Promise.resolve() : Promise.reject(new SmimeError(state as Code)));
    const { service } = await setup({}, ["first", "second"].map((id, i) => ({ id, key: { ready: () => ready(states[i]) } }) as unknown as OwnKey));
    expect(await service.choose(frame("F1"), ["second", "first"])).toBe(best);
    await expect(service.choose(frame("F2"), ["first"])).rejects.toMatchObject({ code: "protocol.ticket" });
  });

  it("is done with no key in a window whose session is over, for which no reader is looked at either", async () => {
    const { service, all, ownKeys } = await setup({ kind: "composer", window: { draft: null } });
    await all.forget(() => true);
    await expect(service.choose(frame("F1"), ["own"])).rejects.toMatchObject({ code: "keys.not-allowed-here" });
    expect(ownKeys).not.toHaveBeenCalled();
    expect((await all.of(frame("F1"))).named).toBeUndefined();
  });

  it("counts only messages that name an own key, and each that nobody reported as opened", async () => {
    const { service, bind } = await setup();
    for (let i = 0; i < 20; i++) {
      await expect(service.unwrap(frame("F1"), { ...request, certificateId: "none" }, true)).rejects.toMatchObject({ code: "keys.not-found" });
    }
    for (let i = 0; i < 5; i++) {
      await bind(`failing ${i}`);
      await service.unwrap(frame(`failing ${i}`), request, true);
    }
    await bind("sixth");
    await expect(service.unwrap(frame("sixth"), request, true)).rejects.toMatchObject({ code: "keys.failure-budget" });
  });

  it("charges again for an operation after the message was reported as opened", async () => {
    const { service, bind } = await setup();
    for (let i = 0; i < 5; i++) {
      const name = `twice ${i}`;
      await bind(name);
      await service.unwrap(frame(name), request, true);
      await service.opened(frame(name));
      await service.unwrap(frame(name), request, true);
    }
    await expect(service.unwrap(frame("F1"), request, true)).rejects.toMatchObject({ code: "keys.failure-budget" });
  });
});

describe("KeyPort with authority: signing", () => {
  const digest = { digest: new Uint8Array(32), digestName: "sha256" as const };
  const permission = {
    document: "F1",
    tab: 7,
    origin,
    account: "bob@lab.test",
    from: "bob@lab.test",
    signer: "own",
    signatures: 1,
    envelopes: [["x@y"]],
    protection: { signed: true, encrypted: true },
    form: { pss: false, useKeyIdentifier: false }, inclusion: { path: true, root: null, encryption: true },
    asks: null,
    receipt: null,
  };

  it("is refused to readers, and to composers without the ticket of their own Send", async () => {
    const reader = await setup();
    const ticket = await reader.tickets.issue(permission);
    await expect(reader.service.sign(frame("F1"), { ...digest, ticket })).rejects.toMatchObject({ code: "protocol.forbidden" });

    const { service, tickets } = await setup({ kind: "composer" });
    await expect(service.sign(frame("F1"), { ...digest, ticket: "made-up" })).rejects.toMatchObject({ code: "send.ticket" });
    const stolen = await tickets.issue({ ...permission, document: "F9" });
    await expect(service.sign(frame("F1"), { ...digest, ticket: stolen })).rejects.toMatchObject({ code: "send.ticket" });
  });

  it.each([false, true])("the ticket decides how the signature is written, whatever the frame asks for: RSA-PSS %s", async (pss) => {
    const sign = vi.fn(() => Promise.resolve({ signature: new Uint8Array(1), algorithm: new Uint8Array(Buffer.from("3000", "hex")) }));
    const bob = issue({ name: "Bob", emails: ["bob@lab.test"] });
    const key = { certificate: bob.certificate.der, canSign: true, canDecrypt: true, sign, ready: () => Promise.resolve() };
    const { service, tickets } = await setup({ kind: "composer" }, { id: "own", key, chain: [] } as unknown as OwnKey);
    const ticket = await tickets.issue({ ...permission, form: { pss, useKeyIdentifier: false } });
    await service.sign(frame("F1"), { ...digest, ticket, form: { pss: !pss, useKeyIdentifier: true } });
    expect(sign).toHaveBeenCalledWith("sha256", expect.anything(), pss);
  });

  it("sends the certificates along that the organisation wants, the signer's always first (CE-05)", async () => {
    const sign = vi.fn(() => Promise.resolve({ signature: new Uint8Array(1), algorithm: new Uint8Array(Buffer.from("3000", "hex")) }));
    const bob = issue({ name: "Bob", emails: ["bob@lab.test"] }).certificate.der;
    const [middle, root] = [issue({ name: "Middle", ca: true }).certificate.der, issue({ name: "Root", ca: true }).certificate.der];
    const { service, tickets } = await setup({ kind: "composer" }, { id: "own", key: { certificate: bob, canSign: true, canDecrypt: true, sign, ready: () => Promise.resolve() }, chain: [middle] } as unknown as OwnKey);
    const along = async (inclusion: object) => {
      const ticket = await tickets.issue({ ...permission, inclusion: { ...permission.inclusion, ...inclusion } });
      return (await service.sign(frame("F1"), { ...digest, ticket })).certificates;
    };
    expect(await along({})).toEqual([bob, middle]);
    // Another key than the one that was looked at (CE-02).
    const other = await tickets.issue({ ...permission, signer: "newer" });
    await expect(service.sign(frame("F1"), { ...digest, ticket: other })).rejects.toMatchObject({ code: "send.ticket" });
    expect(await along({ path: false })).toEqual([bob]);
    expect(await along({ root: Buffer.from(root).toString("base64") })).toEqual([bob, middle, root]);
  });

  it("says that the card was taken out whose key was to sign, and has no other key sign in its place", async () => {
    const sign = vi.fn();
    const other = { id: "own", key: { canSign: true, sign, ready: () => Promise.resolve() }, chain: [] } as unknown as OwnKey;
    const { service, tickets } = await setup({ kind: "composer" }, other);
    const ticket = await tickets.issue({ ...permission, signer: "card", onCard: true });
    await expect(service.sign(frame("F1"), { ...digest, ticket })).rejects.toMatchObject({ code: "keys.card-removed" });
    expect(sign).not.toHaveBeenCalled();
    // None of its signatures is taken.
    expect(await tickets.look(ticket, { tab: 7, document: "F1" })).toMatchObject({ signatures: 1 });
  });

  it("asks for a receipt with the first signature, the innermost, and with no other (ES-02)", async () => {
    const { tickets } = await setup({ kind: "composer" });
    const asks = { contentIdentifier: "01", to: "bob@lab.test" };
    const ticket = await tickets.issue({ ...permission, signatures: 3, asks });
    const by = { tab: 7, document: "F1" };
    const taken = [await tickets.takeSignature(ticket, by), await tickets.takeSignature(ticket, by), await tickets.takeSignature(ticket, by)];
    expect(taken.map((each) => each.asks)).toEqual([asks, null, null]);
  });

  it.each([true, false])("tells when the last signature of a Send was made, or came to nothing, and not before: made %s", async (made) => {
    const reply = { signature: new Uint8Array(1), algorithm: new Uint8Array(Buffer.from("3000", "hex")) };
    const { signed, service, tickets } = await setup({ kind: "composer" }, {
      id: "own",
      key: { certificate: issue({ name: "Bob", emails: ["bob@lab.test"] }).certificate.der, canSign: true, canDecrypt: true, ready: () => Promise.resolve(), sign: () => (expect(signed).not.toHaveBeenCalled(), made ? Promise.resolve(reply) : Promise.reject(new SmimeError("keys.card-failed"))) },
      chain: [],
    } as unknown as OwnKey);
    const ticket = await tickets.issue({ ...permission, signatures: 2 });
    const sign = () => service.sign(frame("F1"), { ...digest, ticket }).then(() => true, () => false);
    expect(await sign()).toBe(made);
    expect(signed).not.toHaveBeenCalled();
    expect(await sign()).toBe(made);
    expect(signed.mock.calls).toEqual([["F1"]]);
    // Who has none left, or may not, ends nothing.
    expect(await sign()).toBe(false);
    expect(signed).toHaveBeenCalledTimes(1);
  });

  it("gives as many signatures as the Send names", async () => {
    const { tickets } = await setup({ kind: "composer" });
    const ticket = await tickets.issue({ ...permission, signatures: 2 });
    const by = { tab: 7, document: "F1" };
    await tickets.takeSignature(ticket, by);
    await tickets.takeSignature(ticket, by);
    await expect(tickets.takeSignature(ticket, by)).rejects.toMatchObject({ code: "send.ticket" });
    await tickets.begin(ticket, by);
    await expect(tickets.begin(ticket, by)).rejects.toMatchObject({ code: "send.ticket" });
  });
});
