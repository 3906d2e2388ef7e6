import type { Bytes } from "../../../src/base/bytes.ts";
import type { Identity } from "../support/people.ts";

/** What a program made of a job: octets, or its own words on why not; `none` where it has no command for such a thing. */
export type Outcome = { out: Bytes } | { message: string } | { none: true };

export const NONE: Outcome = { none: true };

/** RSASSA-PSS: a salt as long as the digest or of 20 octets, or a mask of SHA-1 whatever the digest. */
export type Pss = "digest" | "20" | "mask sha1";

export interface SignJob {
  text: Bytes;
  signers: { who: Identity; digest: "sha1" | "sha224" | "sha256" | "sha384" | "sha512"; pss?: Pss }[];
  detached?: boolean;
  /** Without signed attributes. */
  direct?: boolean;
  /** The signer named by key identifier. */
  identifier?: boolean;
  /** With a signing-certificate attribute. */
  signingCertificate?: boolean;
  /** With indefinite lengths and strings in segments. */
  ber?: boolean;
}

type OaepDigest = "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

export type Transport =
  | { kind: "rsa" }
  | { kind: "oaep"; hash: OaepDigest; mask: OaepDigest }
  | { kind: "agree"; scheme: string; curve: string; ukm?: boolean }
  | { kind: "kek"; identifier: string; key: string }
  | { kind: "password"; password: string };

export interface EncryptJob {
  text: Bytes;
  to: Identity[];
  /** OpenSSL's name. */
  cipher: string;
  transport: Transport;
  identifier?: boolean;
}

/** Another program that reads and writes CMS. */
export interface Program {
  name: string;
  /** Checks signatures up to the test authority where the program can; answers what was signed. `text` for a detached signature. */
  verify(object: Bytes, text: Bytes | null): Promise<Outcome>;
  decrypt(object: Bytes, holder: Identity): Promise<Outcome>;
  /** Reads the certificates of a certs-only object. */
  readCertificates(object: Bytes): Promise<Outcome>;
  sign(job: SignJob): Promise<Outcome>;
  encrypt(job: EncryptJob): Promise<Outcome>;
  compress(text: Bytes): Promise<Outcome>;
  writeCertificates(who: Identity): Promise<Outcome>;
  /** Words by which this program says that it does not know something. */
  unsupported: RegExp;
  /** Words by which it refuses what it does not know without saying so. They count only where another program reads the same octets. */
  errs: RegExp;
  stop(): void;
}
