export interface OpenLdap {
  pid: number | undefined;
  /** `ldap:` with STARTTLS. */
  url: string;
  /** `ldaps:`. Both have a certificate for `localhost` and 127.0.0.1 under the lab's root. */
  secureUrl: string;
  base: string;
  peopleBase: string;
  listsBase: string;
  /** Who may read with a password; without one anybody may. */
  reader: { name: string; password: string };
  dnOf(who: string): string;
  /** Changes written as LDIF (RFC 2849). */
  modify(ldif: string): Promise<void>;
  /** Puts other values (DER each) in the place of a person's `userCertificate;binary` and `userSMIMECertificate`; an empty list removes them. */
  publish(who: string, values: { certificates?: Uint8Array[]; bundles?: Uint8Array[] }): Promise<void>;
  /** The certificates of PEM files as one PKCS#7 object, DER. */
  bundleOf(files: string[]): Promise<Buffer>;
  /** What was searched for, oldest first, as the server wrote it down. */
  searches(): Promise<{ base: string; scope: number; filter: string }[]>;
  connections(): number;
  /** Connections are refused until `well`. */
  down(): Promise<void>;
  /** Connections are taken, and nothing is answered until `well`. */
  silent(): Promise<void>;
  well(): Promise<void>;
  close(): Promise<void>;
}

export function startOpenLdap(options: {
  folder: string;
  ports: Record<string, number>;
  processes: import("./lab.d.mts").Processes;
  web: { uid: number; gid: number };
  server: { chain: string; key: string };
  certificate: (name: string) => { pem: string; chain: string };
}): Promise<OpenLdap>;
