import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { addContact, contactOffer, type ContactShown, type ContactStep } from "../../../src/ui/reader/contact.ts";
import * as s from "./samples.ts";

const learned = [{ address: s.alice.address, certificates: [new Uint8Array([1])], encryptionCertificate: null, ciphers: [], signingTime: null }];
const verified = { ...s.message(s.verified), learned };

async function press(options: { trusted?: boolean; step?: ContactStep; steady?: boolean | null; card?: Uint8Array<ArrayBuffer> | null; answer?: "added" | "exists" | SmimeError } = {}) {
  const { trusted = true, step = "offered", steady = true, card = utf8("BEGIN:VCARD"), answer = "added" } = options;
  const shown: ContactShown[] = [];
  const ask = vi.fn(() => Promise.resolve(card));
  const add = vi.fn(() => (answer instanceof SmimeError ? Promise.reject(answer) : Promise.resolve(answer)));
  await addContact({ ask: ask as never, content: { addContact: add }, visibility: { steady: () => steady }, show: (one) => shown.push(one) }, { address: "alice@lab.test", step }, { isTrusted: trusted });
  return { steps: shown.map((one) => one.step), ask, add };
}

describe("adding an author to the webmail's contacts (CE-03)", () => {
  it("is offered for a verified author with a certificate that was kept, and for nobody else", () => {
    expect(contactOffer(verified, true)).toEqual({ address: s.alice.address, step: "offered" });
    expect(contactOffer(verified, false)).toBeNull();
    expect(contactOffer({ ...verified, learned: [] }, true)).toBeNull();
    expect(contactOffer({ ...s.message(s.unverified({ code: "pki.untrusted" })), learned }, true)).toBeNull();
  });

  it("hands over the card when a person presses, and says what came of it", async () => {
    const { steps, add } = await press();
    expect(steps).toEqual(["adding", "added"]);
    expect(add).toHaveBeenCalledWith("alice@lab.test", utf8("BEGIN:VCARD"));
    expect((await press({ answer: "exists" })).steps).toEqual(["adding", "exists"]);
    expect((await press({ answer: new SmimeError("webmail.unreachable") })).steps).toEqual(["adding", { problem: "webmail.unreachable" }]);
    const without = await press({ card: null });
    expect([without.steps, without.add.mock.calls.length]).toEqual([["adding", "none"], 0]);
  });

  it("does nothing by a script's press, under a cover, or twice", async () => {
    for (const one of [{ trusted: false }, { step: "adding" as const }, { step: "added" as const }, { step: "exists" as const }]) expect((await press(one)).ask).not.toHaveBeenCalled();
    const covered = await press({ steady: false });
    expect([covered.steps, covered.ask.mock.calls.length]).toEqual([[{ problem: "send.not-visible" }], 0]);
    expect((await press({ step: { problem: "webmail.unreachable" } })).steps).toEqual(["adding", "added"]);
  });
});
