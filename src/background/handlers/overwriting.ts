import type { UnlockSecret, WantedProtection } from "../../protocol/unlock.ts";

/** Does work with secrets that a page gave, and then overwrites what security keys answered; a passphrase is a string and cannot be. */
export async function overwriting<T>(secrets: readonly (UnlockSecret | WantedProtection | null)[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const secret of secrets) {
      if (secret?.kind !== "security-key") continue;
      secret.output.fill(0);
      if ("first" in secret) secret.first?.registered.output.fill(0);
    }
  }
}
