import { describe, expect, it } from "vitest";
import { composeDraft } from "../../../src/ui/composer/compose-draft.ts";
import { fillFrom, unsentOf } from "../../../src/ui/composer/unsent.ts";
import { composer, trusted } from "./composer-harness.ts";
import * as s from "./samples.ts";

describe("answering a message", () => {
  const opened = s.message(s.verifiedEncrypted, { attachments: [s.attachment("figures.xlsx", "application/x", 7)] });

  it("quotes a proved encrypted message and answers encrypted (CO-05)", async () => {
    const state = { canSign: ["bob@lab.test"], canEncrypt: ["bob@lab.test"], defaults: { sign: false, encrypt: false }, forced: { sign: false, encrypt: false }, rules: { bcc: "each" as const, subjectOpen: false, signReplies: false }, ending: null };
    const { start, model, text } = composer({ mode: "reply-all", original: opened, answers: { "composer.state": state } });
    await start();
    expect(model()).toMatchObject({ subject: "Re: Quarterly figures", encrypt: true, originalEncrypted: true, inReplyTo: "figures@lab.test", references: ["figures@lab.test"] });
    expect(model().files).toEqual([]);
    expect(text.html()).toContain("Alice Example wrote:");
    expect(text.html()).toContain("<blockquote");
  });

  it("takes along what the original hid, into what is sent and into a draft (CO-03)", async () => {
    const hidden = { addresses: [], names: ["alice@lab.test"], identifiers: ["figures@lab.test"] };
    const made = composer({ mode: "reply", original: { ...opened, hidden } });
    await made.start();
    expect(composeDraft(made.context).hidden).toEqual(hidden);
    const again = composer();
    await again.start();
    fillFrom(again.context, unsentOf(made.context));
    expect(composeDraft(again.context).hidden).toEqual(hidden);
    const plain = composer({ mode: "reply", original: opened });
    await plain.start();
    expect(composeDraft(plain.context)).not.toHaveProperty("hidden");
  });

  it("asks before it quotes what was encrypted and is not proved", async () => {
    const { start, model, text, actions } = composer({ mode: "reply", original: s.message(s.encryptedOnly) });
    await start();
    expect(model().notice?.about).toBe("quote-unproved");
    expect(text.html()).toBe("");
    actions.quoteAnyway({ isTrusted: false });
    expect(text.html()).toBe("");
    actions.quoteAnyway(trusted);
    expect(text.html()).toContain("blockquote");
    expect(model().notice).toBeNull();
  });

  const reply = (headers: object, mode: "reply" | "reply-all" = "reply") => {
    const made = composer({ mode, original: s.message(s.verifiedEncrypted, { headers: { ...opened.content.headers, ...headers } }) });
    // Bob answers what Alice wrote.
    made.context.content.identities = () => Promise.resolve([{ id: "1", ...s.bob }]);
    return made;
  };

  it("asks before it quotes proved text to people whom only the unprotected header names (CO-04)", async () => {
    const author = reply({ protected: false, replyTo: [] });
    await author.start();
    expect(author.text.html()).toContain("blockquote");

    const elsewhere = reply({ protected: false, replyTo: [{ name: null, address: "eve@evil.test" }] });
    await elsewhere.start();
    expect(elsewhere.model().notice).toMatchObject({ about: "quote-unproved", why: "recipients" });
    expect(elsewhere.text.html()).toBe("");

    const added = reply({ protected: false, replyTo: [], cc: [{ name: null, address: "eve@evil.test" }] }, "reply-all");
    await added.start();
    expect(added.model().notice).toMatchObject({ about: "quote-unproved", why: "recipients" });
  });

  it("keeps a Subject that came encrypted back until the quote is allowed", async () => {
    const { start, model, actions } = composer({ mode: "reply", original: s.message(s.encryptedOnly, { headers: { ...opened.content.headers, subject: "Secret project" } }) });
    await start();
    expect(model().subject).toBe("Re: ");
    actions.quoteAnyway(trusted);
    expect(model().subject).toBe("Re: Secret project");
  });

  it("takes attachments along when forwarding, to nobody yet", async () => {
    const { start, model } = composer({ mode: "forward", original: opened });
    await start();
    expect(model()).toMatchObject({ subject: "Fwd: Quarterly figures", to: [], inReplyTo: null, files: [{ name: "figures.xlsx", fromOriginal: true }] });
  });

  it("asks before encryption goes off with a quote of it, and can take the quote away (CO-02)", async () => {
    const { start, model, text, actions } = composer({ mode: "forward", original: opened });
    await start();
    actions.toggleEncrypt(trusted);
    expect(model()).toMatchObject({ encrypt: true, question: { ask: "unencrypt-quote" } });
    actions.answerUnencrypt(false, trusted);
    expect(model()).toMatchObject({ encrypt: false, files: [], question: null });
    expect(text.html()).not.toContain("data-quote");
  });

  it("quotes nothing of a message that cannot be opened, and says why", async () => {
    const { start, model, text } = composer({ mode: "reply", original: s.message(s.closed("cms.no-recipient-key")) });
    await start();
    expect(model().notice).toEqual({ about: "original-failed", code: "cms.no-recipient-key" });
    expect(text.html()).toBe("");
    expect(model().to).toEqual([]);
  });
});
