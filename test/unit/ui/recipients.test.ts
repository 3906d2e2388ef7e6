import { describe, expect, it } from "vitest";
import { addRecipients, isAddress, parseRecipients } from "../../../src/ui/composer/recipients.ts";
import { replyRecipients } from "../../../src/ui/composer/reply-recipients.ts";
import { alice, bob, carol, headers } from "./samples.ts";

describe("typed and pasted recipients", () => {
  it.each([
    ["bob@lab.test", [{ name: null, address: "bob@lab.test", valid: true }]],
    ["Bob <bob@lab.test>, carol@lab.test;dave@lab.test", [
      { name: "Bob", address: "bob@lab.test", valid: true },
      { name: null, address: "carol@lab.test", valid: true },
      { name: null, address: "dave@lab.test", valid: true },
    ]],
    ['"Doe, Dan" <dan@lab.test>', [{ name: "Doe, Dan", address: "dan@lab.test", valid: true }]],
    ["mailto:eve@lab.test\nfrank@lab.test", [
      { name: null, address: "eve@lab.test", valid: true },
      { name: null, address: "frank@lab.test", valid: true },
    ]],
    ["bob", [{ name: null, address: "bob", valid: false }]],
    [" , ;\n", []],
  ])("%j", (typed, expected) => {
    expect(parseRecipients(typed)).toEqual(expected);
  });

  it("stays quick and bounded with absurd input", () => {
    expect(parseRecipients("a@b.test,".repeat(100_000)).length).toBe(5000);
    expect(parseRecipients(`${"<".repeat(100_000)}a@b.test`).length).toBe(1);
  });

  it.each(["bob@lab.test", "b.o-b+x@xn--bcher-kva.test", "böb@lab.test"])("%s is an address", (address) => expect(isAddress(address)).toBe(true));
  it.each(["bob", "bob@", "@lab.test", "bob@@lab.test", "b ob@lab.test", "bob@lab..test", ".bob@lab.test", "bob@lab.test.", "a@b@c"])("%s is none", (address) =>
    expect(isAddress(address)).toBe(false),
  );

  it("adds nobody twice, whatever the case (AD-02)", () => {
    expect(addRecipients([bob], [{ name: null, address: "BOB@lab.test" }, carol, carol])).toEqual([bob, carol]);
  });
});

describe("recipients of a reply (CO-04)", () => {
  const eve = { name: null, address: "eve@evil.test" };

  it("answers the author alone, or everybody but oneself", () => {
    expect(replyRecipients(headers(), [bob.address], "reply")).toEqual({ to: [alice], cc: [] });
    expect(replyRecipients(headers({ to: [bob, { name: null, address: "dave@lab.test" }] }), ["BOB@lab.test"], "reply-all")).toEqual({
      to: [alice, { name: null, address: "dave@lab.test" }],
      cc: [carol],
    });
  });

  it("follows Reply-To", () => {
    const withReplyTo = headers({ replyTo: [carol], fields: { ...headers().fields, "Reply-To": "both" } });
    expect(replyRecipients(withReplyTo, [bob.address], "reply")).toEqual({ to: [carol], cc: [] });
  });

  it("takes nobody from a field that stands outside only (HP-06)", () => {
    const added = headers({ replyTo: [eve], cc: [eve], fields: { From: "both", To: "both", Subject: "both", Cc: "unprotected", "Reply-To": "unprotected" } });
    expect(replyRecipients(added, [bob.address], "reply-all")).toEqual({ to: [alice], cc: [] });
  });

  it("takes a field that is not named as protected for unprotected", () => {
    const added = headers({ replyTo: [eve], fields: { From: "both", To: "both", Cc: "both" } });
    expect(replyRecipients(added, [bob.address], "reply").to).toEqual([alice]);
  });

  it("uses what there is where nothing is protected", () => {
    expect(replyRecipients(headers({ protected: false, fields: {}, replyTo: [carol] }), [bob.address], "reply").to).toEqual([carol]);
  });

  it("answers one's own message to those it was written to", () => {
    expect(replyRecipients(headers(), [alice.address], "reply")).toEqual({ to: [bob], cc: [] });
    expect(replyRecipients(headers(), [alice.address], "reply-all")).toEqual({ to: [bob], cc: [carol] });
  });

  it("names nobody in To and Cc both", () => {
    expect(replyRecipients(headers({ cc: [alice, carol] }), [bob.address], "reply-all")).toEqual({ to: [alice], cc: [carol] });
  });

  it("finds nobody where From is missing", () => {
    expect(replyRecipients(headers({ from: null }), [bob.address], "reply")).toEqual({ to: [], cc: [] });
  });
});
