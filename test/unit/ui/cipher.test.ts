import { describe, expect, it } from "vitest";
import { cipherDepends } from "../../../src/ui/composer/cipher.ts";
import { InTurn, to, wait, written } from "./composer-harness.ts";
import * as s from "./samples.ts";

const plan = { cipher: "aes-256-cbc", because: [{ address: s.bob.address, told: false }], without: [] };
const other = { ...plan, cipher: "aes-128-cbc" };

describe("the cipher in the composer's details", () => {
  it("is what the background says for these people, the sender's address and what he chose", async () => {
    const made = await written({ answers: { "send.cipher": plan } });
    made.context.cell.set({ chosen: { [s.bob.address]: "ab" }, leftOut: ["x@lab.test"] });
    made.actions.askCipher();
    expect(made.model().cipher).toBe("asking");
    await wait();
    expect(made.model().cipher).toEqual(plan);
    expect(made.input("send.cipher")).toEqual([{ from: "alice@lab.test", people: [s.bob.address], chosen: [{ address: s.bob.address, sha256: "ab" }], leftOut: ["x@lab.test"] }]);
  });

  it("depends on recipients, certificates, sender and choices, and an answer for others is not shown", async () => {
    const made = await written({ answers: { "send.cipher": new InTurn(plan, other) } });
    const before = cipherDepends(made.model());
    made.actions.askCipher();
    made.actions.add("cc", to([s.carol]));
    await wait();
    expect(made.model().cipher).toBe("asking");
    expect(cipherDepends(made.model())).not.toBe(before);
    made.actions.askCipher();
    await wait();
    expect(made.model().cipher).toEqual(other);
    for (const change of [{ identity: "9" }, { encrypt: false }, { chosen: { a: "b" } }, { leftOut: ["a"] }, { known: {} }]) expect(cipherDepends({ ...made.model(), ...change }), JSON.stringify(change)).not.toBe(cipherDepends(made.model()));
    expect(cipherDepends({ ...made.model(), subject: "Other" })).toBe(cipherDepends(made.model()));
  });

  it("is nothing where nothing is encrypted, nobody is written to or nobody can say", async () => {
    const made = await written();
    made.actions.askCipher();
    await wait();
    expect(made.model().cipher).toBeNull();
    made.context.cell.set({ encrypt: false });
    made.actions.askCipher();
    expect([made.model().cipher, made.input("send.cipher").length]).toEqual([null, 1]);
  });
});
