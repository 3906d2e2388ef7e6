import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { addContact } from "../../../src/webmail/roundcube/add-contact.ts";
import type { Session } from "../../../src/webmail/roundcube/session.ts";

const card = utf8("BEGIN:VCARD\r\nEND:VCARD\r\n");
const page = (script: string): string => `<!doctype html><script>\n${script}\n</script>`;

function session(answer: string, there: object[] = []) {
  const posted: { query: object; fields: [string, unknown][] }[] = [];
  return {
    posted,
    session: {
      token: "T",
      call: () => Promise.resolve(`this.ksearch_query_results(${JSON.stringify(there)},"x","1");`),
      get: () => Promise.resolve(new Response("BEGIN:VCARD\r\nEND:VCARD\r\n")),
      post: (query: object, body: FormData) => (posted.push({ query, fields: [...body] }), Promise.resolve(new Response(answer))),
    } as unknown as Session,
  };
}

describe("adding to Roundcube's contacts (CE-03)", () => {
  it("is its own import into the default book, which replaces nothing", async () => {
    const { session: own, posted } = session(page('parent.rcmail.import_state_set("reload");'));
    expect(await addContact(own, "bob@lab.test", card)).toBe("added");
    expect(posted.map(({ query }) => query)).toEqual([{ _task: "addressbook", _action: "import" }]);
    // `_replace`, whatever its value, empties the book first: it must not be there.
    expect(posted[0]?.fields.map(([name]) => name)).toEqual(["_token", "_target", "_file[]"]);
    expect(posted[0]?.fields.slice(0, 2)).toEqual([["_token", "T"], ["_target", "-1"]]);
    expect(new Uint8Array(await (posted[0]?.fields[2]?.[1] as File).arrayBuffer())).toEqual(new Uint8Array(card));
  });

  it("asks for nothing where the address is there, and believes Roundcube that passed somebody over", async () => {
    const there = session(page('parent.rcmail.import_state_set("reload");'), [{ name: "Bob <bob@lab.test>", type: null, id: "7", source: "0" }]);
    expect(await addContact(there.session, "BOB@lab.test", card)).toBe("exists");
    expect(there.posted).toEqual([]);
    expect(await addContact(session(page('parent.rcmail.import_state_set("ok");')).session, "bob@lab.test", card)).toBe("exists");
  });

  it.each([
    ['parent.rcmail.import_state_set("error");', "webmail.answer-unknown"],
    ["this.session_error();", "webmail.signed-out"],
    ["something else", "webmail.answer-unknown"],
  ])("says that it did not happen: %s", async (script, code) => {
    expect(await addContact(session(page(script)).session, "bob@lab.test", card).catch(codeOf)).toBe(code);
  });
});
