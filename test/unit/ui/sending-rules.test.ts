import { describe, expect, it } from "vitest";
import { bccTold } from "../../../src/ui/composer/rules.ts";
import { composer } from "./composer-harness.ts";
import * as s from "./samples.ts";

const off = { sign: false, encrypt: false };
const usual = { bcc: "each" as const, subjectOpen: false, signReplies: false, draftsToAuthor: true };
const state = (change: object) => ({ canSign: ["bob@lab.test", "alice@lab.test"], canEncrypt: [], defaults: off, forced: off, rules: usual, ending: null, ...change });
const one = (address: string) => [{ name: null, address, valid: true }];

describe("what the organisation's rules tell the author", () => {
  it("warns of Bcc recipients that can be found out about, as soon as there is somebody to do so", () => {
    const about = (bcc: "each" | "together" | "one", hidden: number, visible = 1, encrypt = true) =>
      bccTold({ rules: { ...usual, bcc }, encrypt, to: one("bob@lab.test").slice(0, visible), cc: [], bcc: [...one("carol@lab.test"), ...one("dave@lab.test")].slice(0, hidden) });
    expect([about("each", 2), about("together", 1), about("one", 0), about("one", 1, 0), about("one", 2, 1, false)]).toEqual([null, null, null, null, null]);
    expect([about("together", 2), about("together", 2, 0)]).toEqual(["each-other", "each-other"]);
    expect([about("one", 1), about("one", 2, 0)]).toEqual(["everybody", "everybody"]);
  });

  const reply = async (rules: object, mode: "reply" | "forward", canSign: string[]) => {
    const { start, model } = composer({ mode, original: s.message(s.verifiedEncrypted), answers: { "composer.state": state({ rules: { ...usual, ...rules }, canSign }) } });
    await start();
    return model().sign;
  };

  it("signs a reply to a signed message only where NoSignOnReply is false and there is a key", async () => {
    const own = ["alice@lab.test", "bob@lab.test"];
    expect(await reply({ signReplies: false }, "reply", own)).toBe(false);
    expect(await reply({ signReplies: true }, "reply", own)).toBe(true);
    expect(await reply({ signReplies: true }, "forward", own)).toBe(false);
    expect(await reply({ signReplies: true }, "reply", [])).toBe(false);
  });
});
