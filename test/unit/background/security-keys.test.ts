import { describe, expect, it } from "vitest";
import { securityKeys } from "../../../src/background/security-keys.ts";
import { areRelated } from "../../../src/protocol/origin-pattern.ts";
import { endsSecurityKeys } from "../../../src/protocol/unlock.ts";
import { isRelyingParty } from "../../../src/policy/setting-values.ts";
import type { PatternKind } from "../../../src/protocol/origin-pattern.ts";
import type { Vault } from "../../../src/keys/vault.ts";

const wrapped = { iv: new Uint8Array(12), ciphertext: new Uint8Array(48) };
const lock = (relyingParty: string | null) => ({ id: relyingParty ?? "own", kind: "security-key" as const, credential: Uint8Array.of(1), salt: new Uint8Array(32), transports: [], label: relyingParty ?? "own", relyingParty, addedAt: "", wrapped });
const vault: Vault = { id: "v", kind: "security-key", locks: [lock(null), lock("keys.example.org"), lock("old.example.org"), { id: "r", kind: "recovery-code", salt: new Uint8Array(32), wrapped }] };

interface Around {
  kind?: PatternKind;
  domain?: string;
  webmails?: string[];
  permitted?: boolean;
}

function place({ kind = "firefox", domain = "keys.example.org", webmails = ["https://mail.example.org:8443"], permitted = true }: Around = {}) {
  const asked: string[] = [];
  const contains = (pattern: string) => Promise.resolve((asked.push(pattern), permitted));
  return { asked, keys: securityKeys({ kind, named: () => Promise.resolve(domain), webmails: () => Promise.resolve(webmails), contains, clock: () => new Date("2026-06-01T00:00:00Z") }) };
}

const labels = async (keys: ReturnType<typeof place>["keys"]) => (await keys.authenticators(vault)).map(({ label }) => label);

describe("where security keys are asked", () => {
  it("Chromium: in the extension's own name, whatever is set", async () => {
    const { keys } = place({ kind: "chromium", domain: "mail.example.org" });
    expect(await keys.place()).toEqual({ relyingParty: null, code: "ok" });
    expect(await labels(keys)).toEqual(["own"]);
  });

  it("Firefox: in the name of the organisation's domain, which the browser lets us reach (WebAuthnRelyingParty)", async () => {
    const { keys, asked } = place({ domain: "Keys.Example.org" });
    expect(await keys.place()).toEqual({ relyingParty: "keys.example.org", code: "ok" });
    expect(asked).toEqual(["https://keys.example.org/*"]);
    expect(await labels(keys)).toEqual(["keys.example.org"]);
    expect(await keys.authenticatorOf({ ...lock(null), output: new Uint8Array(32) })).toMatchObject({ relyingParty: "keys.example.org", addedAt: "2026-06-01T00:00:00.000Z" });
  });

  it.each([
    ["none", { domain: "" }, "keys.relying-party-missing"],
    ["not allowed", { permitted: false }, "keys.relying-party-permission"],
    ["the webmail itself", { domain: "mail.example.org" }, "keys.relying-party-webmail"],
    ["above it", { domain: "example.org" }, "keys.relying-party-webmail"],
    ["below it", { domain: "keys.mail.example.org" }, "keys.relying-party-webmail"],
    ["another webmail", { webmails: ["https://a.test", "http://example.org"] }, "keys.relying-party-webmail"],
  ])("Firefox, %s: nothing is registered and nothing asked", async (_name, change, code) => {
    const { keys } = place(change);
    expect((await keys.place()).code).toBe(code);
    expect(await labels(keys)).toEqual([]);
    await expect(keys.authenticatorOf({ ...lock(null), output: new Uint8Array(32) })).rejects.toMatchObject({ code });
  });

  it("tells domains that share a name's end from those above and below", () => {
    expect(areRelated("example.org", "badexample.org")).toBe(false);
    expect(areRelated("keys.example.org", "mail.example.org")).toBe(false);
    expect(areRelated("a.b.example.org", "example.org")).toBe(true);
  });

  it("tells of a webmail before it is added that it would leave only the recovery code", () => {
    const locks = (kind: string, code = "ok", relyingParty: string | null = "keys.example.org") => ({ securityKeys: { relyingParty, code }, vaults: [{ locks: [{ kind }] }] }) as Parameters<typeof endsSecurityKeys>[0];
    const below = "https://mail.keys.example.org:8443";
    expect(endsSecurityKeys(locks("security-key"), below)).toBe(true);
    expect(endsSecurityKeys(locks("security-key"), "http://example.org")).toBe(true);
    expect(endsSecurityKeys(locks("security-key"), "https://mail.example.org")).toBe(false);
    // Nobody loses anything by it, or did already.
    expect(endsSecurityKeys(locks("passphrase"), below)).toBe(false);
    expect(endsSecurityKeys(locks("security-key", "keys.relying-party-webmail"), below)).toBe(false);
    expect(endsSecurityKeys(locks("security-key", "ok", null), below)).toBe(false);
  });

  it("reads a domain and nothing else", () => {
    for (const domain of ["keys.example.org", "example.org", "xn--bcher-kva.example"]) expect(isRelyingParty(domain)).toBe(true);
    for (const other of ["org", ".example.org", "https://example.org", "example.org/", "example.org:8443", "127.0.0.1", "[::1]", "*.example.org", "bücher.example"]) expect(isRelyingParty(other)).toBe(false);
  });
});
