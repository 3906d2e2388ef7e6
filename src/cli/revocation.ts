import type { Bytes } from "../base/bytes.ts";
import { codeOf } from "../base/errors.ts";
import type { Certificate } from "../pki/certificate.ts";
import { checkRevocation, notAsked, type RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { crlsOf, ocspResponsesOf } from "../pki/revocation/revocation-file.ts";
import { filesOf, readInput } from "./files.ts";

/** The options that ask for revocation, for every command that validates. */
export const revocationOptions = {
  crl: { type: "string", multiple: true, default: [] as string[] },
  ocsp: { type: "string", multiple: true, default: [] as string[] },
} as const;

export interface RevocationWishes {
  crl: string[];
  ocsp: string[];
}

/** Answers for a validated path. `others` are certificates among which signers of lists and answers are looked for. */
export type RevocationCheck = (path: readonly Certificate[], others: readonly Certificate[]) => Promise<RevocationVerdict>;

/**
 * What was asked about revocation on the command line, as a check. Giving a list or an answer asks about every certificate of a
 * path but its anchor; giving none asks nothing. A file that cannot be used is named on standard error, and speaks for nobody.
 * Throws `UsageError` for one that is not there.
 */
export function revocationCheck({ crl, ocsp }: RevocationWishes, at: Date): RevocationCheck {
  if (crl.length === 0 && ocsp.length === 0) return (path) => Promise.resolve(notAsked(path));
  const crls = filesOf(crl).flatMap((name) => readOr(name, crlsOf));
  const answers = filesOf(ocsp).flatMap((name) => readOr(name, ocspResponsesOf));
  return (path, certificates) => checkRevocation({ path, certificates, crls, ocsp: answers, at, demand: "every" });
}

function readOr<T>(name: string, read: (file: Bytes) => T[]): T[] {
  try {
    return read(readInput(name));
  } catch (error) {
    const code = codeOf(error);
    if (code === "internal.unexpected") throw error;
    process.stderr.write(`mailseal: ${name}: ${code}\n`);
    return [];
  }
}
