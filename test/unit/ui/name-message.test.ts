import { describe, expect, it } from "vitest";
import { namedMessage } from "../../../src/protocol/shapes.ts";
import { answerPopup, nameOf } from "../../../src/ui/reader/name-message.ts";
import * as s from "./samples.ts";

type Listener = Parameters<Parameters<typeof answerPopup>[0]["addListener"]>[0];

describe("naming a message to the popup", () => {
  it("names the proved author, Subject and date, and never more of a Subject than a popup can show", () => {
    const named = nameOf(s.message(s.verifiedEncrypted), "sentence_verified_encrypted");
    expect(named).toMatchObject({ from: s.alice });
    const long = s.message(s.verifiedEncrypted);
    long.content.headers.subject = "x".repeat(100_000);
    expect(nameOf(long, "sentence_verified_encrypted").subject).toHaveLength(2000);
  });

  it("names a message whoever its sender says he is: no name or address is too long for the background (architecture §6)", () => {
    const message = s.message(s.encryptedOnly);
    message.content.headers.fromName = "n".repeat(100_000);
    message.content.headers.from = `${"a".repeat(100_000)}@evil.test`;
    const named = nameOf(message, "sentence_encrypted_only");
    expect(namedMessage(named)).toEqual(named);
  });

  it("names the delivered From where the protected one is somebody else's (UI-04)", () => {
    const message = s.message(s.verifiedEncrypted);
    Object.assign(message.content.headers, { from: "eve@evil.test", fromName: null, outerFrom: "eve@evil.test", insideFrom: "alice@lab.test" });
    expect(nameOf(message, "sentence_careful_from").from).toEqual({ name: null, address: "eve@evil.test" });
  });

  it("answers only its own kind of question, says nothing of a covered message, and keeps no port open", () => {
    const told: unknown[] = [];
    let listener: Listener = () => undefined;
    let open = true;
    let closed = 0;
    const named = { from: null, subject: "S", date: null };
    answerPopup({ addListener: (each) => void (listener = each) }, ((name: string, input: unknown) => (told.push([name, input]), Promise.resolve(null))) as never, { unobstructed: () => open }, () => named);
    const disconnect = () => void closed++;
    listener({ name: "somebody else's", disconnect });
    expect([told.length, closed]).toEqual([0, 0]);
    listener({ name: "popup-question q1", disconnect });
    open = false;
    listener({ name: "popup-question q2", disconnect });
    expect(told).toEqual([["popup.tell", { question: "q1", message: named }], ["popup.tell", { question: "q2", message: null }]]);
    expect(closed).toBe(2);
  });
});
