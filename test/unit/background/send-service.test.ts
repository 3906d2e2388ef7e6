import { describe, expect, it } from "vitest";
import type { ListMembers } from "../../../src/protocol/directory.ts";
import { ownKey, person, setup } from "./send-desk.ts";

describe("planning a Send", () => {
  it("CO-07, CO-08: one envelope for all visible recipients, one for each Bcc, the sender in every one", async () => {
    const answer = await setup({ known: ["alice", "bob", "carol", "dave"] })({ cc: [person("carol@lab.test")], bcc: [person("dave@lab.test")] });
    if (answer.state !== "ready") throw new Error(answer.state);
    expect(answer.plan.envelopes.map(({ recipients, visible, certificates }) => [recipients, visible, certificates.length])).toEqual([
      [["bob@lab.test", "carol@lab.test"], true, 3],
      [["dave@lab.test"], false, 2],
    ]);
  });

  it("keeps a copy in Sent where there are only Bcc recipients", async () => {
    const answer = await setup()({ to: [], bcc: [person("bob@lab.test"), person("carol@lab.test")] });
    if (answer.state !== "ready") throw new Error(answer.state);
    expect(answer.plan.envelopes.map(({ visible }) => visible)).toEqual([true, false]);
  });

  it("sends nobody two copies who is named twice", async () => {
    const answer = await setup()({ cc: [person("BOB@lab.test")], bcc: [person("Bob@lab.test")] });
    if (answer.state !== "ready") throw new Error(answer.state);
    expect(answer.plan.envelopes.map(({ recipients }) => recipients)).toEqual([["bob@lab.test"]]);
  });

  it("CO-09: stops and names who has no certificate, the sender too", async () => {
    const prepare = setup({ known: ["bob"] });
    const answer = await prepare({ cc: [person("dave@lab.test")] });
    expect(answer).toMatchObject({ state: "missing", addresses: ["dave@lab.test", "alice@lab.test"], mayGoClear: true });
    expect(answer.state === "missing" && answer.problems.map(({ code }) => code)).toEqual(["send.missing-certificates", "send.no-own-certificate"]);
  });

  it("goes on where the author accepts by name that somebody cannot read it, still encrypted", async () => {
    const answer = await setup()({ cc: [person("dave@lab.test")], unreadableFor: ["dave@lab.test"] });
    if (answer.state !== "ready") throw new Error(answer.state);
    expect(answer.plan.encrypt).not.toBeNull();
    expect(answer.plan.envelopes[0]?.recipients).toEqual(["bob@lab.test", "dave@lab.test"]);
    expect(answer.plan.envelopes[0]?.certificates).toHaveLength(2);
  });

  it("makes no exception under AlwaysEncrypt, and encrypts whatever was asked", async () => {
    const prepare = setup({ managed: { AlwaysEncrypt: true } });
    const missing = await prepare({ cc: [person("dave@lab.test")], unreadableFor: ["dave@lab.test"], encrypt: false });
    expect(missing).toMatchObject({ state: "missing", mayGoClear: false, mayLeaveUnreadable: false });
    const ready = await prepare({ encrypt: false });
    expect(ready).toMatchObject({ state: "ready", plan: { encrypt: { cipher: "aes-256-cbc" } } });
  });

  it("RV-02: tells the author whose certificates could not be checked, once, and sends when he knows", async () => {
    const prepare = setup({ unchecked: { "bob@lab.test": "revocation.fetch" } });
    expect(await prepare({})).toEqual({ state: "unchecked", people: [{ address: "bob@lab.test", code: "revocation.fetch" }] });
    expect(await prepare({ uncheckedFor: ["carol@lab.test"] })).toMatchObject({ state: "unchecked" });
    expect(await prepare({ uncheckedFor: ["Bob@lab.test"] })).toMatchObject({ state: "ready" });
  });

  it("asks nothing where nobody may fetch here, which the composer says all the time", async () => {
    expect(await setup({ unchecked: { "bob@lab.test": "revocation.no-way" } })({})).toMatchObject({ state: "ready" });
  });

  it.each(["revocation.fetch", "revocation.no-way"] as const)("CheckCRL: one that could not be checked (%s) counts as none, whatever the author knows", async (code) => {
    const prepare = setup({ unchecked: { "bob@lab.test": code }, managed: { CheckCRL: true } });
    expect(await prepare({ uncheckedFor: ["bob@lab.test"] })).toMatchObject({ state: "missing", addresses: ["bob@lab.test"], problems: [{ code: "revocation.unavailable", state: "problem" }] });
    expect(await prepare({ encrypt: false })).toMatchObject({ state: "ready" });
  });

  it("AL-05: uses GCM only where everybody announced it", async () => {
    expect(await setup({ ciphers: ["aes-256-gcm"] })({})).toMatchObject({ plan: { encrypt: { cipher: "aes-256-gcm" } } });
    expect(await setup({ ciphers: ["aes-256-cbc"] })({})).toMatchObject({ plan: { encrypt: { cipher: "aes-256-cbc" } } });
    expect(await setup({ ciphers: ["aes-128-cbc"] })({})).toMatchObject({ plan: { encrypt: { cipher: "aes-128-cbc" } } });
  });

  it("AL-03: writes OAEP to who announced it, and v1.5 to who did not", async () => {
    const methods = async (ciphers: string[]) => {
      const answer = await setup({ ciphers })({});
      return answer.state === "ready" && answer.plan.envelopes.flatMap(({ certificates }) => certificates.map(({ keyTransport }) => keyTransport));
    };
    expect(await methods(["aes-256-cbc", "rsaesOaep"])).toEqual(["rsaesOaep", "rsaesOaep"]);
    expect(await methods(["aes-256-cbc"])).toEqual(["rsaEncryption", "rsaEncryption"]);
  });

  it("AL-06: never takes a weak cipher, whatever somebody announces", async () => {
    for (const weak of [["des-ede3-cbc"], ["rc2-cbc", "des-cbc"]]) {
      expect(await setup({ ciphers: weak })({})).toMatchObject({ state: "missing", problems: [{ address: "bob@lab.test", code: "send.no-common-cipher" }] });
    }
    expect(await setup({ ciphers: [] })({})).toMatchObject({ plan: { encrypt: { cipher: "aes-256-cbc" } } });
  });

  it("HS-03, HS-04: hides the subject, and names and time zone only where the organisation wants it", async () => {
    expect(await setup()({})).toMatchObject({ plan: { headerPolicy: "baseline", legacyDisplay: true } });
    expect(await setup({ managed: { HideNamesAndTimeZone: true } })({})).toMatchObject({ plan: { headerPolicy: "shy", legacyDisplay: true } });
  });

  it.each([
    [{}, true, { pss: false, useKeyIdentifier: false }],
    [{ SignWithRsaPss: true }, true, { pss: true, useKeyIdentifier: false }],
    [{ SignWithRsaPss: true }, false, { pss: false, useKeyIdentifier: false }],
    [{ UseKeyIdentifier: true, SignWithRsaPss: "yes" }, true, { pss: false, useKeyIdentifier: true }],
  ])("AL-02: under %o, with a key that can RSA-PSS %s, signatures have the form %o", async (managed, canPss, form) => {
    const answer = await setup({ managed, own: [ownKey({ canPss })] })({ sign: true });
    if (answer.state !== "ready") throw new Error(answer.state);
    expect(answer.plan.sign?.form).toEqual(form);
    expect(answer.plan.envelopes[0]?.certificates.map(({ useKeyIdentifier }) => useKeyIdentifier)).toEqual([form.useKeyIdentifier, form.useKeyIdentifier]);
  });

  it("refuses without recipients, without a key to sign, and while policy is unknown", async () => {
    expect(await setup()({ to: [] })).toEqual({ state: "refused", code: "send.no-recipient" });
    expect(await setup()({ sign: true })).toEqual({ state: "refused", code: "keys.no-signing-key" });
    expect(await setup({ policyKnown: false })({})).toEqual({ state: "refused", code: "send.policy-unknown" });
  });
});

describe("a Send to lists (CO-08, CO-09)", () => {
  const list = (...names: string[]): ListMembers => ({ members: names.map((name) => person(`${name}@lab.test`)), unresolved: [] });
  const team = "team@lab.test";
  const known = ["alice", "bob", "carol", "dave"];

  it("is sealed to every member, and goes to the members and not to the list", async () => {
    const answer = await setup({ known, lists: { [team]: list("bob", "carol", "dave") } })({ to: [person(team), person("Bob@lab.test")] });
    if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
    expect(answer.plan.envelopes.map(({ recipients, certificates }) => [recipients, certificates.length])).toEqual([[["bob@lab.test", "carol@lab.test", "dave@lab.test"], 4]]);
  });

  it("goes to nobody whom the author was not shown as its member, and names him", async () => {
    const prepare = setup({ known, lists: { [team]: list("bob", "carol", "dave") } });
    expect(await prepare({ to: [person(team)], members: ["bob@lab.test", "CAROL@lab.test"] })).toEqual({ state: "refused", code: "directory.list-changed", names: ["dave@lab.test"] });
    expect(await prepare({ to: [person(team)], members: ["bob@lab.test", "carol@lab.test"], leftOut: ["dave@lab.test"] })).toMatchObject({ state: "ready" });
    expect(await prepare({ to: [person(team), person("dave@lab.test")], members: ["bob@lab.test", "carol@lab.test"] })).toMatchObject({ state: "ready" });
  });

  it("goes to the list itself where nothing is encrypted", async () => {
    const answer = await setup({ lists: { [team]: "directory.unreachable" } })({ to: [person(team)], encrypt: false });
    expect(answer).toMatchObject({ state: "ready", plan: { envelopes: [{ recipients: [team], certificates: [] }] } });
  });

  it("in Bcc makes one copy for its members, without those who can be seen", async () => {
    const answer = await setup({ known, lists: { [team]: list("bob", "carol", "dave") } })({ bcc: [person(team)] });
    if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
    expect(answer.plan.envelopes.map(({ recipients, visible }) => [recipients, visible])).toEqual([[["bob@lab.test"], true], [["carol@lab.test", "dave@lab.test"], false]]);
  });

  it("names members without a certificate, who can be left out or accepted by name", async () => {
    const prepare = setup({ known: ["alice", "bob"], lists: { [team]: list("bob", "carol") } });
    expect(await prepare({ to: [person(team)] })).toMatchObject({ state: "missing", addresses: ["carol@lab.test"] });
    expect(await prepare({ to: [person(team)], leftOut: ["CAROL@lab.test"] })).toMatchObject({ state: "ready", plan: { envelopes: [{ recipients: ["bob@lab.test"] }] } });
    expect(await prepare({ to: [person(team)], unreadableFor: ["carol@lab.test"] })).toMatchObject({ state: "ready", plan: { envelopes: [{ recipients: ["bob@lab.test", "carol@lab.test"] }] } });
    expect(await prepare({ to: [person("carol@lab.test"), person("bob@lab.test")], leftOut: ["carol@lab.test"] })).toMatchObject({ state: "missing" });
  });

  it.each(["directory.list-timeout", "directory.list-forbidden", "directory.list-too-large", "directory.unreachable"] as const)("is refused with %s, and nothing is sent", async (code) => {
    expect(await setup({ lists: { [team]: code } })({ to: [person(team)] })).toEqual({ state: "refused", code, names: [team] });
  });

  it("is refused where a member has no address, who is named", async () => {
    const lists = { [team]: { ...list("bob"), unresolved: ["uid=nobody,dc=lab,dc=test"] } };
    expect(await setup({ lists })({ to: [person(team)] })).toEqual({ state: "refused", code: "directory.list-incomplete", names: ["uid=nobody,dc=lab,dc=test"] });
    expect(await setup({ lists: { [team]: list() } })({ to: [person(team)] })).toMatchObject({ state: "refused", code: "directory.list-incomplete" });
  });

  it("goes into lists of lists, in circles, once", async () => {
    const lists = { [team]: list("bob", "inner"), "inner@lab.test": { members: [person("carol@lab.test"), person(team)], unresolved: [] } };
    expect(await setup({ lists })({ to: [person(team)] })).toMatchObject({ state: "ready", plan: { envelopes: [{ recipients: ["bob@lab.test", "carol@lab.test"] }] } });
  });

  it("keeps to the limit of recipients, of people and of lists, on both sides", async () => {
    const crowd = (count: number) => ({ members: Array.from({ length: count }, (_, i) => person(`p${i}@lab.test`)), unresolved: [] });
    const everybody = Array.from({ length: 6 }, (_, i) => `p${i}`);
    const prepare = (count: number) => setup({ known: ["alice", ...everybody], managed: { RecipientLimit: 5 }, lists: { [team]: crowd(count) } })({ to: [person(team)] });
    expect(await prepare(5)).toMatchObject({ state: "ready" });
    expect(await prepare(6)).toEqual({ state: "refused", code: "directory.list-too-large", names: [team] });
    const alone = (count: number) => setup({ known: ["alice", ...everybody], managed: { RecipientLimit: 5 } })({ to: everybody.slice(0, count).map((name) => person(`${name}@lab.test`)) });
    expect(await alone(5)).toMatchObject({ state: "ready" });
    expect(await alone(6)).toEqual({ state: "refused", code: "send.recipient-limit", names: ["5"] });
  });
});

describe("certificates that the author chose (CE-01)", () => {
  it("are those that the message is encrypted to", async () => {
    const answer = await setup()({ chosen: [{ address: "BOB@lab.test", sha256: "ab" }] });
    if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
    expect(answer.plan.envelopes[0]?.certificates.map(({ certificate }) => Buffer.from(certificate).toString())).toContain("ab");
  });
});

describe("one's own copy (CO-09)", () => {
  const chosen = { ...ownKey({}), id: "chosen", chosenFor: [{ address: "alice@lab.test", use: "encrypt" }] };

  it("is encrypted to the certificate that was chosen for the sender's address, and to that alone", async () => {
    const copyOf = async (own: object[], change = {}) => {
      const answer = await setup({ own })(change);
      return answer.state === "ready" ? answer.plan.envelopes.flatMap(({ certificates }) => certificates.map(({ certificate }) => Buffer.from(certificate).toString())) : answer;
    };
    expect(await copyOf([chosen])).toContain("chosen");
    expect(await copyOf([{ ...chosen, chosenFor: [] }])).not.toContain("chosen");
    expect(await copyOf([{ ...chosen, chosenFor: [{ address: "bob@lab.test", use: "encrypt" }] }])).not.toContain("chosen");
    // What the author said of this one message goes before it.
    expect(await copyOf([chosen], { chosen: [{ address: "alice@lab.test", sha256: "of this message" }] })).toContain("of this message");
  });
});
