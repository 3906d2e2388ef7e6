import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { joinPieces, type Piece } from "../base/pieces.ts";
import { streamEnveloped } from "../cms/build-enveloped.ts";
import { buildOuterHeader, buildPayload, buildPlain, type ProtectionOptions, wrapPkcs7Stream } from "../mime/build.ts";
import type { Draft, PlannedEnvelope, SealedEnvelope, SealPlan } from "../protocol/draft.ts";
import type { KeyPort } from "../protocol/key-port.ts";
import { signEntity } from "./sign-entity.ts";

/** Called after each piece of work with what is done and what there is to do in all. */
export type OnProgress = (done: number, of: number) => void;

/**
 * Turns a draft into finished messages, one for each planned envelope: signs inside, encrypts outside (CO-01), with
 * header protection (HS-01). The payload is the same for everybody, so it is signed once, and once more for each
 * envelope when triple-wrapped. Throws `send.no-own-certificate` for an encrypted envelope without certificates,
 * and what `KeyPort.sign` and `cms` throw. It never makes a weaker message than the plan says (CO-09).
 */
export async function seal(draft: Draft, plan: SealPlan, keys: KeyPort, onProgress: OnProgress = () => {}): Promise<SealedEnvelope[]> {
  // A step for the signature, one for each envelope, and one for each of its recipients: of those there may be thousands.
  const total = plan.envelopes.reduce((sum, { certificates }) => sum + 1 + certificates.length, 1);
  const encrypted = plan.encrypt !== null;
  const protection: ProtectionOptions = {
    encrypted,
    policy: plan.headerPolicy === "shy" ? "shy" : "baseline",
    legacyDisplay: encrypted && plan.legacyDisplay,
    headerProtection: plan.headerPolicy !== "none",
  };
  const outerHeader = buildOuterHeader(draft, protection);
  const inner = await sealInner(draft, plan, keys, protection, outerHeader);
  let done = 1;
  onProgress(done, total);
  const sealed: SealedEnvelope[] = [];
  for (const envelope of plan.envelopes) {
    // Each envelope owns its octets, since they are transferred away one by one.
    const mime = plan.encrypt === null ? joinPieces(inner) : await encryptFor(inner, envelope, plan, keys, outerHeader, (wrapped) => onProgress(done + wrapped, total));
    sealed.push({ recipients: envelope.recipients, visible: envelope.visible, ...(envelope.disclosed === undefined ? {} : { disclosed: envelope.disclosed }), mime });
    onProgress((done += 1 + envelope.certificates.length), total);
  }
  return sealed;
}

/** What lies inside the encryption, or the whole message if there is none. */
async function sealInner(draft: Draft, plan: SealPlan, keys: KeyPort, protection: ProtectionOptions, outerHeader: string): Promise<Piece[]> {
  if (plan.sign === null) return [plan.encrypt === null ? buildPlain(draft) : buildPayload(draft, protection)];
  const payload = buildPayload(draft, protection);
  return signEntity(payload, { ...plan.sign, ticket: plan.ticket }, keys, plan.encrypt === null ? outerHeader : "");
}

async function encryptFor(inner: readonly Piece[], envelope: PlannedEnvelope, plan: SealPlan, keys: KeyPort, outerHeader: string, onRecipients: (done: number) => void): Promise<Bytes> {
  if (plan.encrypt === null || envelope.certificates.length === 0) throw new SmimeError("send.no-own-certificate");
  const triple = plan.sign?.tripleWrap === true;
  const cms = await streamEnveloped({ content: inner, cipher: plan.encrypt.cipher, recipients: envelope.certificates, onRecipients });
  const type = plan.encrypt.cipher.endsWith("-gcm") ? "authEnveloped-data" : "enveloped-data";
  const entity = await wrapPkcs7Stream(cms, type, triple ? "" : outerHeader);
  if (!triple || plan.sign === null) return entity;
  return joinPieces(await signEntity(entity, { ...plan.sign, ticket: plan.ticket }, keys, outerHeader));
}
