import type { DigestName } from "../protocol/key-port.ts";
import type { Remark } from "./setting-kinds.ts";

export type SigningDigest = DigestName;

export const DEFAULT_DIGEST: SigningDigest = "sha256";

const WRITTEN: Readonly<Record<string, SigningDigest>> = { "800C": "sha256", "800D": "sha384", "800E": "sha512", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512" };

/** MD5 and SHA-1, as numbers and by name (RFC 8551 §2.1: neither is written any more). */
const REFUSED = new Set(["8003", "8004", "MD5", "SHA1"]);

const nameIn = (value: unknown): string | null => (typeof value === "string" && value.length <= 20 ? value.trim().toUpperCase().replace(/^(SHA)-/, "$1") : null);

/** The digest of the setting; the default one in the place of one that is refused. */
export function readDigest(value: unknown): SigningDigest | undefined {
  const name = nameIn(value);
  if (name === null) return undefined;
  if (REFUSED.has(name)) return DEFAULT_DIGEST;
  return Object.hasOwn(WRITTEN, name) ? WRITTEN[name] : undefined;
}

export function digestRemarks(value: unknown): Remark[] {
  const name = nameIn(value);
  return name !== null && REFUSED.has(name) ? [{ code: "policy.weak-algorithm", detail: name }] : [];
}
