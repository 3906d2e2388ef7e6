import type { Certificate } from "../../../../src/pki/certificate.ts";
import { checkRevocation, type RevocationRequest } from "../../../../src/pki/revocation/check-revocation.ts";
import { issue, type Issued, type Wish } from "./authority.ts";

/** A root, an authority under it, and the time at which everything is asked. */
export const root = issue({ name: "Root", ca: true, keyUsage: 0x06 });
export const authority = issue({ name: "Authority", issuer: root, ca: true, keyUsage: 0x06 });
export const NOW = "2026-06-15T00:00:00Z";

export const person = (wish: Partial<Wish> = {}): Issued => issue({ name: "Alice", issuer: authority, emails: ["alice@example.test"], ...wish });
export const pathOf = (leaf: Issued, ...above: Issued[]): Certificate[] => [leaf, ...(above.length > 0 ? above : [authority, root])].map(({ certificate }) => certificate);

/** What is said of a path's certificates: `state code`, the anchor left out. */
export async function said(path: Certificate[], request: Partial<RevocationRequest>): Promise<string[]> {
  const { certificates } = await checkRevocation({ path, certificates: [], crls: [], ocsp: [], at: new Date(NOW), demand: "every", ...request });
  return certificates.slice(0, -1).map(({ state, code }) => (state === "unreachable" ? code : state));
}

/** The same of the first certificate alone. */
export const saidOf = async (path: Certificate[], request: Partial<RevocationRequest>): Promise<string> => (await said(path, request))[0] as string;
