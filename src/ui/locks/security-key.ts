import { type Bytes, constantTimeEqual, randomBytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { SmimeError } from "../../base/errors.ts";
import type { AuthenticatorFacts, RegisteredKey } from "../../protocol/unlock.ts";

/** The browser's side of security keys. */
export type Credentials = Pick<CredentialsContainer, "create" | "get">;

/** What a security key was asked for and answered; the caller sends it on and keeps nothing. */
export interface Answered {
  credential: Bytes;
  output: Bytes;
}

/** Security keys and platform authenticators as pages of ours ask them (Web Authentication Level 3 §10.1.4, extension `prf`). */
export interface SecurityKeyAsker {
  /**
   * Registers one and asks it for the first time, which proves that it will answer: Firefox has the result only then.
   * Throws `keys.security-key-no-secret`, `-cancelled`, `-known`, `-unavailable`.
   * @param known those that are registered already
   */
  register(relyingParty: string | null, label: string, known: readonly AuthenticatorFacts[]): Promise<RegisteredKey>;
  /** Asks one of several for its secret. Throws as above. */
  ask(relyingParty: string | null, authenticators: readonly AuthenticatorFacts[]): Promise<Answered>;
}

/** What the browser lets its owner think about, milliseconds. */
const TIMEOUT = 120_000;

/** ES256, EdDSA, RS256 (IANA COSE Algorithms): the signature is not used, so whatever the key can. */
const ALGORITHMS = [-7, -8, -257];

export function securityKeyAsker(credentials: Credentials = navigator.credentials): SecurityKeyAsker {
  async function ask(relyingParty: string | null, authenticators: readonly AuthenticatorFacts[]): Promise<Answered> {
    const [first, ...more] = authenticators;
    if (first === undefined) throw new SmimeError("keys.security-key-unavailable");
    const prf = more.length === 0 ? { eval: { first: first.salt } } : { evalByCredential: Object.fromEntries(authenticators.map(({ credential, salt }) => [base64url(credential), { first: salt }])) };
    const found = await asked(() =>
      credentials.get({
        publicKey: { challenge: randomBytes(32), timeout: TIMEOUT, userVerification: "required", allowCredentials: authenticators.map(descriptor), ...(relyingParty !== null && { rpId: relyingParty }), extensions: { prf } },
      }),
    );
    const answer = secretOf(found);
    const credential = new Uint8Array(found.rawId);
    if (answer === null) throw new SmimeError("keys.security-key-no-secret");
    return { credential, output: answer };
  }

  return {
    ask,
    async register(relyingParty, label, known) {
      const salt = randomBytes(32);
      const created = await asked(() =>
        credentials.create({
          publicKey: {
            rp: { name: "Mailseal", ...(relyingParty !== null && { id: relyingParty }) },
            // Nobody's account: another one each time, so that a security key does not put one credential in the place of another.
            user: { id: randomBytes(32), name: "Mailseal", displayName: label },
            challenge: randomBytes(32),
            timeout: TIMEOUT,
            pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
            excludeCredentials: known.map(descriptor),
            authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
            extensions: { prf: { eval: { first: salt } } },
          },
        }),
      );
      if (created.getClientExtensionResults().prf?.enabled !== true) throw new SmimeError("keys.security-key-no-secret");
      const transports = (created.response as Partial<AuthenticatorAttestationResponse>).getTransports?.() ?? [];
      const facts = { credential: new Uint8Array(created.rawId), salt, transports: transports.slice(0, 16), label };
      const { output } = await ask(relyingParty, [facts]);
      const early = secretOf(created);
      // A key that answers the same salt by another secret would open nothing tomorrow.
      if (early !== null && !constantTimeEqual(early, output)) throw new SmimeError("keys.security-key-no-secret");
      early?.fill(0);
      return { ...facts, output };
    },
  };
}

const descriptor = ({ credential, transports }: AuthenticatorFacts): PublicKeyCredentialDescriptor => ({ type: "public-key", id: credential, ...(transports.length > 0 && { transports: transports as AuthenticatorTransport[] }) });

/** The 32 octets that the key answered; null if it has none. */
function secretOf(credential: PublicKeyCredential): Bytes | null {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return null;
  const octets = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength) : new Uint8Array(first);
  if (octets.length !== 32) return null;
  const own = Uint8Array.from(octets);
  // What the browser handed over is not needed any more.
  octets.fill(0);
  return own;
}

/** The names of errors that WebAuthn has for what a person can do something about (Web Authentication Level 3 §5.1.3, §5.1.4). */
const CODES: Record<string, Code> = { NotAllowedError: "keys.security-key-cancelled", AbortError: "keys.security-key-cancelled", InvalidStateError: "keys.security-key-known", ConstraintError: "keys.security-key-no-secret", NotSupportedError: "keys.security-key-no-secret" };

async function asked(step: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await step();
    if (found === null) throw new SmimeError("keys.security-key-cancelled");
    return found as PublicKeyCredential;
  } catch (error) {
    if (error instanceof SmimeError) throw error;
    throw new SmimeError(CODES[error instanceof Error ? error.name : ""] ?? "keys.security-key-unavailable");
  }
}

/** RFC 4648 §5 without padding. */
const base64url = (octets: Bytes): string => btoa(String.fromCharCode(...octets)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
