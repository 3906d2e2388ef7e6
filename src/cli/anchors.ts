import type { Certificate } from "../pki/certificate.ts";
import type { AnchorTerms } from "../pki/path-inputs.ts";
import { shippedAnchors } from "../pki/shipped-anchors/shipped-anchors.ts";

/** What a command trusts: an input of path validation. */
export interface CommandAnchors {
  anchors: readonly Certificate[];
  anchorTerms?: ((anchor: Certificate) => AnchorTerms | undefined) | undefined;
}

/** The certificates of `--trust`; without it those that Mailseal brings along, of which some are believed up to a date alone. */
export function anchorsFor(given: readonly string[], read: (paths: readonly string[]) => Certificate[]): CommandAnchors {
  if (given.length > 0) return { anchors: read(given) };
  const shipped = shippedAnchors();
  const terms = new Map<Certificate, AnchorTerms>(shipped.map(({ certificate, issuedUntil }) => [certificate, { trustedFor: "issuing", ...(issuedUntil && { issuedUntil }) }]));
  return { anchors: shipped.map(({ certificate }) => certificate), anchorTerms: (anchor) => terms.get(anchor) };
}
