import { describe, expect, it } from "vitest";
import type { UnlockAnswer } from "../../../src/protocol/unlock.ts";
import { securityKeyDesk } from "../../../src/ui/locks/security-key-desk.ts";

/** @param answers what the background says, by the name of the request */
function desk(answers: Record<string, UnlockAnswer>) {
  const steps: string[] = [];
  /** Octets as they were when they were sent. */
  const sent: Record<string, unknown> = {};
  const ask = (name: string, input: unknown) => {
    steps.push(name);
    sent[name] = structuredClone(input);
    return Promise.resolve(answers[name] ?? (name === "locks.authenticators" ? [] : { state: "opened" }));
  };
  const output = new Uint8Array(32).fill(7);
  const registered = { credential: Uint8Array.of(2), salt: new Uint8Array(32), transports: [], label: "", output: new Uint8Array(32).fill(8) };
  const asker = {
    ask: () => Promise.resolve({ credential: Uint8Array.of(1), output }),
    register: (_place: string | null, label: string) => (steps.push("register"), Promise.resolve({ ...registered, label })),
  };
  return { steps, sent, output, registered, keys: securityKeyDesk(ask as never, asker, () => ({ relyingParty: null, code: "ok" })) };
}

describe("adding a security key", () => {
  it("registers nothing before the recovery code was seen to open the keys", async () => {
    const wrong = desk({ "locks.check": { state: "wrong", wait: 0 } });
    await expect(wrong.keys.prove("v", "a code").then((secret) => wrong.keys.add("v", secret, "Blue key"))).rejects.toMatchObject({ code: "keys.recovery-code-wrong" });
    const wait = desk({ "locks.check": { state: "wait", wait: 1000 } });
    await expect(wait.keys.prove("v", null)).rejects.toMatchObject({ code: "keys.unlock-wait" });
    expect([wrong.steps, wait.steps]).toEqual([["locks.check"], ["locks.authenticators", "locks.check"]]);
    const right = desk({});
    await right.keys.add("v", await right.keys.prove("v", "a code"), "Blue key");
    expect(right.steps).toEqual(["locks.check", "locks.authenticators", "register", "locks.add-authenticator"]);
  });

  it("overwrites what both security keys answered once it was sent", async () => {
    const { keys, output, registered, sent } = desk({});
    await keys.add("v", await keys.prove("v", null), "Blue key");
    expect(sent["locks.add-authenticator"]).toMatchObject({ secret: { output: new Uint8Array(32).fill(7) }, registered: { output: new Uint8Array(32).fill(8) } });
    for (const octets of [output, registered.output]) expect([...octets]).toEqual(Array(32).fill(0));
  });
});
