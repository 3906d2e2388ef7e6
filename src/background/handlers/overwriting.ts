import type { Bytes } from "../../base/bytes.ts";
import type { UnlockSecret, WantedProtection } from "../../protocol/unlock.ts";

/** What a security key answered; null for other secrets. */
export function outputOf(secret: UnlockSecret | WantedProtection | null): Bytes | null {
  return secret?.kind === "security-key" ? secret.output : null;
}

/** Does what a request asks, and overwrites its secrets then. */
export async function overwriting<T>(secrets: readonly (Bytes | null)[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const octets of secrets) octets?.fill(0);
  }
}
