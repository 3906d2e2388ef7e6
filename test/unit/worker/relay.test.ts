import { describe, expect, it } from "vitest";
import type { SecretRecipient } from "../../../src/protocol/secret-port.ts";
import type { WorkerToFrame } from "../../../src/protocol/worker-port.ts";
import { makeRelay } from "../../../src/worker/relay.ts";

const octets = new Uint8Array(1);
const kek: SecretRecipient = { kind: "kek", keyIdentifier: octets, algorithm: octets, encryptedKey: octets };
const password: SecretRecipient = { kind: "password", derivation: null, algorithm: octets, encryptedKey: octets };

describe("the worker's way to a password (docs/decisions/0011)", () => {
  function setup() {
    const posted: WorkerToFrame[] = [];
    const relay = makeRelay((message) => posted.push(message));
    return { posted, relay, settle: (value: unknown) => relay.settle({ relayed: 1, ok: true, value }) };
  }

  it("asks for passwords alone, and finds the recipient again among all", async () => {
    const { posted, relay, settle } = setup();
    const asked = relay.secrets.unwrap([kek, password, kek, password]);
    expect(posted).toEqual([{ relay: 1, port: "secrets.unwrap", input: [password, password] }]);
    settle({ index: 1, contentKey: octets });
    expect(await asked).toEqual({ index: 3, contentKey: octets });
  });

  it("answers null where nobody typed one, and asks nobody about shared keys", async () => {
    const { relay, settle } = setup();
    const asked = relay.secrets.unwrap([password]);
    settle(null);
    expect(await asked).toBeNull();
    const none = setup();
    expect(await none.relay.secrets.unwrap([kek])).toBeNull();
    expect(none.posted).toEqual([]);
  });
});
