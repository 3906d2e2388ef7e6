import { describe, expect, it } from "vitest";
import { mailtoDraft } from "../../../src/webmail/roundcube/mailto.ts";

describe("mailto links (RFC 6068)", () => {
  it.each([
    ["mailto:bob@lab.test", { to: "bob@lab.test" }],
    ["MAILTO:bob@lab.test,carol@lab.test?cc=dave@lab.test", { to: "bob@lab.test,carol@lab.test", cc: "dave@lab.test" }],
    ["mailto:?to=bob@lab.test&subject=a%20b&body=one%0D%0Atwo=2", { to: "bob@lab.test", subject: "a b", text: "one\r\ntwo=2" }],
    ["mailto:a+b%25&c@lab.test?subject=1+1", { to: "a+b%&c@lab.test", subject: "1+1" }],
    ["mailto:bob@lab.test?Subject=%E9&from=eve@evil.test#here", { to: "bob@lab.test", subject: "\ufffd" }],
    ["#", {}],
  ])("%s", (href, expected) => {
    expect(mailtoDraft(href)).toEqual({ to: "", cc: "", bcc: "", subject: "", text: "", handle: null, ...expected });
  });

  it("takes no Bcc from a link: nobody looks for readers there", () => {
    expect(mailtoDraft("mailto:bob@lab.test?bcc=eve@evil.test").bcc).toBe("");
  });
});
