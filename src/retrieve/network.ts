import { existsSync, readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";

/** What an administrator says of the network that retrievals go through. */
export interface Network {
  /** An HTTP proxy, `http://HOST:PORT`; null goes straight to everybody. LDAP never goes through it. */
  proxy: string | null;
  /** Authorities of servers beside the system's, PEM. */
  authorities: string | null;
}

export const directNetwork: Network = { proxy: null, authorities: null };

/** Where systems keep the authorities that their administrator trusts, PEM. */
const SYSTEM_FILES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

const contexts = new Map<string | null, SecureContext>();

/** Whom servers are held to: Node's authorities, the system's, and those of the configuration. Reading them takes time, so once. */
export function serverTrust({ authorities }: Network): SecureContext {
  const known = contexts.get(authorities);
  if (known) return known;
  const file = SYSTEM_FILES.find((path) => existsSync(path));
  const made = createSecureContext({ ca: [...rootCertificates, ...(file === undefined ? [] : [readFileSync(file)]), ...(authorities === null ? [] : [authorities])], minVersion: "TLSv1.2" });
  contexts.set(authorities, made);
  return made;
}
