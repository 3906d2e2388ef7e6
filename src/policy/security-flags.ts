import type { Remark } from "./setting-kinds.ts";

interface Bit {
  bit: number;
  /** What it means, for the reference. */
  says: string;
  /** The named setting that it stands for; null where it asks for what is done always. */
  sets: { name: string; value: unknown } | null;
}

/** The bits of `SecurityFlags`, in ascending order: where two concern one setting, the later goes before the earlier. */
export const KNOWN_BITS: readonly Bit[] = [
  { bit: 0x001, says: "certificate chain without root", sets: { name: "IncludeCertificateChainWithoutRootCertificate", value: true } },
  { bit: 0x002, says: "certificate chain with root", sets: { name: "IncludeCertificateChainAndRootCertificate", value: true } },
  { bit: 0x004, says: "temporary buffers not encrypted", sets: { name: "EncryptTemporaryBuffers", value: false } },
  { bit: 0x008, says: "only the signing certificate", sets: { name: "SignedEmailCertificateInclusion", value: false } },
  { bit: 0x040, says: "one message for all Bcc recipients", sets: { name: "BCCEncryptedEmailForking", value: 1 } },
  { bit: 0x080, says: "one message for everybody", sets: { name: "BCCEncryptedEmailForking", value: 2 } },
  { bit: 0x100, says: "capabilities (done always)", sets: null },
  { bit: 0x200, says: "header fields in the signed part", sets: { name: "ProtectHeaders", value: true } },
];

/** A bit mask of 16 bits. */
export const MOST_FLAGS = 0xffff;

/** The named settings that a mask stands for, and the bits in it that mean nothing. */
export function namesOf(mask: number): { named: Record<string, unknown>; unknown: number } {
  const named: Record<string, unknown> = {};
  let unknown = mask;
  for (const { bit, sets } of KNOWN_BITS) {
    unknown &= ~bit;
    if ((mask & bit) !== 0 && sets) named[sets.name] = sets.value;
  }
  return { named, unknown };
}

export function flagRemarks(value: unknown): Remark[] {
  const unknown = typeof value === "number" ? namesOf(value).unknown : 0;
  return unknown === 0 ? [] : [{ code: "policy.unknown-bits", detail: `0x${unknown.toString(16)}` }];
}
