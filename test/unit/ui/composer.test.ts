import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { OutboxRecord } from "../../../src/protocol/outbox.ts";
import type { SendResult } from "../../../src/protocol/webmail.ts";
import { sentenceOf } from "../../../src/ui/composer/model.ts";
import { fillFrom, unsentOf } from "../../../src/ui/composer/unsent.ts";
import { composer, to, trusted, wait, written, InTurn } from "./composer-harness.ts";
import * as s from "./samples.ts";

describe("asking for a receipt (ES-03)", () => {
  it("is off by default, goes to the background with the Send, and stays in a draft", async () => {
    const { actions, input, model, context } = await written();
    expect(unsentOf(context).receipt).toBe(false);
    actions.send(trusted);
    await wait();
    expect(input("send.prepare")[0]).toMatchObject({ receipt: false });
    const asking = await written();
    asking.actions.toggleReceipt();
    expect(asking.model().receipt).toBe(true);
    expect(unsentOf(asking.context).receipt).toBe(true);
    asking.actions.send(trusted);
    await wait();
    expect(asking.input("send.prepare")[0]).toMatchObject({ receipt: true });
    fillFrom(context, unsentOf(asking.context));
    expect(model().receipt).toBe(true);
  });
});

describe("composer", () => {
  it("begins with the defaults and an identity that can sign", async () => {
    const { model, start } = composer();
    await start();
    expect(model()).toMatchObject({ ready: true, sign: true, encrypt: true, identity: "1" });
  });

  it("looks each address up once", async () => {
    const { actions, input, model } = await written();
    actions.add("cc", to([s.carol, { name: null, address: "BOB@lab.test" }]));
    await wait();
    expect(input("people.lookup").map(({ addresses }) => addresses)).toEqual([["bob@lab.test"], ["carol@lab.test"]]);
    expect(sentenceOf(model()).key).toBe("draft_signed_encrypted_more");
  });

  it("sends what it shows: prepared, sealed, kept, begun, delivered", async () => {
    const { actions, model, kept, asked, sent, removeDraft } = await written();
    actions.send(trusted);
    await wait();
    expect(model().result).toMatchObject({ state: "sent", sentTo: ["Bob Example"] });
    expect(kept).toMatchObject([{ account: "alice@lab.test", origin: "https://mail.lab.test", protection: { signed: false, encrypted: true }, envelopes: [{ state: "prepared", recipients: ["bob@lab.test"] }] }]);
    const names = asked.map(([name]) => name);
    expect(names.indexOf("outbox.begin")).toBeGreaterThan(names.indexOf("send.prepare"));
    expect(sent).toEqual([["bob@lab.test"]]);
    await wait();
    expect(removeDraft).toHaveBeenCalled();
  });

  it("takes no press that a script made", async () => {
    const { actions, input, model } = await written({ answers: {} });
    actions.send({ isTrusted: false });
    actions.toggleEncrypt({ isTrusted: false });
    await wait();
    expect(input("send.prepare")).toEqual([]);
    expect(model().encrypt).toBe(true);
  });

  it("sends nothing and gives nothing up while something covers it", async () => {
    const { actions, input, model } = await written({ steady: false });
    actions.send(trusted);
    await wait();
    expect(model().problem?.code).toBe("send.not-visible");
    actions.toggleEncrypt(trusted);
    expect(model().encrypt).toBe(true);
    expect(input("send.prepare")).toEqual([]);
  });

  it("refuses nobody, a wrong address and an unread file, before anything is asked", () => {
    const { actions, input, model, context } = composer();
    context.cell.set({ ready: true });
    actions.send(trusted);
    expect(model().problem?.code).toBe("send.no-recipient");
    actions.add("to", [{ name: null, address: "nobody", valid: false }]);
    actions.send(trusted);
    expect(model().problem).toEqual({ code: "send.address", detail: "nobody" });
    actions.setField("to", to([s.bob]));
    context.cell.set({ files: [{ id: "1", name: "f", type: "t", size: 9, read: 1, bytes: null, contentId: null, fromOriginal: false }] });
    actions.send(trusted);
    expect(model().problem?.code).toBe("send.still-reading");
    expect(input("send.prepare")).toEqual([]);
  });

  const dave = { name: null, address: "dave@lab.test" };
  const missing = { state: "missing", addresses: [dave.address], problems: [], mayGoClear: true, mayLeaveUnreadable: true };

  it("stops and names who has no certificate; nothing is lost (CO-09)", async () => {
    const { actions, model, sent, text } = await written({ answers: { "send.prepare": missing } }, [s.bob, dave]);
    expect(sentenceOf(model()).key).toBe("draft_missing_one");
    actions.send(trusted);
    await wait();
    expect(model()).toMatchObject({ sending: null, question: { ask: "missing", addresses: [dave.address] }, subject: "Figures" });
    expect(sent).toEqual([]);
    actions.closeQuestion();
    expect(model().to.length).toBe(2);
    expect(text.text()).toBe("Hello");
  });

  it.each([
    ["leave-out", { to: ["bob@lab.test"], encrypt: true, unreadableFor: [] }],
    ["unreadable", { to: ["bob@lab.test", dave.address], encrypt: true, unreadableFor: [dave.address] }],
    ["clear", { to: ["bob@lab.test", dave.address], encrypt: false, unreadableFor: [] }],
  ] as const)("goes on by %s only as chosen", async (answer, expected) => {
    const { actions, input, context } = await written({ answers: { "send.prepare": missing } }, [s.bob, dave]);
    actions.send(trusted);
    await wait();
    actions.answerMissing(answer, { isTrusted: false });
    expect(input("send.prepare").length).toBe(1);
    actions.answerMissing(answer, trusted);
    await wait();
    const asked = input("send.prepare")[1] as { to: { address: string }[] };
    expect({ ...asked, to: asked.to.map(({ address }) => address) }).toMatchObject(expected);
    expect(context.cell.get().question?.ask).toBe("missing");
  });

  it("says a refusal, keeps everything", async () => {
    const { actions, model, text } = await written({ answers: { "send.prepare": { state: "refused", code: "keys.no-signing-key" } } });
    actions.send(trusted);
    await wait();
    expect(model()).toMatchObject({ problem: { code: "keys.no-signing-key" }, sending: null, result: null });
    expect(text.text()).toBe("Hello");
  });

  const locked = { state: "refused", code: "keys.locked" };

  it("asks to unlock the key that signs, and goes on with the same Send", async () => {
    const ready = (await written({})).context.ask("send.prepare", {} as never);
    const { actions, input, sent } = await written({ answers: { "send.prepare": new InTurn(locked, await ready), "keys.unlock": { unlocked: true } } });
    actions.send(trusted);
    await wait();
    expect(input("keys.unlock")).toEqual([{ use: "sign", from: "alice@lab.test", visible: true }]);
    expect(input("send.prepare").length).toBe(2);
    expect(sent).toEqual([["bob@lab.test"]]);
  });

  it("is back in the text when the key is not unlocked, and asks no second time when it is locked again at once", async () => {
    const given = await written({ answers: { "send.prepare": locked, "keys.unlock": { unlocked: false } } });
    given.actions.send(trusted);
    await wait();
    expect(given.model()).toMatchObject({ sending: null, result: null, problem: null, subject: "Figures" });
    expect(given.text.text()).toBe("Hello");
    const again = await written({ answers: { "send.prepare": locked, "keys.unlock": { unlocked: true } } });
    again.actions.send(trusted);
    await wait();
    expect(again.input("keys.unlock").length).toBe(1);
    expect(again.model()).toMatchObject({ sending: null, problem: { code: "keys.locked" } });
    expect([...given.sent, ...again.sent]).toEqual([]);
  });

  it("knows before sending that the server would refuse the size", async () => {
    const { actions, model, kept } = await written({ maxMessageSize: 3 });
    actions.send(trusted);
    await wait();
    expect(model().problem?.code).toBe("send.too-large");
    expect(kept).toEqual([]);
  });

  const two = [
    { recipients: ["bob@lab.test"], visible: true, mime: utf8("1") },
    { recipients: ["carol@lab.test"], visible: false, mime: utf8("2") },
  ];

  it("tells whom it reached when the second copy is refused, and tries again only that one", async () => {
    const refused: SendResult = { state: "failed", code: "send.refused", detail: "550" };
    const made = await written({ envelopes: two, results: [{ state: "sent", message: null }, refused, { state: "sent", message: null }] }, [s.bob, s.carol]);
    made.actions.send(trusted);
    await wait();
    expect(made.model().result).toMatchObject({ state: "partly", code: "send.refused", sentTo: ["Bob Example"], notSentTo: ["Carol Example"] });
    const [record] = made.kept as [OutboxRecord];
    const told = { ...record, envelopes: record.envelopes.map((envelope, i) => ({ ...envelope, state: i === 0 ? "filed" : "failed" })) };
    const ask = made.context.ask;
    made.context.ask = ((name: string, input: never) => (name === "outbox.state" ? Promise.resolve(told) : ask(name as never, input))) as never;
    made.actions.sendAgain(trusted);
    await wait();
    expect(made.sent).toEqual([["bob@lab.test"], ["carol@lab.test"], ["carol@lab.test"]]);
    expect(made.model().result).toMatchObject({ state: "sent", sentTo: ["Bob Example", "Carol Example"], notSentTo: [] });
  });

  it("stops at an unknown result and does not send again by itself or by Send", async () => {
    const { actions, model, sent } = await written({ envelopes: two, results: [{ state: "unknown" }] }, [s.bob, s.carol]);
    actions.send(trusted);
    await wait();
    expect(model().result).toMatchObject({ state: "unknown", code: "send.unknown" });
    actions.send(trusted);
    actions.sendAgain(trusted);
    await wait();
    expect(sent.length).toBe(1);
  });

  it("keeps the text and the reason after a failure", async () => {
    const { actions, model, text } = await written({ results: [] });
    actions.send(trusted);
    await wait();
    expect(model().result).toMatchObject({ state: "failed", code: "webmail.unreachable" });
    expect(text.text()).toBe("Hello");
    expect(model().to.length).toBe(1);
  });

  it("takes over what the webmail's composer held and says that the server may have it", async () => {
    const { start, model, text, discardNativeDraft } = composer({ native: { to: "Bob <bob@lab.test>", cc: "", bcc: "", subject: "Hi", text: "a < b\nc" } });
    await start();
    expect(model()).toMatchObject({ to: [{ name: "Bob", address: "bob@lab.test", valid: true }], subject: "Hi", notice: { about: "native-text" } });
    expect(text.html()).toBe("<div>a &lt; b<br>c</div>");
    expect(discardNativeDraft).toHaveBeenCalled();
  });

  it("takes over the addresses of a link and says nothing of a text", async () => {
    const { start, model } = composer({ native: { to: "bob@lab.test", cc: "", bcc: "", subject: "", text: "" } });
    await start();
    expect(model()).toMatchObject({ to: [{ address: "bob@lab.test", valid: true }], notice: null, fromPage: true });
  });

  it("shows a forced mode and does not let it go", async () => {
    const state = { canSign: [], canEncrypt: [], defaults: { sign: false, encrypt: false }, forced: { sign: true, encrypt: true }, rules: { bcc: "each" as const, subjectOpen: false, signReplies: false }, ending: null };
    const { start, actions, model } = composer({ answers: { "composer.state": state } });
    await start();
    actions.toggleEncrypt(trusted);
    actions.toggleSign(trusted);
    expect(model()).toMatchObject({ sign: true, encrypt: true });
  });
});
