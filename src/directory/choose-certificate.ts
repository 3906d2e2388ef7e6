import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf } from "../base/errors.ts";
import { matchAddress } from "../pki/address-match.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { FoundCertificate } from "../protocol/directory.ts";

/** Validates a certificate for encryption; `others` came along and are trusted for nothing. Answers `ok` or the reason. */
export type ValidateRecipient = (certificate: Bytes, others: Bytes[]) => Promise<Code>;

/** `chosen` is null if none may be used; `code` is then the first candidate's reason, or null if there was no candidate. */
export type RecipientChoice = { chosen: FoundCertificate; code: "ok" } | { chosen: null; code: Code | null };

/**
 * Chooses the certificate to encrypt to one person with (CE-01): of those that are for the address and validate, the one
 * that the person's newest signed mail prefers; then one whose key is for encryption alone; then the order given.
 */
export async function chooseRecipientCertificate(
  candidates: readonly FoundCertificate[],
  address: string,
  validate: ValidateRecipient,
): Promise<RecipientChoice> {
  let firstReason: Code | null = null;
  for (const candidate of inOrder(candidates)) {
    const code = await judge(candidate, address, validate);
    if (code === "ok") return { chosen: candidate, code };
    firstReason ??= code;
  }
  return { chosen: null, code: firstReason };
}

async function judge(candidate: FoundCertificate, address: string, validate: ValidateRecipient): Promise<Code> {
  try {
    const match = matchAddress(parseCertificate(candidate.certificate), address);
    return match === "ok" ? await validate(candidate.certificate, candidate.others) : match;
  } catch (error) {
    return codeOf(error);
  }
}

/** Sorted from the best; candidates are validated in this order and the first good one wins, so few need to be. */
function inOrder(candidates: readonly FoundCertificate[]): FoundCertificate[] {
  return candidates
    .map((candidate) => ({ candidate, preferred: preferredAt(candidate), single: isForEncryptionAlone(candidate) }))
    .toSorted((a, b) => b.preferred - a.preferred || Number(b.single) - Number(a.single))
    .map(({ candidate }) => candidate);
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
