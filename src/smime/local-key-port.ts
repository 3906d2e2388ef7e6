import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { ownCapabilities } from "../cms/capabilities.ts";
import { buildSignedAttributes } from "../cms/signed-attributes.ts";
import { assembleSignerInfo } from "../cms/signer-info.ts";
import type { PrivateKey } from "../keys/private-key.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { OID } from "../pki/oids.ts";
import type { KeyPort, OwnCertificate, SignReply, SignRequest } from "../protocol/key-port.ts";

/** A key of one's own as the engine uses it. */
export interface LocalKey {
  id: string;
  key: PrivateKey;
  /** The path above the key's certificate without the root, DER, to go along with signatures (CE-05). */
  chain: Bytes[];
}

/** Which key signs, and which certificate the signer wants mail encrypted to. */
export interface Signing {
  key: LocalKey;
  /** DER; null if it is the signing certificate itself. */
  encryptionCertificate: Bytes | null;
  /** What goes along with the signature besides the key's certificate, DER; absent: the chain and the encryption certificate. */
  along?: Bytes[];
}

/** Chooses the key to sign with, and names another key's certificate for encryption if there is one. Throws `keys.no-signing-key`. */
export function signingKey(keys: readonly LocalKey[]): Signing {
  const key = keys.find((candidate) => candidate.key.canSign);
  if (!key) throw new SmimeError("keys.no-signing-key");
  const other = key.key.canDecrypt ? undefined : keys.find((candidate) => candidate.key.canDecrypt);
  return { key, encryptionCertificate: other?.key.certificate ?? null };
}

/** What a signature says besides the usual; mail without a request of any kind says nothing more. */
export interface SignedService {
  /** Dotted identifier of what is signed. */
  contentType: string;
  /** Complete attributes of `cms/receipts.ts`, DER. */
  attributes: readonly Bytes[];
}

const MAIL: SignedService = { contentType: OID.data, attributes: [] };

/** One signature with the octets that it covers. */
export interface Signature extends SignReply {
  /** DER with the SET OF tag. */
  attributes: Bytes;
  signature: Bytes;
}

/** Makes the SignerInfo of one signature: the signed attributes are built here, never taken from a frame (RFC 5652 §5.4). */
export async function makeSignerInfo(signing: Signing, request: Pick<SignRequest, "digest" | "digestName" | "form">, now: Clock, service: SignedService = MAIL): Promise<Signature> {
  const { key, chain } = signing.key;
  if (!key.canSign) throw new SmimeError("keys.wrong-use");
  const attributes = await buildSignedAttributes({
    digest: request.digest,
    digestName: request.digestName,
    contentType: service.contentType,
    services: service.attributes,
    capabilities: ownCapabilities(parseCertificate(signing.encryptionCertificate ?? key.certificate)),
    signingTime: now(),
    certificate: key.certificate,
    encryptionCertificate: signing.encryptionCertificate,
  });
  const { signature, algorithm } = await key.sign(request.digestName, attributes, request.form?.pss === true);
  const signerInfo = assembleSignerInfo({
    certificate: key.certificate,
    attributes,
    digestName: request.digestName,
    signatureAlgorithm: algorithm,
    signature,
    useKeyIdentifier: request.form?.useKeyIdentifier === true,
  });
  const certificates = [key.certificate, ...(signing.along ?? [...chain, ...(signing.encryptionCertificate ? [signing.encryptionCertificate] : [])])];
  return { signerInfo, certificates, attributes, signature };
}

/**
 * A `KeyPort` over keys that are at hand, for the command line and tests: it has no frames, so no tickets to check.
 * @param keys every key that may decrypt
 * @param signing the one that signs; null where nothing is signed
 */
export function localKeyPort(keys: readonly LocalKey[], signing: Signing | null, now: Clock): KeyPort {
  return {
    certificates: () => Promise.resolve(keys.map(ownCertificate)),
    // All of them are at hand: what the message names first is as good as any.
    choose: ([first = ""]) => Promise.resolve(first),
    sign: (request) => (signing ? replyOf(makeSignerInfo(signing, request, now)) : Promise.reject(new SmimeError("keys.no-signing-key"))),
    unwrap: async (request) => {
      const found = keys.find((key) => key.id === request.certificateId);
      if (!found) throw new SmimeError("keys.not-found");
      return { contentKey: await found.key.unwrap(request) };
    },
  };
}

/** What a frame or worker gets of a signature. */
export async function replyOf(signature: Promise<Signature>): Promise<SignReply> {
  const { signerInfo, certificates } = await signature;
  return { signerInfo, certificates };
}

function ownCertificate({ id, key }: LocalKey): OwnCertificate {
  return { id, certificate: key.certificate, canSign: key.canSign, canDecrypt: key.canDecrypt };
}
