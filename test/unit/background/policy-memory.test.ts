import { beforeEach, describe, expect, it, vi } from "vitest";
import { policyService } from "../../../src/background/policy-service.ts";

const kept = vi.hoisted(() => new Map<string, unknown>());
vi.mock("../../../src/store/settings.ts", () => ({
  setting: (key: string) => Promise.resolve(kept.get(key)),
  putSetting: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
}));

beforeEach(() => kept.clear());

describe("merged settings are remembered", () => {
  it("for each account, until the browser reports others or the user chooses otherwise", async () => {
    let managed: Record<string, unknown> = { Scopes: [{ domains: ["lab.test"], settings: { AlwaysSign: true } }] };
    const policy = policyService({ get: () => Promise.resolve(managed) }, () => new Date("2026-06-15T00:00:00Z"), () => undefined);
    const [lab, other] = [{ address: "alice@lab.test" }, { address: "alice@private.test" }];
    const before = await policy.current(lab);
    expect(await policy.current({ ...lab })).toBe(before);
    expect([before.forced.sign, (await policy.current(other)).forced.sign, (await policy.current()).forced.sign]).toEqual([true, false, false]);
    await policy.setUser({ signByDefault: null, encryptByDefault: true, composeInOwnWindow: null });
    expect((await policy.current(lab)).defaults).toEqual({ sign: true, encrypt: true });
    managed = { AlwaysSign: false };
    await policy.managedChanged();
    expect((await policy.current(lab)).defaults).toEqual({ sign: false, encrypt: true });
  });
});
