import { describe, expect, it } from "vitest";
import { fillFrom, unsentOf } from "../../../src/ui/composer/unsent.ts";
import { trusted, wait, written } from "./composer-harness.ts";
import * as s from "./samples.ts";

const native = { to: "eve@evil.test", cc: "", bcc: "hidden@evil.test", subject: "From the page", text: "text of the page" };
const clear = { "send.prepare": { state: "ready", plan: { ticket: "t", sign: null, encrypt: null, envelopes: [], headerPolicy: "baseline", legacyDisplay: false } } };

describe("a Send where the browser cannot tell whether the composer was covered", () => {
  it("needs no confirmation for what was typed here and goes encrypted", async () => {
    const { actions, sent, input } = await written({ steady: null });
    actions.send(trusted);
    await wait();
    expect(input("send.confirm")).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it("is confirmed with all recipients and the text when they came from the page, and not sent without", async () => {
    const { actions, sent, input, model } = await written({ steady: null, native, answers: { "send.confirm": { confirmed: false } } }, []);
    actions.send(trusted);
    await wait();
    expect(input("send.confirm")).toMatchObject([{ to: [{ address: "eve@evil.test" }], bcc: [{ address: "hidden@evil.test" }], text: "Hello", encrypt: true }]);
    expect(sent).toEqual([]);
    expect(model()).toMatchObject({ sending: null, problem: null });
  });

  it("is confirmed for a draft that was opened again", async () => {
    const { actions, context, input } = await written({ steady: null });
    fillFrom(context, { ...unsentOf(context), unproved: false });
    actions.send(trusted);
    await wait();
    expect(input("send.confirm")).toHaveLength(1);
  });

  it("is confirmed when it goes unencrypted or somebody cannot read it", async () => {
    const open = await written({ steady: null, answers: clear });
    open.actions.toggleEncrypt(trusted);
    open.actions.send(trusted);
    await wait();
    expect(open.input("send.confirm")).toMatchObject([{ encrypt: false, to: [s.bob] }]);
    expect(open.sent).toHaveLength(1);
  });

  it("is confirmed nowhere else: where the browser reports true visibility, that decides", async () => {
    const { actions, sent, input } = await written({ steady: true, native });
    actions.send(trusted);
    await wait();
    expect(input("send.confirm")).toEqual([]);
    expect(sent).toHaveLength(1);
    const covered = await written({ steady: false });
    covered.actions.send(trusted);
    await wait();
    expect(covered.model().problem?.code).toBe("send.not-visible");
    expect(covered.sent).toEqual([]);
  });
});
