import type { Code } from "../base/codes/index.ts";
import type { Certificate } from "./certificate.ts";
import type { GeneralName } from "./general-name.ts";

/** What the end entity is to be used for; `mail` is one of signing and encrypting, `any` asks nothing of its key usage. */
export type PathPurpose = "sign" | "encrypt" | "mail" | "any";

/** Inputs of RFC 5280 §6.1.1 beside the path itself. What is left out is not limited. */
export interface PathInputs {
  at: Date;
  purpose: PathPurpose;
  /** Extended key usage asked for where the certificates name any, dotted; if left out, emailProtection, or none for `any`. */
  keyPurpose?: string | undefined;
  /** user-initial-policy-set, dotted; any policy if left out. */
  policies?: readonly string[] | undefined;
  requireExplicitPolicy?: boolean | undefined;
  inhibitPolicyMapping?: boolean | undefined;
  inhibitAnyPolicy?: boolean | undefined;
  permittedSubtrees?: readonly GeneralName[] | undefined;
  excludedSubtrees?: readonly GeneralName[] | undefined;
  /** Most certificates between the end entity and the anchor. */
  maxDepth?: number | undefined;
  algorithms?: AlgorithmRules | undefined;
  /** Holds certificates to what RFC 5280 asks of their issuers too, where path processing could go on (`profile.ts`). */
  strict?: boolean | undefined;
  /** What whoever trusts an anchor said of it; nothing if left out. */
  anchorTerms?: ((anchor: Certificate) => AnchorTerms | undefined) | undefined;
}

/** Which keys and digests carry a path. */
export interface AlgorithmRules {
  minRsaBits: number;
  /** Of the curve; Ed25519 and X25519 count as 256. */
  minEcBits: number;
  /** OpenSSL's names. */
  refusedDigests: readonly string[];
}

/** NIST SP 800-57; RFC 8551 §4.1 (AL-07) and appendix B. */
export const ordinaryAlgorithms: AlgorithmRules = { minRsaBits: 2048, minEcBits: 256, refusedDigests: ["md5", "sha1"] };

/** Constraints that come with the trust in an anchor (RFC 5280 §6.1.1 (d), RFC 5937). */
export interface AnchorTerms {
  /** `issuing` paths only, or the end entity `itself` alone; both if left out. */
  trustedFor?: "issuing" | "itself";
  /** Whether the anchor's own dates count; they do if left out. */
  dates?: "held" | "ignored";
  /** Whether what its own certificate says of path length, key usage, names and policies counts; it does if left out. */
  extensions?: "held" | "ignored";
  /** Names that it may vouch for, as if its own certificate said so. */
  permittedSubtrees?: readonly GeneralName[];
  excludedSubtrees?: readonly GeneralName[];
  /** End entities that were issued later are not believed (Mozilla's "distrust after"). */
  issuedUntil?: Date;
}

/** Why a path does not count here although it may hold, and the certificate that gives the reason, counted from the end entity. */
export interface PathRefusal {
  code: Code;
  culprit: number;
}
