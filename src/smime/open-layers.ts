import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { expand } from "../cms/compressed.ts";
import { type Cms, readCms } from "../cms/content-info.ts";
import { readReceipt } from "../cms/enhanced-services.ts";
import { cmsLimits } from "../cms/limits.ts";
import { describeRecipients, openEnveloped } from "../cms/open.ts";
import type { SignedData } from "../cms/signed-data.ts";
import { type SignerFact, verifySigners } from "../cms/verify.ts";
import { decodeBody, toCrlf } from "../mime/decode.ts";
import { entityBytes, type MimeEntity } from "../mime/entity.ts";
import { parseEntity } from "../mime/parse.ts";
import { isSignedPair, smimeKind } from "../mime/smime-part.ts";
import { OID } from "../pki/oids.ts";
import type { KeyPort } from "../protocol/key-port.ts";
import type { LayerType, RecipientName, SignedReceipt } from "../protocol/message-status.ts";
import type { SecretPort } from "../protocol/secret-port.ts";
import type { RevocationEvidence, TrustPort } from "../protocol/trust-port.ts";
import { maxEncryptedLayers, maxLayers } from "./limits.ts";

/** What opening one layer established, before anybody was asked about trust. */
export interface OpenedLayer {
  type: LayerType;
  cipher?: string;
  keyTransport?: string;
  recipients?: RecipientName[];
  /** One fact per SignerInfo; an empty list is a signature object that nobody signed. */
  signers?: SignerFact[];
  receipt?: SignedReceipt;
  /** Certificates that came with the layer, DER. */
  certificates: Bytes[];
  /** What the sender enclosed about revocation, in layers with signers. */
  revocation?: RevocationEvidence;
  /** True for a ciphertext that stayed closed. */
  closed?: true;
}

/** An entity with its contiguous outer envelope taken off (RFC 9787 §4). */
export interface OpenedEnvelope {
  layers: OpenedLayer[];
  /** The innermost entity that could be reached. */
  payload: MimeEntity;
  /** Why the innermost layer could not be opened; null if it could. */
  failure: Code | null;
  /** The innermost decrypted entity as octets; null if nothing was decrypted. */
  decrypted: Bytes | null;
  problems: Code[];
  /** True if the decrypted octets carry a mark that nobody else can make (our own drafts): that stands for a signature inside. */
  recognised: boolean;
}

/** How an envelope is opened. */
export interface OpenOptions {
  /** False for a part of an unprotected message: its ciphertext is described and stays closed (covert content attacks, EFAIL). */
  decrypt: boolean;
  /** Called with what a signature covers while its digest is computed elsewhere: the time for work of one's own. */
  meanwhile?: (content: MimeEntity) => void;
}

/** Where keys, certificates and secrets come from. */
export interface LayerPorts {
  keys: KeyPort;
  trust: TrustPort;
  secrets?: SecretPort;
}

interface Inner {
  layer: OpenedLayer;
  entity: MimeEntity | null;
  decrypted?: Bytes;
}

/**
 * Takes protection layers off an entity from the outside in, as they were delivered (RD-01, RD-03, UI-02).
 * It decides from the decoded CMS type, never from `smime-type`. A layer that cannot be opened ends the walk with its
 * code in `failure`; what was found until then stays. Throws nothing for bad input.
 */
export async function openLayers(root: MimeEntity, ports: LayerPorts, options: OpenOptions = { decrypt: true }): Promise<OpenedEnvelope> {
  const opened: OpenedEnvelope = { layers: [], payload: root, failure: null, decrypted: null, problems: [], recognised: false };
  let encrypted = 0;
  for (;;) {
    const kind = smimeKind(opened.payload);
    if (kind === null) return opened;
    if (kind === "pkcs7-signature") return withoutContent(opened);
    try {
      if (opened.layers.length >= maxLayers) throw new SmimeError("limits.layers");
      const inner =
        kind === "multipart-signed"
          ? await openMultipartSigned(opened.payload, ports.trust, options)
          : await openPkcs7(opened.payload, ports, { ...options, encrypted });
      if (inner === null) return kind === "multipart-signed" ? opened : withoutContent(opened);
      opened.layers.push(inner.layer);
      if (inner.layer.type === "enveloped-data" || inner.layer.type === "auth-enveloped-data") encrypted++;
      if (inner.decrypted) opened.decrypted = inner.decrypted;
      if (inner.entity === null) return opened;
      opened.payload = inner.entity;
    } catch (error) {
      opened.failure = codeOf(error);
      if (error instanceof LayerFailure) opened.layers.push(error.layer);
      return opened;
    }
  }
}

/** A layer that is known by its outside and could not be opened. */
class LayerFailure extends SmimeError {
  readonly layer: OpenedLayer;

  constructor(code: Code, layer: OpenedLayer) {
    super(code);
    this.layer = { ...layer, closed: true };
  }
}

async function openMultipartSigned(entity: MimeEntity, trust: TrustPort, { meanwhile }: OpenOptions): Promise<Inner | null> {
  const [content, signature] = entity.children;
  if (!content || !signature || !isSignedPair(entity)) return null;
  const layer: OpenedLayer = { type: "multipart-signed", signers: [], certificates: [] };
  let cms: Cms;
  try {
    cms = readCms(decodeBody(signature));
    if (cms.type !== "signed-data") throw new SmimeError("cms.content-type-unknown");
  } catch (error) {
    // The text is readable all the same: a damaged signature must not hide it (UI-04).
    return { layer: { ...layer, signers: [unreadableSigner(codeOf(error))] }, entity: content };
  }
  const verifying = verifyText(cms, entityBytes(content), trust);
  meanwhile?.(content);
  layer.signers = await verifying;
  layer.certificates = cms.certificates;
  layer.revocation = cms.revocation;
  return { layer, entity: content };
}

/**
 * RFC 8551 §3.1.1: what was signed has CRLF line ends, whatever a server made of them since. Whoever signed the very octets that
 * came has signed what is shown, so these are tried first; looking for line ends in a large message takes longer than its digest.
 */
async function verifyText(cms: SignedData, text: Bytes, trust: TrustPort): Promise<SignerFact[]> {
  const budget = { left: cmsLimits.slowChecks };
  const verify = (octets: Bytes): Promise<SignerFact[]> => verifySigners(cms, octets, (request) => trust.find(request), budget);
  const facts = await verify(text);
  if (facts.every(({ verdict }) => verdict !== "broken")) return facts;
  const canonical = toCrlf(text);
  return canonical === text ? facts : (await verify(canonical)).map((fact, at) => (facts[at]?.verdict === "valid" ? facts[at] : fact));
}

async function openPkcs7(entity: MimeEntity, { keys, trust, secrets }: LayerPorts, { decrypt, encrypted, meanwhile }: OpenOptions & { encrypted: number }): Promise<Inner | null> {
  const octets = decodeBody(entity);
  const cms = readCms(octets);
  switch (cms.type) {
    case "signed-data": {
      // certs-only (RFC 8551 §3.8) and a detached signature without its text protect nothing that could be shown.
      if (cms.content === null) return null;
      if (cms.contentType === OID["id-smime-ct-receipt"]) return openReceipt(cms, cms.content, trust);
      requireMime(cms.contentType);
      const content = parseEntity(cms.content);
      const verifying = verifySigners(cms, null, (request) => trust.find(request));
      meanwhile?.(content);
      const layer: OpenedLayer = { type: "signed-data", signers: await verifying, certificates: cms.certificates, revocation: cms.revocation };
      return { layer, entity: content };
    }
    case "enveloped-data":
    case "auth-enveloped-data": {
      const layer: OpenedLayer = { type: cms.type, certificates: [], ...describeRecipients(cms) };
      if (!decrypt) throw new LayerFailure("smime.part-not-opened", layer);
      if (encrypted >= maxEncryptedLayers) throw new LayerFailure("limits.encrypted-layers", layer);
      try {
        // Said in the clear, so it is judged before a key is used: afterwards its code would tell that the rest was right.
        requireMime(cms.encrypted.contentType);
        const { content, cipher, keyTransport, recipients } = await openEnveloped(cms, keys, secrets, octets.buffer !== entity.source.buffer);
        return { layer: { ...layer, cipher, keyTransport, recipients }, entity: parseDecrypted(content), decrypted: content };
      } catch (error) {
        throw new LayerFailure(codeOf(error), layer);
      }
    }
    case "compressed-data": {
      const content = await expand(cms);
      return { layer: { type: "compressed-data", certificates: [] }, entity: parseEntity(content) };
    }
  }
}

/** A signed receipt (RFC 2634 §2.8) holds no text: its layer says what it confirms, and the message ends there. */
async function openReceipt(cms: SignedData, content: Bytes, trust: TrustPort): Promise<Inner> {
  const receipt = readReceipt(content);
  const signers = await verifySigners(cms, null, (request) => trust.find(request));
  return { layer: { type: "signed-data", signers, certificates: cms.certificates, revocation: cms.revocation, receipt }, entity: null };
}

/** What was decrypted and cannot be read as mail failed like everything else did once a key was used: one code, whatever was wrong. */
function parseDecrypted(content: Bytes): MimeEntity {
  try {
    return parseEntity(content);
  } catch {
    throw new SmimeError("cms.decrypt-failed");
  }
}

/** RFC 8551 §2.4.1: what a layer holds is MIME only if it says id-data; anything else is not shown as text. */
function requireMime(contentType: string): void {
  if (contentType !== OID.data) throw new SmimeError("cms.content-type-unknown");
}

/** Says of a detached signature that is all there is that its text is not with it; certificates without a signer are no such thing. */
function withoutContent(opened: OpenedEnvelope): OpenedEnvelope {
  try {
    const cms = readCms(decodeBody(opened.payload));
    if (cms.type === "signed-data" && cms.content === null && cms.signerInfos.length > 0) opened.problems.push("cms.content-missing");
  } catch {
    // What cannot be read is an attachment like any other.
  }
  return opened;
}

/** Stands for a signature object that could not even be read. */
function unreadableSigner(code: Code): SignerFact {
  return {
    certificate: null,
    issuer: "",
    serial: "",
    keyIdentifier: null,
    digest: "",
    signature: "",
    verdict: "broken",
    code,
    signingTime: null,
    capabilities: [],
    encryptionKeyPreference: null,
    encryptionCertificate: null,
    receiptRequest: null,
    securityLabel: null,
    msgSigDigest: null,
    mailingList: false,
    raw: new Uint8Array(0),
  };
}
