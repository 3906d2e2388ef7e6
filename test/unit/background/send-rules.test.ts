import { describe, expect, it } from "vitest";
import type { Prepare } from "../../../src/background/send-service.ts";
import { ownKey, person, service, setup } from "./send-desk.ts";

describe("a Send under an organisation's settings", () => {
  it("CO-08: makes one copy for all in Bcc, or one message for everybody, where the organisation wants it, and nobody twice", async () => {
    const known = ["alice", "bob", "carol", "dave"];
    const bcc = [person("carol@lab.test"), person("dave@lab.test"), person("BOB@lab.test")];
    const groups = async (managed: object, changes: Partial<Prepare> = {}) => {
      const answer = await setup({ known, managed })({ bcc, ...changes });
      if (answer.state !== "ready") throw new Error(answer.state);
      return answer.plan.envelopes.map(({ recipients, visible, certificates }) => [recipients, visible, certificates.length]);
    };
    const two = [[["bob@lab.test"], true, 2], [["carol@lab.test", "dave@lab.test"], false, 3]];
    expect(await groups({ BCCEncryptedEmailForking: 1 })).toEqual(two);
    expect(await groups({ SecurityFlags: 0x040 })).toEqual(two);
    expect(await groups({ SecurityFlags: 0x080 })).toEqual([[["bob@lab.test", "carol@lab.test", "dave@lab.test"], true, 4]]);
    const disclosed = async (managed: object, changes: Partial<Prepare> = {}) => {
      const answer = await setup({ known, managed })({ bcc, ...changes });
      return answer.state === "ready" && answer.plan.envelopes.map((envelope) => envelope.disclosed);
    };
    // A transport may name in fields of its own only whom the message names.
    expect([await disclosed({}), await disclosed({ SecurityFlags: 0x080 }), await disclosed({ SecurityFlags: 0x040 }, { to: [] })]).toEqual([[true, false, false], [false], [false]]);
    // In the clear nobody is named in any of them, and each has his own.
    expect(await groups({ SecurityFlags: 0x080 }, { encrypt: false })).toEqual([[["bob@lab.test"], true, 0], [["carol@lab.test"], false, 0], [["dave@lab.test"], false, 0]]);
  });

  it("AL-05, AL-06: takes the organisation's first cipher that all can read, and who can read none counts as without a certificate", async () => {
    const cipher = async (EncryptionAlgorithms: string, ciphers: string[]) => {
      const answer = await setup({ managed: { EncryptionAlgorithms }, ciphers })({});
      return answer.state === "ready" ? answer.plan.encrypt?.cipher : answer.state === "missing" ? answer.problems.map(({ address, code }) => `${address} ${code}`) : answer.state === "refused" && answer.code;
    };
    expect(await cipher("660E;6610", [])).toBe("aes-128-cbc");
    expect(await cipher("AES128-GCM;6610", ["aes-128-gcm", "aes-128-cbc"])).toBe("aes-128-gcm");
    expect(await cipher("AES128-GCM;6610", [])).toBe("aes-256-cbc");
    expect(await cipher("AES256-GCM;AES128-GCM", [])).toEqual(["bob@lab.test send.no-common-cipher"]);
    expect(await cipher("6610", ["des-ede3-cbc", "rc2-cbc"])).toEqual(["bob@lab.test send.no-common-cipher"]);
    expect(await cipher("6603;6602:128", [])).toBe("send.no-cipher");
  });

  it("AL-06: tells beforehand which cipher Send will take, by the same rules, and because of whom", async () => {
    const ciphersOf = { bob: ["aes-256-gcm"], carol: [], dave: ["aes-128-cbc"], erin: ["des-ede3-cbc"] };
    const lists = { "team@lab.test": { members: [{ name: "Bob", address: "bob@lab.test" }, { name: "Dave", address: "dave@lab.test" }], unresolved: [] } };
    const desk = service({ known: ["alice", ...Object.keys(ciphersOf)], ciphersOf, lists });
    const at = (...names: string[]) => names.map((name) => `${name}@lab.test`);
    for (const people of [at("bob"), at("bob", "carol"), at("carol", "dave"), at("team"), at("bob", "erin")]) {
      const told = await desk.cipherFor(people);
      const answer = await desk.prepare({ to: people.map(person) });
      if (answer.state === "ready") expect([told.cipher, told.without], people.join()).toEqual([answer.plan.encrypt?.cipher, []]);
      else expect(answer, people.join()).toMatchObject({ state: "missing", addresses: told.without.map(({ address }) => address) });
    }
    expect(await desk.cipherFor(at("bob"))).toEqual({ cipher: "aes-256-gcm", because: [], without: [] });
    expect(await desk.cipherFor(at("bob", "carol"))).toMatchObject({ cipher: "aes-256-cbc", because: [{ address: "carol@lab.test", told: false }] });
    expect(await desk.cipherFor(at("carol", "team"))).toMatchObject({ cipher: "aes-128-cbc", because: [{ address: "dave@lab.test", told: true }] });
    expect(await desk.cipherFor(at("carol", "team"), at("dave"))).toMatchObject({ cipher: "aes-256-cbc", because: [{ address: "carol@lab.test" }] });
    await expect(service({ managed: { RecipientLimit: 1 } }).cipherFor(at("bob", "carol"))).rejects.toMatchObject({ code: "send.recipient-limit" });
  });

  it("signs with the organisation's digest, unless the key wants another", async () => {
    const digest = async (managed: object, requiredDigest: string | null) => {
      const answer = await setup({ managed, own: [ownKey({ requiredDigest })] })({ sign: true, encrypt: false });
      if (answer.state !== "ready") throw new Error(JSON.stringify(answer));
      return answer.plan.sign?.digestName;
    };
    expect(await digest({}, null)).toBe("sha256");
    expect(await digest({ DefaultSigningAlgorithm: "800D" }, null)).toBe("sha384");
    expect(await digest({ DefaultSigningAlgorithm: "8004" }, null)).toBe("sha256");
    expect(await digest({ DefaultSigningAlgorithm: "800D" }, "sha512")).toBe("sha512");
  });

  it("protects header fields unless the organisation does not want it", async () => {
    const policyOf = async (managed: object) => {
      const answer = await setup({ managed })({});
      return answer.state === "ready" && answer.plan.headerPolicy;
    };
    expect(await policyOf({ ProtectHeaders: false, HideNamesAndTimeZone: true })).toBe("none");
    expect(await policyOf({ ProtectHeaders: "no" })).toBe("baseline");
  });

  it("keeps to the limit of one sender", async () => {
    const of = async (RecipientLimitOf: string[]) => (await setup({ managed: { RecipientLimitOf } })({ cc: [person("carol@lab.test")] })).state;
    expect(await of(["ALICE@lab.test 1"])).toBe("refused");
    expect(await of(["alice@LAB.test. 1"])).toBe("refused");
    expect(await of(["alice@lab.test 2"])).toBe("ready");
    expect(await of(["bob@lab.test 1"])).toBe("ready");
  });
});
