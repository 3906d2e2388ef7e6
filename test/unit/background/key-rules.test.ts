import { describe, expect, it } from "vitest";
import { keyRules, lifetimes } from "../../../src/background/key-rules.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { issue } from "../pki/support/authority.ts";

const rulesFor = (managed: object, ...emails: string[]) => keyRules({ current: (account) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) })(issue({ name: "Alice", emails }).certificate.der);

describe("the organisation's rules for a key", () => {
  const scoped = { AccountDomains: ["example.org"], RequireKeyProtection: "passphrase", KeyUnlockMinutes: 60, Scopes: [{ domains: ["board.example.org"], settings: { RequireKeyProtection: "card", KeyUnlockMinutes: 0 } }] };

  it("are those of the addresses in its certificate, whatever account a page shows", async () => {
    expect(await rulesFor(scoped, "alice@example.org")).toEqual({ required: "passphrase", longest: 60 });
    expect(await rulesFor(scoped, "alice@private.example")).toEqual({ required: "none", longest: null });
    expect(await rulesFor(scoped, "alice@board.example.org")).toEqual({ required: "card", longest: 0 });
  });

  it("are the strictest of several addresses", async () => {
    expect(await rulesFor(scoped, "alice@private.example", "alice@example.org", "alice@board.example.org")).toEqual({ required: "card", longest: 0 });
  });

  it("fail closed where nobody can read them", async () => {
    expect(await rulesFor({ RequireKeyProtection: "strong", KeyUnlockMinutes: "long" }, "alice@example.org")).toEqual({ required: "card", longest: 0 });
  });

  it.each([
    [null, [15, 60, 240, 480, null]],
    [0, []],
    [1, [1]],
    [60, [15, 60]],
    [1440, [15, 60, 240, 480, 1440]],
  ])("KeyUnlockMinutes %s lets people choose %j", (longest, choices) => {
    expect(lifetimes({ longest })).toEqual(choices);
  });
});
