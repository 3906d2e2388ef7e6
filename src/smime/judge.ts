import type { Code } from "../base/codes/index.ts";
import type { Layer, MessageStatus, Signer, Summary } from "../protocol/message-status.ts";
import type { TrustAnswer } from "../protocol/trust-port.ts";
import { enhancedServices } from "./enhanced-services.ts";
import { judgeSigner } from "./judge-signer.ts";
import type { OpenedEnvelope, OpenedLayer } from "./open-layers.ts";

/** The From that signers are compared with: one mailbox, or the reason why there is none. */
export type Author = { address: string; code: null } | { address: null; code: Code };

/** Looks up what trust said of a certificate as that of an address; undefined while it has not answered. */
export type Answers = (certificate: Uint8Array, address: string | null) => TrustAnswer | undefined;

/**
 * The verdict on an opened message: a pure function, and the only place where one is made.
 * `verified` needs a signer whose mathematics, path, revocation and address all hold, inside every encryption: a signature
 * around somebody's ciphertext is an agent's (ES-01), also where that agent encrypted the whole once more to hide it.
 */
export function judge(opened: OpenedEnvelope, author: Author, answers: Answers, pending: boolean): MessageStatus {
  const innermostEncryption = opened.layers.findLastIndex(isEncrypted);
  const layers: Layer[] = opened.layers.map((layer, index) => {
    const out: Layer = { type: layer.type, envelope: true };
    if (layer.cipher !== undefined) out.cipher = layer.cipher;
    if (layer.keyTransport !== undefined) out.keyTransport = layer.keyTransport;
    if (layer.recipients !== undefined) out.recipients = layer.recipients;
    if (layer.signers !== undefined) {
      out.signers = layer.signers.map((fact) => {
        const answer = fact.certificate ? answers(fact.certificate.der, author.address) : undefined;
        const signer = judgeSigner(fact, answer ?? null, author.address, author.code);
        return index < innermostEncryption && signer.code === "ok" ? { ...signer, code: "smime.outer-signature" as const } : signer;
      });
    }
    if (layer.receipt !== undefined) out.receipt = layer.receipt;
    return out;
  });
  const services = enhancedServices(layers, opened);
  const summary = summarise(layers, opened, author, pending);
  return { summary, layers, parts: [], problems: [...problemsOf(layers, opened, summary), ...services] };
}

function summarise(layers: Layer[], opened: OpenedEnvelope, author: Author, pending: boolean): Summary {
  const signed = layers.some((layer) => layer.signers !== undefined);
  const verified = author.address !== null && !pending && layers.some((layer) => layer.signers?.some(isProved));
  const encrypted = layers.some(isEncrypted);
  return {
    signed: verified ? "verified" : signed ? "unverified" : "none",
    encrypted: !encrypted ? "none" : opened.layers.some((layer) => layer.closed) ? "failed" : "decrypted",
    author: verified ? author.address : null,
    pending: pending && signed,
  };
}

/** OpenSSL's names of the ciphers that are read and never written. */
const OLD_CIPHERS = ["des-ede3-cbc", "des-cbc", "rc2-cbc"];

function isProved(signer: Signer): boolean {
  return signer.verdict === "valid" && signer.code === "ok";
}

/** Tells whether a layer is an encryption. */
export function isEncrypted(layer: { type: OpenedLayer["type"] }): boolean {
  return layer.type === "enveloped-data" || layer.type === "auth-enveloped-data";
}

function problemsOf(layers: Layer[], opened: OpenedEnvelope, summary: Summary): Code[] {
  const found = new Set<Code>(opened.problems);
  if (opened.failure) found.add(opened.failure);
  for (const layer of layers) {
    if (layer.signers?.length === 0) found.add("cms.no-signer");
    for (const signer of layer.signers ?? []) if (signer.code !== "ok") found.add(signer.code);
  }
  if (summary.encrypted === "decrypted" && lacksIntegrity(layers, opened, summary)) found.add("smime.no-integrity");
  // OL-01: old mail is opened, and never without saying so.
  if (opened.layers.some(({ cipher, closed }) => closed !== true && OLD_CIPHERS.includes(cipher ?? ""))) found.add("smime.cipher-outdated");
  return [...found];
}

/**
 * CBC alone lets anybody change the ciphertext (UI-08); only a signature inside it shows that nobody did. While its certificate
 * is being checked, the mathematics suffice: nobody can sign a text that he does not know.
 */
function lacksIntegrity(layers: Layer[], opened: OpenedEnvelope, { signed, pending }: Summary): boolean {
  if (opened.recognised || signed === "verified") return false;
  const innermost = layers.findLastIndex((layer) => layer.type === "enveloped-data");
  if (innermost < 0) return false;
  return !(pending && layers.slice(innermost + 1).some((layer) => layer.signers?.some(({ verdict }) => verdict === "valid")));
}
