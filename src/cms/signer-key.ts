import { type Bytes, equal } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Certificate } from "../pki/certificate.ts";
import { type SlowChecks, verifyWithKey } from "../pki/verify-signature.ts";
import type { SignedAttributes } from "./attributes.ts";
import { digest } from "../base/digest.ts";
import { isOutdatedDigest } from "./outdated-digest.ts";
import type { SignerInfo } from "./signed-data.ts";

/** The verdict on one SignerInfo. */
export interface Judgement {
  verdict: "valid" | "broken" | "unknown";
  /** `ok`, or why not; a valid signature with outdated methods has `cms.algorithm-outdated`. */
  code: Code;
  /** The certificate whose key fits; else the first that the identifier names; null if there is none. */
  certificate: Certificate | null;
}

export const broken = (code: Code, certificate: Certificate | null): Judgement => ({ verdict: "broken", code, certificate });
export const unknown = (code: Code, certificate: Certificate | null): Judgement => ({ verdict: "unknown", code, certificate });

/** Certificates tried for one signer: a message can carry any number under one name. */
const MAX_TRIES = 8;

/** The certificates that have every hash of the signing-certificate attributes; null if a hash is of a kind not known here. */
export async function withHashes(candidates: Certificate[], hashes: SignedAttributes["certificateHashes"]): Promise<Certificate[] | null> {
  const fitting: Certificate[] = [];
  for (const certificate of candidates) {
    let fits = true;
    for (const expected of hashes) {
      const actual = await digest(expected.digest, certificate.der);
      if (actual === null) return null;
      if (!equal(actual, expected.hash)) fits = false;
    }
    if (fits) fitting.push(certificate);
  }
  return fitting;
}

/** Tries each certificate (several can share a key identifier, SG-03) with each encoding until one verifies. */
export async function tryKeys(certificates: Certificate[], info: SignerInfo, inputs: Bytes[], budget: SlowChecks): Promise<Judgement> {
  const name = info.digestAlgorithm.name;
  let undecided = false;
  for (const certificate of certificates.slice(0, MAX_TRIES)) {
    for (const input of inputs) {
      const verdict = await verifyWithKey(certificate.spki, info.signatureAlgorithm, input, info.signature, { digest: name, budget });
      if (verdict === "valid") {
        const outdated = isOutdatedDigest(name) || isSmallRsa(certificate);
        return { verdict, code: outdated ? "cms.algorithm-outdated" : "ok", certificate };
      }
      if (verdict === "unknown") undecided = true;
    }
  }
  const first = certificates[0] ?? null;
  return undecided ? unknown("cms.algorithm-unknown", first) : broken("cms.signature-mismatch", first);
}

/** RFC 8551 §4.3: RSA below 2048 bits is no longer enough. */
function isSmallRsa(certificate: Certificate): boolean {
  return certificate.keyAlgorithm.startsWith("rsa") && certificate.keyBits < 2048;
}
