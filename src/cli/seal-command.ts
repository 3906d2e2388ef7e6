import { type Code, codes } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { capabilitiesOf } from "../cms/read-capabilities.ts";
import { matchAddress } from "../pki/address-match.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import type { RecipientCertificate, SealPlan } from "../protocol/draft.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { type LocalKey, localKeyPort, type Signing, signingKey } from "../smime/local-key-port.ts";
import { seal } from "../smime/seal.ts";
import { readCertificates, readInput, writeOutput } from "./files.ts";
import { readIdentities } from "./identities.ts";
import { readOptions } from "./options.ts";
import { harmless } from "./paint.ts";
import { type ReadDraft, readDraft } from "./read-draft.ts";
import { UsageError } from "./usage-error.ts";

/** The ciphers that `seal` can write. */
export const ciphers = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"] as const;

/** The digests that `seal` can sign with. */
export const digests = ["sha256", "sha384", "sha512"] as const satisfies DigestName[];

/** RSA keys below are not signed with (AL-07). */
const LEAST_RSA_BITS = 2048;

/** `mailseal seal`: signs and encrypts one message from a file, as the composer would. */
export async function sealCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    in: { type: "string" },
    out: { type: "string" },
    sign: { type: "string" },
    "password-file": { type: "string" },
    opaque: { type: "boolean", default: false },
    digest: { type: "string" },
    pss: { type: "boolean", default: false },
    encrypt: { type: "string", multiple: true, default: [] },
    cipher: { type: "string", default: "aes-256-cbc" },
    oaep: { type: "boolean", default: false },
    "key-identifier": { type: "boolean", default: false },
    "triple-wrap": { type: "boolean", default: false },
    "no-header-protection": { type: "boolean", default: false },
    shy: { type: "boolean", default: false },
  });
  if (values.in === undefined || values.out === undefined || positionals.length > 0) throw new UsageError("seal needs --in and --out");
  const cipher = named(ciphers, values.cipher, "cipher");
  const digest = values.digest === undefined ? null : named(digests, values.digest.replace("-", ""), "digest");
  if (values.sign === undefined && values.encrypt.length === 0) throw new UsageError("seal needs --sign, --encrypt or both");
  if (values.sign !== undefined && values["password-file"] === undefined) throw new UsageError("--sign needs --password-file");

  // What was asked for and cannot be done is said: a message is never weaker than the command line reads.
  if (values["triple-wrap"] && (values.sign === undefined || values.encrypt.length === 0)) throw new UsageError("--triple-wrap needs --sign and --encrypt");
  for (const option of ["opaque", "digest", "pss"] as const) if (values[option] && values.sign === undefined) throw new UsageError(`--${option} needs --sign`);
  for (const option of ["oaep", "shy"] as const) if (values[option] && values.encrypt.length === 0) throw new UsageError(`--${option} needs --encrypt`);
  if (values.shy && values["no-header-protection"]) throw new UsageError("--shy and --no-header-protection exclude each other");

  const own = values.sign === undefined ? [] : await readIdentities([values.sign], [values["password-file"] as string]);
  const signing = values.sign === undefined ? null : signingWith(own);
  const digestName = digestFor(signing, digest, values.pss);
  const recipients = readCertificates(values.encrypt);
  const certificates = recipients.map((certificate) => recipientCertificate(certificate, values.oaep, values["key-identifier"]));
  const read = await readDraft(readInput(values.in));
  const { draft } = read;
  const form = { pss: values.pss, useKeyIdentifier: values["key-identifier"] };
  const plan: SealPlan = {
    ticket: "",
    sign: signing === null ? null : { digestName, clear: !values.opaque, tripleWrap: values["triple-wrap"], form },
    encrypt: certificates.length === 0 ? null : { cipher },
    envelopes: [{ recipients: [...draft.to, ...draft.cc].map((entry) => entry.address), visible: true, certificates }],
    headerPolicy: values["no-header-protection"] ? "none" : values.shy ? "shy" : "baseline",
    legacyDisplay: true,
  };
  const [envelope] = await seal(draft, plan, localKeyPort([], signing, () => new Date()));
  writeOutput(values.out, envelope?.mime ?? new Uint8Array());
  for (const remark of remarks(read, signing, recipients, new Date())) process.stderr.write(`mailseal: ${remark}\n`);
  return 0;
}

function named<const Name extends string>(known: readonly Name[], given: string, what: string): Name {
  const found = known.find((name) => name === given.toLowerCase());
  if (found === undefined) throw new UsageError(`there is no ${what} "${given}" to write; use one of ${known.join(", ")}`);
  return found;
}

/** The key to sign with, or why none of the file's is one. Throws `keys.weak` (AL-07), `keys.wrong-use`. */
function signingWith(own: readonly LocalKey[]): Signing {
  if (own.some(({ key }) => key.canSign)) return signingKey(own);
  const tooShort = own.map(({ key }) => parseCertificate(key.certificate)).some(({ keyAlgorithm, keyBits }) => keyAlgorithm.startsWith("rsa") && keyBits < LEAST_RSA_BITS);
  throw new SmimeError(tooShort ? "keys.weak" : "keys.wrong-use");
}

function digestFor(signing: Signing | null, asked: DigestName | null, pss: boolean): DigestName {
  if (signing === null) return "sha256";
  const { requiredDigest, canPss } = signing.key.key;
  if (pss && !canPss) throw new UsageError("--pss needs an RSA key");
  if (asked !== null && requiredDigest !== null && asked !== requiredDigest) throw new UsageError(`this key signs with ${requiredDigest} alone`);
  return requiredDigest ?? asked ?? "sha256";
}

/** As the composer decides of somebody of whom it knows nothing but the certificate: OAEP where that announces it (AL-03, RFC 4262), or when asked to. */
function recipientCertificate(certificate: Certificate, oaep: boolean, useKeyIdentifier: boolean): RecipientCertificate {
  const announced = oaep || capabilitiesOf(certificate).includes("rsaesOaep");
  return { certificate: certificate.der, keyTransport: announced ? "rsaesOaep" : "rsaEncryption", useKeyIdentifier };
}

/** What was done as it was asked for, and may not be what was meant. */
function remarks({ draft, leftOut, isProtected }: ReadDraft, signing: Signing | null, recipients: readonly Certificate[], now: Date): string[] {
  const said: string[] = [];
  const meaning = (code: Code): string => `${code}: ${codes[code]}`;
  if (leftOut.length > 0) said.push(`left out, as the composer does not write them: ${leftOut.map((name) => harmless(name)).join(", ")}`);
  if (isProtected) said.push("the message is signed or encrypted itself; its text was written anew, without that");
  const signer = signing === null ? null : parseCertificate(signing.key.key.certificate);
  if (signer !== null && matchAddress(signer, draft.from.address) !== "ok") said.push(meaning("smime.from-mismatch"));
  for (const certificate of [...(signer ? [signer] : []), ...recipients]) {
    if (certificate.notAfter < now) said.push(`${harmless(certificate.subject.rfc4514)}: ${meaning("pki.expired")}`);
  }
  return said;
}
