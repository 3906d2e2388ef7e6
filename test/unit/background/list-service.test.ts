import { describe, expect, it } from "vitest";
import { listService } from "../../../src/background/list-service.ts";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { ExpansionBudget, ListMembers } from "../../../src/protocol/directory.ts";

const team: ListMembers = { members: [{ address: "bob@lab.test", name: null }], unresolved: [] };

function setup(managed: object = {}) {
  let now = 1_000_000;
  const asked: [string, ExpansionBudget][] = [];
  const state = { managed, fails: false, takes: 0 };
  const expand = (address: string, budget: ExpansionBudget): Promise<ListMembers> => {
    asked.push([address, budget]);
    now += state.takes;
    return state.fails ? Promise.reject(new SmimeError("directory.list-timeout")) : Promise.resolve(team);
  };
  const lists = listService({ expand }, { current: (account) => Promise.resolve(effectivePolicy(state.managed, defaultUserSettings, account)) }, () => new Date(now));
  return { asked, state, pass: (time: number) => (now += time), members: (address: string, account = "") => lists.members(address, { address: account }).then(({ members }) => members.length, codeOf) };
}

describe("members of lists", () => {
  it("are looked for in the time of DLExpansionTimeout, the whole of it for each list", async () => {
    const { asked, members, state } = setup({ DLExpansionTimeout: 5000, RecipientLimit: 7 });
    state.takes = 4000;
    await Promise.all([members("one@lab.test"), members("two@lab.test")]);
    expect(asked).toEqual([["one@lab.test", { deadline: 1_005_000, members: 7 }], ["two@lab.test", { deadline: 1_009_000, members: 7 }]]);
  });

  it("are looked for by the rules of the account that asks", async () => {
    const { members } = setup({ Scopes: [{ domains: ["lab.test"], settings: { DLExpansionTimeout: 0 } }] });
    expect([await members("one@lab.test", "alice@private.test"), await members("one@lab.test", "alice@lab.test")]).toEqual([1, "directory.list-forbidden"]);
  });

  it("are not looked for at 0, and without end at the greatest value", async () => {
    const none = setup({ DLExpansionTimeout: 0 });
    expect([await none.members("one@lab.test"), none.asked]).toEqual(["directory.list-forbidden", []]);
    const endless = setup({ DLExpansionTimeout: 2_147_483_647 });
    await endless.members("one@lab.test");
    expect(endless.asked[0]?.[1].deadline).toBe(Infinity);
    const limited = setup({ DLExpansionTimeout: 2_147_483_646 });
    await limited.members("one@lab.test");
    expect(limited.asked[0]?.[1].deadline).toBe(1_000_000 + 2_147_483_646);
  });

  it("are remembered for five minutes, unless the settings change, and a failure is not", async () => {
    const { asked, members, state, pass } = setup();
    state.fails = true;
    expect(await members("Team@lab.test")).toBe("directory.list-timeout");
    state.fails = false;
    expect([await members("team@lab.test"), await members("TEAM@lab.test"), asked.length]).toEqual([1, 1, 2]);
    pass(299_999);
    await members("team@lab.test");
    expect(asked).toHaveLength(2);
    pass(1);
    await members("team@lab.test");
    expect(asked).toHaveLength(3);
    state.managed = { RecipientLimit: 1 };
    await members("team@lab.test");
    expect(asked).toHaveLength(4);
    state.managed = { DLExpansionTimeout: 0 };
    expect(await members("team@lab.test")).toBe("directory.list-forbidden");
  });
});
