import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import type { KeyPort } from "../protocol/key-port.ts";
import type { TrustPort } from "../protocol/trust-port.ts";
import type { WorkerToFrame } from "../protocol/worker-port.ts";

type RelayPort = Extract<WorkerToFrame, { relay: number }>["port"];

/** The background as a dedicated worker sees it: through its frame, because workers have no extension API. */
export interface Relay {
  keys: KeyPort;
  trust: TrustPort;
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
      sign: (request) => ask("keys.sign", request),
      unwrap: (request) => ask("keys.unwrap", request),
    },
    trust: {
      validate: (request) => ask("trust.validate", request),
      find: (request) => ask("trust.find", request),
    },
    settle(answer) {
      const waiter = waiting.get(answer.relayed);
      waiting.delete(answer.relayed);
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new SmimeError(answer.code));
    },
  };
}
