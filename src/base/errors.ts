import type { Code } from "./codes/index.ts";

/**
 * The one error of Mailseal: a stable code that documents and translations refer to.
 * The message is the code alone, because errors reach logs: no address, key or text of a mail may stand in it.
 */
export class SmimeError extends Error {
  override readonly name = "SmimeError";
  readonly code: Code;

  constructor(code: Code, options?: { cause?: unknown }) {
    super(code, options);
    this.code = code;
  }
}

/** Returns the stable code of anything thrown; what is not ours becomes `internal.unexpected`. */
export function codeOf(error: unknown): Code {
  return error instanceof SmimeError ? error.code : "internal.unexpected";
}
