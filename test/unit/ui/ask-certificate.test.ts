import { describe, expect, it } from "vitest";
import { to, trusted, wait, written } from "./composer-harness.ts";
import * as s from "./samples.ts";

const dave = { name: null, address: "dave@lab.test" };
const erin = { name: "Erin", address: "erin@lab.test" };
const missing = { state: "missing", addresses: [dave.address], problems: [], mayGoClear: true, mayLeaveUnreadable: true };

/** A composer that stands before the note. */
async function asking(around: Parameters<typeof written>[0] = {}, addresses = [dave.address], people = [s.bob, dave]) {
  const answers: Record<string, unknown> = { "send.prepare": { ...missing, addresses }, ...around.answers };
  const made = await written({ ...around, answers }, people);
  made.actions.send(trusted);
  await wait();
  made.actions.answerMissing("ask", trusted);
  await wait();
  return { ...made, note: () => { const { question } = made.model(); return question?.ask === "certificate-note" ? question.note : null; } };
}
/** Lets the note go once it is shown. */
async function sent(made: Awaited<ReturnType<typeof asking>>, pressed = trusted) {
  made.actions.sendNote(pressed);
  await wait();
}

describe("asking for a certificate first", () => {
  it("shows a note of which nothing comes from the message, and sends nothing yet", async () => {
    const { note, sent: gone, input } = await asking();
    expect(note()).toMatchObject({ to: [dave], cc: [], bcc: [], subject: "Please", text: "Your certificate, please. Alice Example" });
    expect(input("note.show")).toEqual([{ from: s.alice.address, to: [dave.address], cc: [], bcc: [] }]);
    expect(input("note.prepare")).toEqual([]);
    expect(gone).toEqual([]);
  });

  it("leaves each person in the field that he has, so that a Bcc stays one, and never asks the author himself", async () => {
    const made = await written({ answers: { "send.prepare": { ...missing, addresses: [dave.address, erin.address, s.alice.address] } } }, [s.bob, dave, s.alice]);
    made.actions.add("bcc", to([erin]));
    await wait();
    made.actions.send(trusted);
    await wait();
    made.actions.answerMissing("ask", trusted);
    await wait();
    // By address alone: a name may have come from a field that was hidden in the encryption of what is answered (CO-02).
    expect(made.model().question).toMatchObject({ note: { to: [dave], cc: [], bcc: [{ name: null, address: erin.address }] } });
    expect(JSON.stringify(made.model().question)).not.toContain("Erin");
  });

  it("sends it signed and not encrypted, keeps the message as a draft of its own, and says that it waits", async () => {
    const made = await asking();
    await sent(made);
    expect(made.input("note.prepare")).toEqual([{ from: s.alice.address, to: [dave.address], cc: [], bcc: [] }]);
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
    await sent(scripted, { isTrusted: false });
    const covered = await asking({ steady: true });
    covered.context.visibility = { ...covered.context.visibility, steady: () => false };
    await sent(covered);
    expect([...scripted.sent, ...covered.sent, ...scripted.input("note.prepare"), ...covered.input("note.prepare")]).toEqual([]);
    expect(covered.model().problem).toMatchObject({ code: "send.not-visible" });
  });

  it("is confirmed with the note's own text where the browser cannot tell whether the frame was covered", async () => {
    const made = await asking({ steady: null, answers: { "send.confirm": { confirmed: false } } });
    await sent(made);
    expect(made.input("send.confirm")).toMatchObject([{ to: [dave], subject: "Please", text: "Your certificate, please. Alice Example", sign: true, encrypt: false }]);
    expect(made.sent).toEqual([]);
    expect(made.model()).toMatchObject({ notice: null, sending: null });
  });

  it("goes nowhere where the background refuses", async () => {
    const made = await asking({ answers: { "note.prepare": { state: "refused", code: "send.policy-unknown" } } });
    await sent(made);
    expect(made.sent).toEqual([]);
    expect(made.model()).toMatchObject({ sending: null, notice: null, problem: { code: "send.policy-unknown" } });
  });

  it("is offered under a forced encryption too: nobody can be asked otherwise", async () => {
    const made = await asking({ answers: { "send.prepare": { ...missing, mayGoClear: false, mayLeaveUnreadable: false } } });
    await sent(made);
    expect(made.sent).toEqual([[dave.address]]);
  });

  it("sends nothing when the message could not be kept", async () => {
    const made = await asking();
    made.saveDraft.mockRejectedValue(new Error("full"));
    await sent(made);
    expect(made.sent).toEqual([]);
    expect(made.model()).toMatchObject({ problem: { code: "store.unavailable" }, notice: null });
  });

  it.each([
    [{ state: "failed", code: "send.too-large", detail: "" } as const, { code: "send.too-large", detail: "not sent" }],
    [{ state: "unknown" } as const, { code: "send.unknown", detail: "unknown" }],
  ])("says what became of it: %j", async (result, problem) => {
    const made = await asking({ results: [result] });
    await sent(made);
    expect(made.model()).toMatchObject({ problem, notice: null, result: null, subject: "Figures" });
    expect(made.removeDraft).not.toHaveBeenCalled();
  });
});
