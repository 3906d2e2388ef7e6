import { SmimeError } from "../base/errors.ts";

/** Limits of one file. Programs use up to 600,000 rounds today; ten million of PBKDF2 take some seconds. */
export const pkcs12Limits = {
  /** Octets. */
  size: 1_000_000,
  bags: 1000,
  depth: 8,
  /** Rounds of PBKDF2, for the whole file. */
  pbkdf2Rounds: 20_000_000,
  /** Rounds of PBKDF2 for one message that is locked with a password: its sender chooses them, and nobody asked for the message. */
  messageRounds: 5_000_000,
  /** Rounds of the old derivation, in our own code, for the whole file. */
  kdfRounds: 5_000_000,
  saltLength: 1024,
} as const;

/** Counts what a file makes us compute. */
export interface Budget {
  pbkdf2: number;
  kdf: number;
  bags: number;
}

export function freshBudget(rounds: number = pkcs12Limits.pbkdf2Rounds): Budget {
  return { pbkdf2: rounds, kdf: pkcs12Limits.kdfRounds, bags: pkcs12Limits.bags };
}

/** Takes from the budget before the work is done. Throws `limits.pkcs12`. */
export function spend(budget: Budget, what: keyof Budget, count: number): void {
  budget[what] -= count;
  if (budget[what] < 0) throw new SmimeError("limits.pkcs12");
}
