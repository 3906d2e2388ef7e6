import { describe, expect, it, vi } from "vitest";
import { verdictAction } from "../../../src/background/action.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { frameHandlers } from "../../../src/background/handlers/frame.ts";
import { pageHandlers } from "../../../src/background/handlers/page.ts";
import { popupQuestions } from "../../../src/background/popup-questions.ts";
import type { Services } from "../../../src/background/services.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import type { FramePurpose } from "../../../src/background/tickets.ts";
import { memoryArea } from "./memory-area.ts";

const purpose: FramePurpose = { kind: "reader", tab: 7, opener: "P", openerFrame: 0, origin: "https://mail.lab.test", account: "alice@lab.test", message: null, mode: null };
const reader = { kind: "frame", page: "reader", tab: 7, frame: 3, document: "R" } as const;
const other = { ...reader, frame: 4, document: "S" } as const;
const popup = { kind: "page", page: "popup" } as const;
const verdict = { sentence: "sentence_verified_encrypted", substitutions: ["Alice"], author: "alice@lab.test", signed: "verified", encrypted: "decrypted" } as const;
const message = { from: { name: "Alice", address: "alice@lab.test" }, subject: "SECRET-SUBJECT", date: "2026-05-03T08:31:00Z" };

/** The handlers over real tables; `asked` is what was asked of which frame, everything kept and said goes through `kept`. */
async function desk() {
  const asked: { frame: number; question: string }[] = [];
  const kept: unknown[] = [];
  const area = memoryArea();
  const session = { set: (items: Record<string, unknown>) => (kept.push(items), area.set(items)), get: (key: string) => area.get(key) };
  const says = (_tab: number, text: string) => Promise.resolve(void kept.push(text));
  const all = bindings(sessionTable(session, "bindings"));
  const services = {
    bindings: all,
    verdicts: verdictAction(sessionTable(session, "verdicts"), { title: says, badge: says, sentence: (key, words) => `${key} ${words.join()}` }),
    popupQuestions: popupQuestions(({ frame }, question) => void asked.push({ frame, question })),
  } as unknown as Services;
  const frames = frameHandlers(services);
  const pages = pageHandlers(services);
  await all.bind(reader, purpose, "secret");
  await all.bind(other, purpose, "secret");
  const current = () => pages["verdict.current"]({ tab: "7" }, popup);
  const question = async (): Promise<string> => {
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
    return asked.at(-1)?.question ?? "";
  };
  return { asked, kept, all, frames, current, question, show: (by: typeof reader | typeof other) => frames["verdict.show"]({ ...verdict, substitutions: ["Alice"] }, by) };
}

describe("the popup's question (architecture §6)", () => {
  it("is answered by the reader that the toolbar speaks of, and its answer is kept nowhere", async () => {
    const { asked, kept, frames, current, question, show } = await desk();
    await show(reader);
    const answer = current();
    await frames["popup.tell"]({ question: await question(), message }, reader);
    expect(await answer).toEqual({ verdict, message });
    expect(asked).toEqual([{ frame: 3, question: expect.stringMatching(/^[0-9a-f]{32}$/) as string }]);
    expect(JSON.stringify(kept)).not.toContain("SECRET-SUBJECT");
  });

  it("takes no answer of another frame, of a frame that is no reader or is not bound, or to another question", async () => {
    const { all, frames, current, question, show } = await desk();
    await show(reader);
    const composer = { ...reader, page: "composer", frame: 5, document: "C" } as const;
    await all.bind(composer, { ...purpose, kind: "composer" }, "secret");
    const answer = current();
    const asked = await question();
    const wrong = { ...message, subject: "wrong" };
    await frames["popup.tell"]({ question: asked, message: wrong }, other);
    await frames["popup.tell"]({ question: asked, message: wrong }, { ...reader, tab: 8 }).catch(() => undefined);
    await frames["popup.tell"]({ question: "another", message: wrong }, reader);
    await expect(frames["popup.tell"]({ question: asked, message: wrong }, composer)).rejects.toMatchObject({ code: "protocol.forbidden" });
    await expect(frames["popup.tell"]({ question: asked, message: wrong }, { ...reader, document: "reloaded" })).rejects.toMatchObject({ code: "protocol.ticket" });
    await frames["popup.tell"]({ question: asked, message }, reader);
    expect((await answer)?.message).toEqual(message);
  });

  it("asks the last of several readers, and gives no name to a verdict that another one told meanwhile", async () => {
    const { asked, frames, current, question, show } = await desk();
    await show(reader);
    await show(other);
    const answer = current();
    await question();
    expect(asked).toMatchObject([{ frame: 4 }]);
    await show(reader);
    await frames["popup.tell"]({ question: await question(), message }, other);
    expect(await answer).toEqual({ verdict, message: null });
  });

  it("does without a name when nobody answers, and without a verdict when the reader is gone", async () => {
    const { frames, current, show } = await desk();
    expect(await current()).toBeNull();
    await show(reader);
    expect(await current()).toEqual({ verdict, message: null });
    const late = current();
    await frames["verdict.hide"](null, reader);
    expect(await late).toBeNull();
  });
});
