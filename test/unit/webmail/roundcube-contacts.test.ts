import { describe, expect, it } from "vitest";
import { codeOf } from "../../../src/base/errors.ts";
import { contactCards } from "../../../src/webmail/roundcube/contacts.ts";
import type { Session } from "../../../src/webmail/roundcube/session.ts";

function session(results: unknown, card = "BEGIN:VCARD\r\nEND:VCARD\r\n") {
  const asked: object[] = [];
  return {
    asked,
    session: {
      token: "T",
      call: (action: string, _folder: string, fields: object) => (asked.push({ action, ...fields }), Promise.resolve(typeof results === "string" ? results : `this.ksearch_query_results(${JSON.stringify(results)},"x","1");`)),
      get: (query: object) => (asked.push(query), Promise.resolve(new Response(card))),
    } as unknown as Session,
  };
}
const bob = { name: "Bob <bob@lab.test>", type: null, id: "7", source: "0" };

describe("Roundcube's contacts", () => {
  it("are found by what completes recipients, and come as vCards", async () => {
    const { session: page, asked } = session([bob]);
    expect(await contactCards(page, "BOB@lab.test")).toBe("BEGIN:VCARD\r\nEND:VCARD\r\n");
    expect(asked).toEqual([{ action: "autocomplete", _search: "BOB@lab.test", _reqid: "1" }, { _task: "addressbook", _action: "export", _source: "0", _cid: "7", _token: "T" }]);
  });

  it.each([
    ["nobody", []],
    ["somebody else", [{ ...bob, name: "Bobby <bobby@lab.test>" }]],
    ["a group", [{ ...bob, type: "group" }]],
    ["nonsense", [null, 3, { name: 1 }]],
    ["another script", "this.set_env();"],
  ])("are none where the answer is %s", async (_what, results) => {
    expect(await contactCards(session(results).session, "bob@lab.test")).toBe("");
  });

  it("are no page, nothing too large, and few", async () => {
    expect(await contactCards(session([bob], "<!doctype html>").session, "bob@lab.test")).toBe("");
    const size = (length: number) => contactCards(session([bob], "BEGIN:VCARD".padEnd(length)).session, "bob@lab.test").then((text) => text.length);
    expect([await size(500_000), await size(500_001)]).toEqual([500_000, 0]);
    const many = session(Array.from({ length: 9 }, (_, i) => ({ ...bob, id: String(i) })));
    await contactCards(many.session, "bob@lab.test");
    expect(many.asked).toHaveLength(4);
    expect(await contactCards(session("this.ksearch_query_results([{],\"").session, "bob@lab.test").catch(codeOf)).toBe("webmail.answer-unknown");
  });
});
