import type { Bytes } from "../base/bytes.ts";
import { codeOf } from "../base/errors.ts";
import type { Certificate } from "../pki/certificate.ts";
import { type Attempt, checkOnline } from "../pki/revocation/check-online.ts";
import { checkRevocation, notAsked, type RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { type Evidence, weighEnclosed } from "../pki/revocation/evidence.ts";
import { crlsOf, ocspResponsesOf } from "../pki/revocation/revocation-file.ts";
import { fetchRules, networkFetcher } from "../retrieve/fetcher.ts";
import { filesOf, readInput } from "./files.ts";
import { harmless } from "./paint.ts";

/** The options that ask for revocation, for every command that validates. */
export const revocationOptions = {
  crl: { type: "string", multiple: true, default: [] as string[] },
  ocsp: { type: "string", multiple: true, default: [] as string[] },
  online: { type: "boolean", default: false },
  "allow-host": { type: "string", multiple: true, default: [] as string[] },
} as const;

export interface RevocationWishes {
  crl: string[];
  ocsp: string[];
  online: boolean;
  /** Hosts inside the own network that may be asked. */
  "allow-host": string[];
}

/** Answers for a validated path. `others` are certificates among which signers of lists and answers are looked for; `enclosed` reads what a sender gave. */
export type RevocationCheck = (path: readonly Certificate[], others: readonly Certificate[], enclosed?: () => Evidence | null) => Promise<RevocationVerdict & { attempts?: Attempt[] }>;

/**
 * What was asked about revocation on the command line, as a check. Giving a list or an answer asks about every certificate of a
 * path but its anchor; going on line alone asks about those that name where their revocation is told, and fetches it; else nothing
 * is asked, and what a sender enclosed is not looked at. A file that cannot be used is named on standard error, and speaks for nobody.
 * Throws `InputError` for one that is not there.
 */
export function revocationCheck({ crl, ocsp, online, "allow-host": allowedHosts }: RevocationWishes, at: Date): RevocationCheck {
  const given = crl.length > 0 || ocsp.length > 0;
  if (!given && !online) return (path) => Promise.resolve(notAsked(path));
  const crls = filesOf(crl).flatMap((name) => readOr(name, crlsOf));
  const answers = filesOf(ocsp).flatMap((name) => readOr(name, ocspResponsesOf));
  const request = { crls, ocsp: answers, at, demand: given ? "every" : "named" } as const;
  if (!online) {
    const check = (path: readonly Certificate[], certificates: readonly Certificate[], more: Evidence = { crls: [], ocsp: [] }) =>
      checkRevocation({ ...request, crls: [...crls, ...more.crls], ocsp: [...answers, ...more.ocsp], path, certificates });
    return async (path, certificates, enclosed) =>
      weighEnclosed(await check(path, certificates), enclosed?.() ?? null, (more) => check(path, certificates, more));
  }
  const fetcher = networkFetcher({ ...fetchRules, allowedHosts });
  return (path, certificates, enclosed) => checkOnline({ ...request, path, certificates }, { fetcher, ldap: true, enclosed: enclosed?.() ?? null });
}

function readOr<T>(name: string, read: (file: Bytes) => T[]): T[] {
  try {
    return read(readInput(name));
  } catch (error) {
    const code = codeOf(error);
    if (code === "internal.unexpected") throw error;
    process.stderr.write(`mailseal: ${harmless(name)}: ${code}\n`);
    return [];
  }
}
