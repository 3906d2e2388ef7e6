/**
 * A domain as lower-case A-labels, for comparison (RFC 9598 §5); null if it is none.
 * U-labels, which certificates under RFC 8398 may hold, are converted by the platform's own URL parser.
 */
export function asciiDomain(domain: string): string | null {
  if (/^[\x21-\x7e]+$/.test(domain)) return domain.toLowerCase();
  // Characters that would end the host and start another part of a URL.
  if (domain === "" || /[/?#@:\\[\]%\s]/.test(domain)) return null;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
}
