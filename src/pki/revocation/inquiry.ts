import { type Bytes, latin1 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import type { Algorithm } from "../algorithm.ts";
import type { Certificate } from "../certificate.ts";
import { type SignatureVerdict, digestOfSignature, verifyWithKey } from "../verify-signature.ts";
import type { RevocationAnswer } from "./answer.ts";
import { revocationLimits } from "./limits.ts";
import type { RevocationRequest } from "./request.ts";

/** Something that somebody signed: a list or an answer. */
export interface Signed {
  tbs: Bytes;
  signatureAlgorithm: Algorithm;
  signature: Bytes;
}

const OUTDATED_DIGESTS = new Set(["md5", "sha1"]);

/** What signatures turned out to be, as long as what was signed is kept: a list costs its signature once. */
const verdicts = new WeakMap<Signed, Map<string, SignatureVerdict>>();

/** One check of revocation at work: its request, its budget, and what it found so far. */
export class Inquiry {
  readonly request: RevocationRequest;
  /** Answers by certificate, for signers that several lists need. */
  readonly answers = new Map<string, RevocationAnswer>();
  /** Certificates whose answer is being looked for, the outermost first. */
  readonly open: string[] = [];
  #signatures = 0;
  #standings = 0;

  constructor(request: RevocationRequest) {
    this.request = request;
  }

  get anchor(): Certificate {
    return this.request.path.at(-1) as Certificate;
  }

  /** Checks a signature once. Throws `limits.revocation`. */
  async verify(signed: Signed, spki: Bytes): Promise<SignatureVerdict> {
    const known = verdicts.get(signed) ?? new Map<string, SignatureVerdict>();
    verdicts.set(signed, known);
    const key = latin1(spki);
    const before = known.get(key);
    if (before !== undefined) return before;
    if (++this.#signatures > revocationLimits.signatures) throw new SmimeError("limits.revocation");
    const verdict = await verifyWithKey(spki, signed.signatureAlgorithm, signed.tbs, signed.signature);
    known.set(key, verdict);
    return verdict;
  }

  /** Counts a signer whose own standing is looked at. Throws `limits.revocation`. */
  spendStanding(): void {
    if (this.open.length > revocationLimits.depth || ++this.#standings > revocationLimits.standings) throw new SmimeError("limits.revocation");
  }

  /** Tells whether a signature rests on a digest that is no longer safe, and that nobody chose to accept. */
  isOutdated({ signatureAlgorithm }: Signed): boolean {
    return this.request.acceptOutdated !== true && OUTDATED_DIGESTS.has(digestOfSignature(signatureAlgorithm) ?? "");
  }
}

/** A certificate as the key of a map. */
export function keyOf(certificate: Certificate): string {
  return latin1(certificate.der);
}
