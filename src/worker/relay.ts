import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import type { KeyPort } from "../protocol/key-port.ts";
import type { SecretPort } from "../protocol/secret-port.ts";
import type { TrustPort } from "../protocol/trust-port.ts";
import type { WorkerToFrame } from "../protocol/worker-port.ts";

type RelayPort = Extract<WorkerToFrame, { relay: number }>["port"];

/** The background as a dedicated worker sees it: through its frame, because workers have no extension API. */
export interface Relay {
  keys: KeyPort;
  trust: TrustPort;
  /** Passwords alone, for which a person is asked; keys that both sides have are not offered here (docs/decisions/0011). */
  secrets: SecretPort;
  /** Hands an answer of the frame to whoever waits for it. */
  settle(answer: { relayed: number; ok: true; value: unknown } | { relayed: number; ok: false; code: Code }): void;
}

/** Makes ports that ask through `post`; the frame validates nothing, the background validates everything. */
export function makeRelay(post: (message: WorkerToFrame) => void): Relay {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: SmimeError) => void }>();
  let last = 0;

  function ask<T>(port: RelayPort, input: unknown): Promise<T> {
    const relay = ++last;
    return new Promise<T>((resolve, reject) => {
      waiting.set(relay, { resolve: resolve as (value: unknown) => void, reject });
      post({ relay, port, input });
    });
  }

  return {
    keys: {
      certificates: () => ask("keys.certificates", null),
      choose: (certificateIds) => ask("keys.choose", { certificateIds: [...certificateIds] }),
      sign: (request) => ask("keys.sign", request),
      unwrap: (request) => ask("keys.unwrap", request),
    },
    trust: {
      validate: (request) => ask("trust.validate", request),
      find: (request) => ask("trust.find", request),
    },
    secrets: {
      async unwrap(recipients) {
        const passwords = recipients.flatMap((recipient, index) => (recipient.kind === "password" ? [{ recipient, index }] : []));
        if (passwords.length === 0) return null;
        const found = await ask<Awaited<ReturnType<SecretPort["unwrap"]>>>("secrets.unwrap", passwords.map(({ recipient }) => recipient));
        return found && { ...found, index: passwords[found.index]?.index ?? -1 };
      },
    },
    settle(answer) {
      const waiter = waiting.get(answer.relayed);
      waiting.delete(answer.relayed);
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new SmimeError(answer.code));
    },
  };
}
