import type { Bytes } from "../../base/bytes.ts";
import type { UnlockSecret, WantedProtection } from "../../protocol/unlock.ts";

/** What security keys answered; nothing for other secrets. */
export function outputsOf(...secrets: (UnlockSecret | WantedProtection | null)[]): Bytes[] {
  return secrets.flatMap((secret) => {
    if (secret?.kind !== "security-key") return [];
    return [secret.output, ...("first" in secret && secret.first ? [secret.first.registered.output] : [])];
  });
}

/** Does what a request asks, and overwrites its secrets then. */
export async function overwriting<T>(secrets: readonly Bytes[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const octets of secrets) octets.fill(0);
  }
}
