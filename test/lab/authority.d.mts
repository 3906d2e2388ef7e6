export type Identity =
  | "alice-checked" | "alice-crl" | "alice-ocsp" | "bob-checked" | "bob-crl" | "bob-ocsp" | "bob-incomplete" | "bob-incomplete-p7c"
  | "bob-orphan" | "bob-expired" | "bob-elsewhere" | "bob-stranger" | "carol-checked" | "dave-checked"
  | "erin-one" | "erin-two" | "judy" | "frank-old-address";

export type Place = "root-crl" | "issuing-crl" | "ocsp" | "root-cer" | "issuing-cer" | "issuing-p7c";

/**
 * `down`: the connection is refused (the host's other places too); `slow`: answers after `ms`, or when it is ended;
 * `unauthorised`: 401, as a proxy in between says; `moved`: 302 to `to`, or to where the same answer lies; `wrong-type`: a page
 * in HTML; `oversized`: does not stop before `size` octets; `expired`: a list of which the next was due yesterday;
 * `stranger`: signed by another key under the same name.
 */
export type Misbehaviour = "down" | "slow" | "unauthorised" | "moved" | "wrong-type" | "oversized" | "empty" | "expired" | "stranger";

export interface AskedFor {
  place: Place | null;
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  at: number;
  fault: Misbehaviour | null;
  /** Of an OCSP question: the identities asked about; a serial number in hexadecimal for others. */
  serials: string[];
}

export type Reason = "unspecified" | "keyCompromise" | "CACompromise" | "affiliationChanged" | "superseded" | "cessationOfOperation" | "certificateHold";

export interface Authority {
  /** The address of each place. */
  places: Record<Place, string>;
  identities: Identity[];
  certificates: {
    pkcs12(identity: Identity): { path: string; password: string };
    /** Path of the certificate, DER. */
    certificate(identity: Identity): string;
    pem(identity: Identity): string;
    key(identity: Identity): string;
    /** Path of what stands above it, PEM; an empty file where nothing is enclosed. */
    chain(identity: Identity): string;
    /** Path of the issuing authority's certificate, PEM. */
    issuing: string;
    /** Certificate with chain, and key, of the lab's TLS servers (`localhost`, 127.0.0.1). */
    server: { chain: string; key: string };
  };
  /** Revokes an identity's certificate; the date may lie in the past. */
  revoke(identity: Identity, how?: { reason?: Reason; date?: Date }): Promise<void>;
  unrevoke(identity: Identity): Promise<void>;
  /** Milliseconds until a new list or answer is due, from now on; answers know whole minutes only. */
  setLifetime(ms: number): void;
  /** The list of this moment, DER, as a person would be handed it. */
  currentList(which: "root" | "issuing"): Promise<Buffer>;
  requests: AskedFor[];
  forget(): void;
  /** Has a place misbehave; the returned function ends it. */
  misbehave(place: Place, kind: Misbehaviour, options?: { ms?: number; to?: string; size?: number }): Promise<() => Promise<void>>;
  close(): Promise<unknown>;
}

/** Makes the second certificates in `folder/authority` under the root in `ca`, and serves lists, answers and certificates on loopback. */
export function startAuthority(options: { folder: string; ca: string; ports: { lists: number; ocsp: number; issuers: number } }): Promise<Authority>;
