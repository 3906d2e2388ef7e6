import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";
import { emptySetup, endedBy, makeSetup } from "../../../src/ui/setup/model.ts";

describe("set-up with a security key", () => {
  const answered = { credential: Uint8Array.of(1), output: new Uint8Array(32).fill(7) };
  const registered = { ...answered, salt: new Uint8Array(32), transports: [], label: "Blue key" };
  const file = { name: "alice.p12", size: 3, arrayBuffer: () => Promise.resolve(utf8("p12").buffer) };
  const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

  function setup(answers: Record<string, unknown>) {
    const cell = makeCell(emptySetup("https://mail.lab.test"));
    const asked: [string, unknown][] = [];
    const ask = (name: string, input: unknown) => Promise.resolve((asked.push([name, input]), answers[name]));
    const yes = () => Promise.resolve(true);
    const securityKeys = { register: (_place: string | null, label: string) => Promise.resolve({ ...registered, label }), ask: () => Promise.resolve(answered) };
    return { cell, asked, actions: makeSetup(cell, { ask: ask as never, securityKeys, requestAccess: yes, requestFetching: yes, openTab: () => Promise.resolve(), save: () => undefined }) };
  }

  const place = { relyingParty: null, code: "ok" };
  const withVault = (kind: string) => ({ webmails: [], locks: { securityKeys: place, vaults: [{ id: "v", kind, identities: ["other"], waiting: 0 }] } });

  it("registers the first security key and takes the keys once its recovery code is kept", async () => {
    const { cell, actions, asked } = setup({ state: { webmails: [], locks: { securityKeys: place, vaults: [] } }, "locks.recovery-code": { code: "the code" }, "identity.import": { identities: [], backups: [] } });
    actions.start();
    actions.chooseFile(file);
    await soon();
    actions.setProtection({ kind: "security-key", label: " Blue key " });
    actions.registerKey();
    await soon();
    expect(cell.get().protection.first).toMatchObject({ code: "the code", registered: { label: "Blue key" } });
    actions.importKeys();
    await soon();
    expect(asked.some(([name]) => name === "identity.import")).toBe(false);
    actions.setProtection({ kept: true });
    actions.importKeys();
    await soon();
    expect(asked.find(([name]) => name === "identity.import")?.[1]).toMatchObject({ protection: { kind: "security-key", ...answered, first: { code: "the code" } } });
    // The code is shown this once.
    expect(cell.get().protection.first).toBeNull();
  });

  it("asks for a security key that is there, and shows no code", async () => {
    const { cell, actions, asked } = setup({ state: withVault("security-key"), "locks.authenticators": [], "identity.import": { identities: [], backups: [] } });
    actions.start();
    actions.chooseFile(file);
    await soon();
    actions.setProtection({ kind: "security-key" });
    actions.importKeys();
    await soon();
    expect(cell.get().problem).toBeNull();
    expect(asked.find(([name]) => name === "identity.import")?.[1]).toMatchObject({ protection: { kind: "security-key", ...answered, first: null } });
  });

  it("registers nothing where the browser has no place for it", async () => {
    const { cell, actions } = setup({ state: { webmails: [], locks: { securityKeys: { relyingParty: "example.org", code: "keys.relying-party-webmail" }, vaults: [] } } });
    actions.start();
    await soon();
    actions.registerKey();
    await soon();
    expect(cell.get()).toMatchObject({ problem: "keys.relying-party-webmail", protection: { first: null } });
  });

  it("adds no webmail that would end the use of security keys before its person says that the recovery code is there", async () => {
    const locks = { securityKeys: { relyingParty: "example.org", code: "ok" }, vaults: [{ id: "v", kind: "security-key", identities: ["1"], locks: [{ kind: "security-key" }] }] };
    const { cell, actions, asked } = setup({ state: { webmails: [], locks }, "webmail.granted": null });
    actions.start();
    await soon();
    const granted = () => asked.filter(([name]) => name === "webmail.granted").map(([, input]) => input);
    actions.setWebmail("https://mail.example.org/inbox");
    actions.grant();
    await soon();
    expect([endedBy(cell.get()), granted()]).toEqual(["example.org", []]);
    actions.setAnyway(true);
    // Another address is another question.
    actions.setWebmail("https://webmail.example.org/");
    actions.grant();
    await soon();
    expect(granted()).toEqual([]);
    actions.setAnyway(true);
    actions.grant();
    await soon();
    expect(granted()).toEqual([{ origin: "https://webmail.example.org" }]);
  });
});
