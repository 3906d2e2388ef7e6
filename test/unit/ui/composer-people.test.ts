import { describe, expect, it } from "vitest";
import type { RecipientState } from "../../../src/protocol/frame-requests.ts";
import { showNote } from "../../../src/ui/composer/ask-certificate.ts";
import { sentenceOf } from "../../../src/ui/composer/model.ts";
import { composer, to, trusted, wait, written } from "./composer-harness.ts";
import * as s from "./samples.ts";

const state = (address: string, more: Partial<RecipientState> = {}): RecipientState => ({ address, state: "found", code: "ok", certificate: s.facts(), ...more });
const team = { name: null, address: "team@lab.test" };
const member = (name: string, more: Partial<RecipientState> = {}): RecipientState => state(`${name}@lab.test`, { name, ...more });
const list = (members: RecipientState[], more: Partial<RecipientState> = {}, unresolved: string[] = []): RecipientState => state(team.address, { certificate: null, ...more, list: { members, unresolved } });
const writing = (known: RecipientState, answers: Record<string, unknown> = {}) => written({ answers: { "people.lookup": [known], ...answers } }, [team]);

describe("a list among the recipients", () => {
  it("counts as its members in the sentence, and as one address in the clear", async () => {
    const { model, context } = await writing(list([member("Bob"), member("Carol"), member("Dan")]));
    expect(sentenceOf(model())).toMatchObject({ key: "draft_signed_encrypted_more", substitutions: ["Bob"], count: 2 });
    context.cell.set({ encrypt: false, sign: true });
    expect(sentenceOf(model()).key).toBe("draft_signed");
  });

  it("names the member without a certificate, or says that not all are known", async () => {
    const lacking = await writing(list([member("Bob"), member("dave", { state: "none", certificate: null })], { state: "problem", code: "send.missing-certificates" }));
    expect(sentenceOf(lacking.model())).toMatchObject({ key: "draft_missing_one", substitutions: ["dave"] });
    for (const unknown of [list([], { state: "problem", code: "directory.list-timeout" }), list([member("Bob")], { state: "problem", code: "directory.list-incomplete" }, ["uid=nobody"])]) {
      const { model } = await writing(unknown);
      expect(sentenceOf(model())).toMatchObject({ key: "draft_list", substitutions: [team.address] });
    }
  });

  it("loses the member that is left out, and stays", async () => {
    const missing = { state: "missing", addresses: ["dave@lab.test"], problems: [member("dave", { state: "none" })], mayGoClear: true, mayLeaveUnreadable: true };
    const { actions, input, model } = await writing(list([member("Bob"), member("dave", { state: "none" })], { state: "problem" }), { "send.prepare": missing });
    actions.send(trusted);
    await wait();
    actions.answerMissing("leave-out", trusted);
    await wait();
    expect(model()).toMatchObject({ leftOut: ["dave@lab.test"], to: [{ address: team.address }] });
    expect(input("send.prepare")[1]).toMatchObject({ to: [{ address: team.address }], leftOut: ["dave@lab.test"] });
    expect(sentenceOf(model())).toMatchObject({ key: "draft_signed_encrypted_one", substitutions: ["Bob"] });
  });

  it("has its members asked for certificates in Bcc, where they learn nothing of each other", async () => {
    const { context, input } = await writing(list([member("Bob"), member("dave", { state: "none" })]));
    await showNote(context, ["dave@lab.test"]);
    expect(input("note.show")).toMatchObject([{ to: [], cc: [], bcc: ["dave@lab.test"] }]);
  });

  it("that is refused is said with the names, and nothing is sealed", async () => {
    const refused = { state: "refused", code: "directory.list-incomplete", names: ["uid=nobody"] };
    const { actions, model, sent } = await writing(list([member("Bob")], {}, ["uid=nobody"]), { "send.prepare": refused });
    actions.send(trusted);
    await wait();
    expect(model()).toMatchObject({ sending: null, problem: { code: "directory.list-incomplete", names: ["uid=nobody"] } });
    expect(sent).toEqual([]);
  });
});

describe("another one of several certificates (CE-01)", () => {
  const [one, two] = [s.facts(), { ...s.facts(), sha256: "ab" }];

  it("is shown at once and goes to the background with the Send", async () => {
    const { actions, input, model } = await written({ answers: { "people.lookup": [state("bob@lab.test", { why: "preferred", usable: [one, two] })] } });
    actions.chooseCertificate("BOB@lab.test", "ab");
    expect(model().known["bob@lab.test"]).toMatchObject({ certificate: { sha256: "ab" }, why: "chosen" });
    actions.send(trusted);
    await wait();
    expect(input("send.prepare")[0]).toMatchObject({ chosen: [{ address: "bob@lab.test", sha256: "ab" }] });
  });

  it("is chosen for a member of a list, too", async () => {
    const { actions, model } = await writing(list([member("bob", { usable: [one, two] }), member("carol", { usable: [one, two] })]));
    actions.chooseCertificate("bob@lab.test", "ab");
    expect(model().known[team.address]?.list?.members.map(({ certificate, why }) => [certificate?.sha256, why])).toEqual([["ab", "chosen"], [one.sha256, undefined]]);
  });
});

describe("the webmail's contacts (CE-03)", () => {
  const known = state("bob@lab.test", { certificate: { ...s.facts(), source: "contacts" } });

  it("add what they know a moment later, and not against the author's choice", async () => {
    const [one, two] = [s.facts(), { ...s.facts(), sha256: "ab" }];
    const { model, input } = await written({ cards: "BEGIN:VCARD", answers: { "people.contacts": known } });
    expect(model().known["bob@lab.test"]?.certificate?.source).toBe("contacts");
    expect(input("people.contacts")).toMatchObject([{ address: "bob@lab.test" }]);
    const choosing = composer({ cards: "BEGIN:VCARD", answers: { "people.contacts": known, "people.lookup": [state("bob@lab.test", { usable: [one, two] })] } });
    choosing.context.cell.set({ chosen: { "bob@lab.test": "ab" } });
    choosing.actions.add("to", to([s.bob]));
    await wait();
    expect(choosing.model().known["bob@lab.test"]?.usable).toHaveLength(2);
  });

  it("are not asked where they have nothing, of a list, or for many", async () => {
    expect((await written()).input("people.contacts")).toEqual([]);
    expect((await written({ cards: "BEGIN:VCARD", answers: { "people.lookup": [list([member("Bob")])] } }, [team])).input("people.contacts")).toEqual([]);
    const many = composer({ cards: "BEGIN:VCARD", answers: { "people.contacts": null } });
    many.actions.add("to", to(Array.from({ length: 21 }, (_, i) => ({ name: null, address: `p${i}@lab.test` }))));
    await wait();
    expect(many.input("people.contacts")).toEqual([]);
  });
});

describe("looking for people", () => {
  it("shows what is kept at once and what directories add below it, from two letters on", async () => {
    const { actions, input } = composer();
    const shown: number[] = [];
    await actions.search("b", (people) => void shown.push(people.length));
    expect(input("people.search")).toEqual([{ words: "b", directories: false }]);
    await actions.search("bo", (people) => void shown.push(people.length));
    expect(input("people.search").slice(1)).toEqual([{ words: "bo", directories: true }, { words: "bo", directories: false }]);
    expect(shown).toEqual([2, 2]);
  });

  it("asks about an address while it is being typed, once it can be one, and not again when it is there", async () => {
    const { actions, input } = composer();
    for (const typed of ["bo", "bob@lab", "Bob <bob@lab.te", "bob@lab.test", "bob@lab.test, carol@lab.test"]) actions.lookAhead(typed);
    await wait();
    actions.add("to", to([s.bob]));
    await wait();
    expect(input("people.lookup").map(({ addresses }) => addresses)).toEqual([["bob@lab.test"]]);
  });

  const crowd = (count: number) => to(Array.from({ length: count }, (_, i) => ({ name: null, address: `p${i}@lab.test` })));

  it("asks about many in portions, says how far it is, and Send waits for the end or is given up", async () => {
    const { actions, context, input, model } = await written();
    let go: (() => void)[] = [];
    const ask = context.ask.bind(context);
    context.ask = ((name: string, input: never) => (name === "people.lookup" ? new Promise((resolve) => go.push(() => resolve(undefined))).then(() => ask(name as "people.lookup", input)) : ask(name as never, input))) as never;
    actions.setField("to", crowd(230));
    expect(model().looking).toEqual({ done: 0, of: 230 });
    actions.send(trusted);
    expect(model().sending).toEqual({ step: "looking-up" });
    const next = async () => (go.splice(0).forEach((one) => one()), wait());
    await next();
    expect(model().looking).toEqual({ done: 50, of: 230 });
    actions.cancelSend();
    expect(model().sending).toBeNull();
    for (let i = 0; i < 4; i++) await next();
    expect(model().looking).toBeNull();
    expect(input("send.prepare")).toEqual([]);
    expect(input("people.lookup").slice(-5).map(({ addresses }) => (addresses as string[]).length)).toEqual([50, 50, 50, 50, 30]);
    actions.send(trusted);
    await wait();
    expect(input("send.prepare")).toHaveLength(1);
    go = [];
  });

  it("seals nothing of a Send that was given up while it was prepared, also when another one was begun", async () => {
    const { actions, context, kept, sent } = await written();
    const ask = context.ask.bind(context);
    const waiting: (() => void)[] = [];
    context.ask = ((name: string, input: never) => (name === "send.prepare" ? new Promise((resolve) => waiting.push(() => resolve(undefined))).then(() => ask(name as never, input)) : ask(name as never, input))) as never;
    actions.send(trusted);
    actions.cancelSend();
    actions.send(trusted);
    for (const go of waiting) go();
    await wait();
    await wait();
    expect([kept.length, sent.length]).toEqual([1, 1]);
  });
});
