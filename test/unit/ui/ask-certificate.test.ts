import { describe, expect, it } from "vitest";
import type { Draft } from "../../../src/protocol/draft.ts";
import { to, trusted, wait, written } from "./composer-harness.ts";
import * as s from "./samples.ts";

const dave = { name: null, address: "dave@lab.test" };
const erin = { name: "Erin", address: "erin@lab.test" };
const missing = { state: "missing", addresses: [dave.address], problems: [], mayGoClear: true, mayLeaveUnreadable: true };
const clear = { ticket: "t", sign: { digestName: "sha256", clear: true, tripleWrap: false }, encrypt: null, envelopes: [], headerPolicy: "baseline", legacyDisplay: false };
const ready = { state: "ready", plan: clear };

/** A composer that stands before the note; `prepare` is what the background answers to the note. */
async function asking(around: Parameters<typeof written>[0] = {}, addresses = [dave.address], people = [s.bob, dave]) {
  const answers: Record<string, unknown> = { "send.prepare": { ...missing, addresses }, ...around.answers };
  const made = await written({ ...around, answers }, people);
  made.actions.send(trusted);
  await wait();
  made.actions.answerMissing("ask", trusted);
  return { ...made, note: () => { const { question } = made.model(); return question?.ask === "certificate-note" ? question.note : null; } };
}
/** Lets the note go once it is shown: the harness answers `send.prepare` the same way until it is told otherwise. */
async function sent(made: Awaited<ReturnType<typeof asking>>, prepare: unknown, pressed = trusted) {
  const ask = made.context.ask as (name: string, input: unknown) => Promise<unknown>;
  const sealed: Draft[] = [];
  made.context.ask = ((name: string, input: unknown) => (name === "send.prepare" ? (made.asked.push([name, input]), Promise.resolve(prepare)) : ask(name, input))) as never;
  made.context.engine.seal = ((draft: Draft) => (sealed.push(draft), Promise.resolve([{ recipients: [dave.address], visible: true, mime: new Uint8Array(1) }])));
  made.actions.sendNote(pressed);
  await wait();
  return sealed;
}

describe("asking for a certificate first", () => {
  it("shows a note of which nothing comes from the message, and sends nothing yet", async () => {
    const { note, sent: gone, input } = await asking();
    expect(note()).toMatchObject({ from: s.alice, to: [dave], cc: [], bcc: [], subject: "Please", text: "Your certificate, please. Alice Example", attachments: [], inReplyTo: null, references: [] });
    expect(JSON.stringify(note())).not.toMatch(/Figures|Hello|bob@/);
    expect(input("send.prepare")).toHaveLength(1);
    expect(gone).toEqual([]);
  });

  it("leaves each person in the field that he has, so that a Bcc stays one, and never asks the author himself", async () => {
    const made = await written({ answers: { "send.prepare": { ...missing, addresses: [dave.address, erin.address, s.alice.address] } } }, [s.bob, dave, s.alice]);
    made.actions.add("bcc", to([erin]));
    await wait();
    made.actions.send(trusted);
    await wait();
    made.actions.answerMissing("ask", trusted);
    // By address alone: a name may have come from a field that was hidden in the encryption of what is answered (CO-02).
    expect(made.model().question).toMatchObject({ note: { to: [dave], cc: [], bcc: [{ name: null, address: erin.address }] } });
    expect(JSON.stringify(made.model().question)).not.toContain("Erin");
  });

  it("sends it signed and not encrypted, keeps the message as a draft of its own, and says that it waits", async () => {
    const made = await asking();
    const sealed = await sent(made, ready);
    expect(made.input("send.prepare")[1]).toMatchObject({ to: [dave], sign: true, encrypt: false });
    expect(sealed).toMatchObject([{ subject: "Please" }]);
    expect(made.sent).toEqual([[dave.address]]);
    expect(made.kept).toMatchObject([{ protection: { signed: true, encrypted: false } }]);
    expect(made.kept[0]?.draft).not.toBe(made.context.draftId);
    expect(made.saveDraft).toHaveBeenCalled();
    expect(made.removeDraft).not.toHaveBeenCalled();
    expect(made.model()).toMatchObject({ notice: { about: "asked", people: [dave.address] }, result: null, sending: null, subject: "Figures", encrypt: true });
    expect(made.text.text()).toBe("Hello");
  });

  it("sends nothing by a click that a script made, or in a frame that was covered", async () => {
    const scripted = await asking();
    expect(await sent(scripted, ready, { isTrusted: false })).toEqual([]);
    const covered = await asking({ steady: true });
    covered.context.visibility = { ...covered.context.visibility, steady: () => false };
    expect(await sent(covered, ready)).toEqual([]);
    expect([...scripted.sent, ...covered.sent]).toEqual([]);
    expect(covered.model().problem).toMatchObject({ code: "send.not-visible" });
  });

  it("is confirmed with the note's own text where the browser cannot tell whether the frame was covered", async () => {
    const made = await asking({ steady: null, answers: { "send.confirm": { confirmed: false } } });
    await sent(made, ready);
    expect(made.input("send.confirm")).toMatchObject([{ to: [dave], subject: "Please", text: "Your certificate, please. Alice Example", sign: true, encrypt: false }]);
    expect(made.sent).toEqual([]);
    expect(made.model()).toMatchObject({ notice: null, sending: null });
  });

  it.each([
    ["encrypts all the same", { state: "ready", plan: { ...clear, encrypt: { cipher: "aes-256-cbc" } } }],
    ["stops for the same people", missing],
    ["refuses", { state: "refused", code: "send.policy-unknown" }],
  ])("goes nowhere where policy %s", async (_name, prepare) => {
    const made = await asking();
    expect(await sent(made, prepare)).toEqual([]);
    expect(made.sent).toEqual([]);
    expect(made.model()).toMatchObject({ sending: null, notice: null, problem: { code: expect.any(String) as string } });
  });

  it("sends nothing when the message could not be kept", async () => {
    const made = await asking();
    made.saveDraft.mockRejectedValue(new Error("full"));
    expect(await sent(made, ready)).toEqual([]);
    expect(made.model()).toMatchObject({ problem: { code: "store.unavailable" }, notice: null });
  });

  it.each([
    [{ state: "failed", code: "send.too-large", detail: "" } as const, { code: "send.too-large", detail: "not sent" }],
    [{ state: "unknown" } as const, { code: "send.unknown", detail: "unknown" }],
  ])("says what became of it: %j", async (result, problem) => {
    const made = await asking({ results: [result] });
    await sent(made, ready);
    expect(made.model()).toMatchObject({ problem, notice: null, result: null, subject: "Figures" });
    expect(made.removeDraft).not.toHaveBeenCalled();
  });
});
