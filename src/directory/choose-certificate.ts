import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf } from "../base/errors.ts";
import { matchAddress } from "../pki/address-match.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { FoundCertificate } from "../protocol/directory.ts";
import type { ChoiceReason } from "../protocol/frame-requests.ts";

/** Validates a certificate for encryption; `others` came along and are trusted for nothing. Answers `ok` or the reason. */
export type ValidateRecipient = (certificate: Bytes, others: Bytes[]) => Promise<Code>;

/** `chosen` is null if none may be used; `code` is then the first candidate's reason, or null if there was no candidate. */
export type RecipientChoice =
  | { chosen: FoundCertificate; code: "ok"; why: ChoiceReason; usable: FoundCertificate[] }
  | { chosen: null; code: Code | null };

/**
 * Candidates of one person from one place that are validated: whoever fills a directory must not decide how much work a recipient
 * is, nor crowd out what another place has of him.
 */
export const MOST_VALIDATED = 10;

/**
 * Chooses the certificate to encrypt to one person with (CE-01): of those that are for the address and validate, the one
 * that the author asked for by its fingerprint; else one's own, because nobody can read his copy by what a directory has of him;
 * else the one that the person's newest signed mail prefers; then one whose key is for encryption alone; then the order given.
 * One that was asked for and may not be used is replaced by no other.
 */
export async function chooseRecipientCertificate(
  candidates: readonly FoundCertificate[],
  address: string,
  validate: ValidateRecipient,
  wanted: string | null = null,
): Promise<RecipientChoice> {
  let reason: Code | null = null;
  const usable: FoundCertificate[] = [];
  for (const candidate of fewOfEach(inOrder(candidates))) {
    const code = await judge(candidate, address, validate);
    if (code === "ok") usable.push(candidate);
    else reason ??= code;
  }
  const fingerprints = wanted === null ? [] : await Promise.all(usable.map(({ certificate }) => parseCertificate(certificate).sha256()));
  const chosen = wanted === null ? usable[0] : usable[fingerprints.indexOf(wanted)];
  if (!chosen) return { chosen: null, code: reason ?? (usable.length > 0 ? "send.missing-certificates" : null) };
  return { chosen, code: "ok", why: wanted === null ? reasonFor(chosen, usable) : "chosen", usable };
}

function reasonFor(chosen: FoundCertificate, usable: readonly FoundCertificate[]): ChoiceReason {
  const others = usable.filter((each) => each !== chosen);
  if (others.length === 0) return "only";
  if (others.every((other) => preferredAt(other) < preferredAt(chosen))) return "preferred";
  return isForEncryptionAlone(chosen) && !others.every(isForEncryptionAlone) ? "single-use" : "place";
}

async function judge(candidate: FoundCertificate, address: string, validate: ValidateRecipient): Promise<Code> {
  try {
    const match = matchPerson(parseCertificate(candidate.certificate), address, candidate.proxies);
    return match === "ok" ? await validate(candidate.certificate, candidate.others) : match;
  } catch (error) {
    return codeOf(error);
  }
}

/** For the address itself, or for another one of the same person where the directory that has both may say so. */
function matchPerson(certificate: Certificate, address: string, proxies: readonly string[] = []): Code {
  const match = matchAddress(certificate, address);
  return match !== "ok" && proxies.some((proxy) => matchAddress(certificate, proxy) === "ok") ? "ok" : match;
}

/** Sorted from the best; where nothing else tells them apart, in the order of the places. */
function inOrder(candidates: readonly FoundCertificate[]): FoundCertificate[] {
  return candidates
    .map((candidate) => ({ candidate, own: candidate.source === "own", preferred: preferredAt(candidate), single: isForEncryptionAlone(candidate) }))
    .toSorted((a, b) => Number(b.own) - Number(a.own) || b.preferred - a.preferred || Number(b.single) - Number(a.single))
    .map(({ candidate }) => candidate);
}

function fewOfEach(candidates: readonly FoundCertificate[]): FoundCertificate[] {
  const counts = new Map<string, number>();
  return candidates.filter(({ source, place = "" }) => {
    const from = `${source} ${place}`;
    const count = (counts.get(from) ?? 0) + 1;
    counts.set(from, count);
    return count <= MOST_VALIDATED;
  });
}

/** Milliseconds; what was never preferred comes after all that was. */
function preferredAt({ preferredAt: date }: FoundCertificate): number {
  const time = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? Number.MIN_SAFE_INTEGER : time;
}

function isForEncryptionAlone({ certificate }: FoundCertificate): boolean {
  try {
    const parsed: Certificate = parseCertificate(certificate);
    return keyUsageAllows(parsed, "encrypt") && !keyUsageAllows(parsed, "sign");
  } catch {
    return false;
  }
}
