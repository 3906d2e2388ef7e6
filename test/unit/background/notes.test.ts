import { describe, expect, it } from "vitest";
import { latin1 } from "../../../src/base/bytes.ts";
import { alice, authority } from "../smime/attacks/stage.ts";
import { desk } from "./receipt-desk.ts";

const asked = { from: "alice@lab.test", to: ["dave@lab.test"], cc: [], bcc: ["erin@lab.test", "ALICE@lab.test"] };
const name = alice.certificate.subject.commonName ?? "";

const at = (managed: Record<string, unknown> = {}) =>
  desk({ address: "alice@lab.test", certificate: alice.certificate.der, key: alice.key, anchors: [authority.certificate], managed, now: () => new Date("2026-09-02T00:00:00Z") });

describe("the note that asks for a certificate", () => {
  it("is made of fixed words, with the name that the certificate has, and never asks its author", async () => {
    const note = await (await at()).showNote(asked);
    expect(note).toMatchObject({ from: { name, address: "alice@lab.test" }, subject: "Your certificate", text: `Please send it. ${name}`, attachments: [], references: [], inReplyTo: null });
    expect([note.to, note.cc, note.bcc].map((people) => people.map(({ address }) => address))).toEqual([["dave@lab.test"], [], ["erin@lab.test"]]);
  });

  it.each([{}, { AlwaysEncrypt: true }, { AlwaysEncrypt: true, AlwaysSign: true, TripleWrap: true }])("goes signed and in the clear, a Bcc by itself, under %j (CO-08, CO-09)", async (managed) => {
    const { prepareNote, read, tickets, frame, signed } = await at(managed);
    const answer = await prepareNote(asked);
    if (answer.state !== "ready") throw new Error(answer.code);
    expect(answer.envelopes.map(({ recipients, visible }) => [recipients, visible])).toEqual([[["dave@lab.test"], true], [["erin@lab.test"], false]]);
    for (const { mime } of answer.envelopes) {
      const { status, content } = await read(mime);
      expect(status.summary).toMatchObject({ signed: "verified", encrypted: "none", author: "alice@lab.test" });
      expect(content.headers.subject).toBe("Your certificate");
      expect(latin1(mime)).not.toContain("erin@");
    }
    // A card's login for this frame alone ends with it.
    expect(signed).toEqual(["composer"]);
    // The ticket sends what was made here and signs nothing besides.
    await expect(tickets.takeSignature(answer.ticket, frame("composer"))).rejects.toMatchObject({ code: "send.ticket" });
  });

  it("is not made for an address that no own key signs for", async () => {
    const { prepareNote, showNote } = await at();
    for (const ask of [showNote, prepareNote]) await expect(ask({ ...asked, from: "bob@lab.test" })).rejects.toMatchObject({ code: "keys.no-signing-key" });
  });
});
