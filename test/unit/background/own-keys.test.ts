import { describe, expect, it, vi } from "vitest";
import { type KeyChoice, type KeyChoices, keyChoices, MOST_CHOICES } from "../../../src/background/key-choices.ts";
import { chosenFor, chosenToEncrypt, inOrder, keysFor, type OwnKey, signingFor } from "../../../src/background/own-keys.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { Account } from "../../../src/policy/scopes.ts";
import type { KeyUse } from "../../../src/protocol/page-requests.ts";
import { issue } from "../pki/support/authority.ts";

const now = new Date("2026-06-01T00:00:00Z");
const alice = "alice@lab.test";

function key(id: string, to: string, can: KeyUse[] = ["sign", "encrypt"], emails = [alice]): OwnKey {
  const { certificate } = issue({ name: id, emails, to });
  return { id, chain: [], notAfter: certificate.notAfter, key: { certificate: certificate.der, canSign: can.includes("sign"), canDecrypt: can.includes("encrypt") } } as unknown as OwnKey;
}

/** Own keys with what was chosen, as `ownKeysWith` makes them. */
const withChoices = (keys: OwnKey[], choices: KeyChoice[]): OwnKey[] => inOrder(keys.map((each) => ({ ...each, chosenFor: chosenFor(each, choices, now) })));
const names = (keys: OwnKey[], address = alice) => {
  const { sign, encrypt } = keysFor(keys, address);
  return [sign?.id ?? null, encrypt?.id ?? null];
};

const older = key("older", "2027-01-01T00:00:00Z");
const newer = key("newer", "2028-01-01T00:00:00Z");
const ended = key("ended", "2026-01-01T00:00:00Z");
const signs = key("signs", "2029-01-01T00:00:00Z", ["sign"]);
const opens = key("opens", "2027-06-01T00:00:00Z", ["encrypt"]);
const pick = (use: KeyUse, id: string, address = alice): KeyChoice => ({ address, use, id });

describe("which own key is used (SG-01, CE-02)", () => {
  it("is the newest without a choice, and that which signs is encrypted to where it can decrypt", () => {
    expect(names(withChoices([older, newer, ended], []))).toEqual(["newer", "newer"]);
    expect(names(withChoices([older, signs, opens], []))).toEqual(["signs", "opens"]);
    expect(names(withChoices([older, newer], []), "bob@lab.test")).toEqual([null, null]);
  });

  it("is one on a card before any in the browser, unless another was chosen", () => {
    const onCard = { ...older, hardware: true };
    expect(names(withChoices([newer, onCard], []))).toEqual(["older", "older"]);
    expect(names(withChoices([newer, onCard], [pick("sign", "newer")]))).toEqual(["newer", "newer"]);
    expect(names(withChoices([newer, { ...signs, hardware: true }, opens], []))).toEqual(["signs", "newer"]);
  });

  it("is the chosen one, for each use by itself", () => {
    expect(names(withChoices([older, newer, opens], [pick("sign", "older")]))).toEqual(["older", "older"]);
    expect(names(withChoices([older, newer, opens], [pick("encrypt", "opens")]))).toEqual(["newer", "opens"]);
    expect(names(withChoices([older, newer, opens], [pick("sign", "older"), pick("encrypt", "newer")]))).toEqual(["older", "newer"]);
    // The address is the same however it is written.
    expect(names(withChoices([older, newer], [pick("sign", "older", "Alice@LAB.test")]))).toEqual(["older", "older"]);
  });

  it("is an allowed one before one that may not be used, chosen or on a card, and says why where there is no other (RequireKeyProtection, SmartCardOnly)", () => {
    const refused = { ...newer, refused: "keys.card-only" } as OwnKey;
    expect(names(withChoices([older, refused], []))).toEqual(["older", "older"]);
    expect(names(withChoices([older, refused], [pick("sign", "newer"), pick("encrypt", "newer")]))).toEqual(["older", "older"]);
    expect(names(withChoices([older, { ...refused, hardware: true, refused: "keys.card-pin-locked" }], []))).toEqual(["older", "older"]);
    expect(names(withChoices([refused, opens], []))).toEqual(["newer", "opens"]);
    expect(() => signingFor(withChoices([refused, opens, { ...ended, ended: true }], []), alice)).toThrow(expect.objectContaining({ code: "keys.card-only" }));
  });

  it.each([
    ["names a key that is gone", pick("sign", "removed")],
    ["names one whose certificate has ended", pick("sign", "ended")],
    ["names one that cannot sign", pick("sign", "opens")],
    ["is for another address", pick("sign", "older", "bob@lab.test")],
  ])("is the newest where the choice %s", (_why, choice) => {
    expect(names(withChoices([older, newer, ended, opens], [choice]))).toEqual(["newer", "newer"]);
  });

  it("signs with the chosen key and names the other for encryption, where they are two", () => {
    const keys = withChoices([older, newer, opens], [pick("sign", "older"), pick("encrypt", "opens")]);
    expect(signingFor(keys, alice)).toEqual({ key: expect.objectContaining({ id: "older" }) as unknown, encryptionCertificate: opens.key.certificate });
    expect(signingFor(withChoices([older, newer], []), alice).encryptionCertificate).toBeNull();
    expect(() => signingFor(withChoices([opens], []), alice)).toThrow(expect.objectContaining({ code: "keys.no-signing-key" }));
  });

  it("has one's own copy encrypted to a key only where that was chosen", () => {
    expect(chosenToEncrypt(withChoices([older, newer], []), alice)).toBeNull();
    expect(chosenToEncrypt(withChoices([older, newer], [pick("encrypt", "older")]), alice)?.id).toBe("older");
    expect(chosenToEncrypt(withChoices([older, newer], [pick("encrypt", "removed")]), alice)).toBeNull();
  });
});

function choicesWith(managed: object = {}, start: unknown = undefined): { service: KeyChoices; kept: () => unknown } {
  let value = start;
  const current = vi.fn((account?: Account) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)));
  return { service: keyChoices({ read: () => Promise.resolve(value), write: (next) => Promise.resolve(void (value = next)), policy: { current } }), kept: () => value };
}

describe("choices among own keys", () => {
  it("are one for each address and use, are taken back, and go with their key", async () => {
    const { service } = choicesWith();
    await service.set("Alice@Lab.test", "sign", "a");
    await service.set(alice, "encrypt", "a");
    await service.set(alice, "sign", "b");
    expect(await service.all()).toEqual([pick("sign", "b"), pick("encrypt", "a")]);
    await service.set(alice, "sign", null);
    expect(await service.all()).toEqual([pick("encrypt", "a")]);
    await service.forget("a");
    expect(await service.all()).toEqual([]);
  });

  it("do not count for signing where the organisation does not allow them, and are not lost (AllowUserChoiceOfSigningCertificate)", async () => {
    const { service, kept } = choicesWith({ AllowUserChoiceOfSigningCertificate: false }, [pick("sign", "a"), pick("encrypt", "a")]);
    expect(await service.all()).toEqual([pick("encrypt", "a")]);
    expect(await service.mayChoose(alice)).toBe(false);
    expect(kept()).toHaveLength(2);
  });

  it("do not count where nobody can read whether they are allowed, and that is said of the addresses of its domains alone", async () => {
    expect(await choicesWith({ AllowUserChoiceOfSigningCertificate: "perhaps" }).service.mayChoose(alice)).toBe(false);
    const { service } = choicesWith({ AccountDomains: ["corp.test"], AllowUserChoiceOfSigningCertificate: false });
    expect(await service.mayChoose(alice)).toBe(true);
    expect(await service.mayChoose("alice@corp.test")).toBe(false);
  });

  it("read what is no choice as none", async () => {
    expect(await choicesWith({}, "nonsense").service.all()).toEqual([]);
    expect(await choicesWith({}, [null, { address: alice }, { ...pick("sign", "a"), use: "open" }, pick("sign", "a")]).service.all()).toEqual([pick("sign", "a")]);
  });

  it("are limited in number, the latest kept", async () => {
    const many = Array.from({ length: MOST_CHOICES }, (_, index) => pick("sign", "a", `a${index}@lab.test`));
    const { service } = choicesWith({}, many);
    expect(await service.all()).toHaveLength(MOST_CHOICES);
    await service.set(alice, "sign", "b");
    expect(await service.all()).toHaveLength(MOST_CHOICES);
    expect((await service.all())[0]).toEqual(pick("sign", "b"));
  });
});
