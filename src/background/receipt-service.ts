import { type Bytes, concat, fromHex, hex } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { digest } from "../base/digest.ts";
import { buildReceipt } from "../cms/receipts.ts";
import { type VerifiedAttributes, verifyAttributes } from "../cms/verify-attributes.ts";
import { sameAddress } from "../mime/addresses.ts";
import { matchAddress } from "../pki/address-match.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { OID } from "../pki/oids.ts";
import type { RequestInput } from "../protocol/requests.ts";
import type { ReceiptAnswer, ReceiptCheck, ReceiptOffer, RequestingSignature } from "../protocol/receipts.ts";
import type { ReceiptRequest } from "../protocol/message-status.ts";
import { sealReceipt } from "../smime/seal-receipt.ts";
import { trustCode } from "../smime/trust-code.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { type OwnKey, type OwnKeys, signingFor } from "./own-keys.ts";
import type { ReceiptMemory } from "./receipt-memory.ts";
import type { sendService } from "./send-service.ts";
import { ordinarily, type TrustService } from "./trust-service.ts";

export interface ReceiptServiceParts {
  trust: Pick<TrustService, "validate">;
  send: ReturnType<typeof sendService>;
  ownKeys: OwnKeys;
  memory: ReceiptMemory;
  /** Called with a frame's document once the last signature of its message was made or failed: a card's login for it alone ends. */
  signed: (document: string) => void;
  clock: Clock;
}

/** A request that was found to be genuine, and who of us answers it. */
interface Judged {
  verified: VerifiedAttributes;
  request: ReceiptRequest;
  /** Names message and signer, and tells neither. */
  name: string;
  /** The own address that was written to, else the account's own; null if neither was asked: another one would tell whose it is. */
  from: string | null;
  to: string[];
}

/**
 * Signed receipts with authority. A frame hands over the signature that asks; everything else is read from what that signature
 * covers, verified and traced to a trusted authority here, and the receipt is built and signed here too: a frame gets finished
 * messages, and no signature over octets of its choice. Nothing is sent unless a reader asks for it, for one message once.
 */
export function receiptService({ trust, send, ownKeys, memory, signed, clock }: ReceiptServiceParts) {
  /** Reads what a signature asks for. Throws its code if it does not hold, `protocol.forbidden` if it may not be answered (ES-02). */
  async function judge({ signerInfo, certificates, author }: RequestingSignature, addressed: readonly string[], { purpose }: Binding): Promise<Judged> {
    const verified = await verifyAttributes(signerInfo, certificates);
    const { attributes, certificate } = verified;
    const request = attributes.receiptRequest;
    if (request === null || attributes.contentType !== OID.data || attributes.mailingList) throw new SmimeError("protocol.forbidden");
    // An authority may be trusted for some mail domains alone: for which, the author's address says.
    const match = matchAddress(certificate, author);
    const code = match === "ok" ? trustCode(await trust.validate({ certificate: certificate.der, others: certificates, purpose: "sign", address: author }, ordinarily({ address: purpose.account }))) : match;
    if (code !== "ok") throw new SmimeError(code);
    const own = addressesOf(await ownKeys(purpose.origin));
    const name = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", concat(attributes.encodings[0] as Bytes, certificate.der))));
    const isOwn = certificate.addresses.some((address) => includes(own, address));
    const asked = own.filter((address) => typeof request.from === "string" || includes(request.from, address));
    const preferred = asked.find((address) => includes(addressed, address)) ?? asked.find((address) => includes([purpose.account], address));
    const to = request.to.filter((address, index) => !includes(request.to.slice(0, index), address));
    return { verified, request, name, from: isOwn || to.length === 0 ? null : (preferred ?? null), to };
  }

  async function look(signature: RequestingSignature, addressed: readonly string[], binding: Binding): Promise<ReceiptOffer> {
    const { name, from, to } = await judge(signature, addressed, binding);
    const sent = await memory.sending(name);
    if (sent !== null) return { state: "sent", ...sent };
    return from === null ? { state: "not-asked" } : { state: "asked", from, to };
  }

  async function prepare(asked: RequestInput<"frame", "receipt.prepare">, binding: Binding, frame: DocumentName): Promise<ReceiptAnswer> {
    const { verified, request, name, from, to } = await judge(asked.signature, asked.addressed, binding);
    if (from === null) throw new SmimeError("protocol.forbidden");
    if ((await memory.sentAt(name)) !== null) return { state: "refused", code: "send.receipt-sent" };
    const people = to.map((address) => ({ name: null, address }));
    const sender = { name: null, address: from };
    const answer = await send.prepare(
      { from: sender, to: people, cc: [], bcc: [], sign: true, encrypt: asked.encrypt, unreadableFor: [], uncheckedFor: [], chosen: [], leftOut: [], members: [], receipt: false },
      binding,
      frame,
      { receipt: name },
    );
    if (answer.state === "refused") return answer;
    // Nobody is asked about a receipt: it can wait until the check works.
    if (answer.state === "unchecked") return { state: "refused", code: "revocation.unavailable" };
    if (answer.state === "missing") return { state: "missing", addresses: answer.addresses, problems: answer.problems };
    const { plan } = answer;
    const [envelope] = plan.envelopes;
    const { info, attributes } = verified;
    const msgSigDigest = await digest(info.digestAlgorithm.name, attributes.encodings[0] as Bytes);
    if (!envelope || !plan.sign || msgSigDigest === null) throw new SmimeError("protocol.forbidden");
    const mime = await sealReceipt(
      {
        header: { from: sender, to: people, cc: [], bcc: [], text: "", attachments: [], date: clock().toISOString(), references: [], ...asked.header },
        receipt: buildReceipt({ contentType: attributes.contentType, contentIdentifier: fromHex(request.contentIdentifier), signature: info.signature }),
        msgSigDigest,
        digestName: plan.sign.digestName,
        encrypt: plan.encrypt && { cipher: plan.encrypt.cipher, certificates: envelope.certificates },
      },
      signingFor(await ownKeys(binding.purpose.origin, frame.document), from),
      clock,
    ).finally(() => signed(frame.document));
    const { recipients, visible } = envelope;
    return { state: "ready", ticket: plan.ticket, encrypted: plan.encrypt !== null, envelope: { recipients, visible, mime } };
  }

  async function check({ author, ...confirmed }: RequestInput<"frame", "receipt.check">, { purpose }: Binding): Promise<ReceiptCheck> {
    const sentAt = await memory.confirmed(confirmed);
    if (sentAt !== null) return { state: "fits", sentAt };
    return includes(addressesOf(await ownKeys(purpose.origin)), author) ? { state: "own" } : { state: "unknown" };
  }

  return { look, prepare, check };
}

/** Addresses that an own key can sign for, newest certificate first. */
function addressesOf(keys: readonly OwnKey[]): string[] {
  return keys.filter(({ key }) => key.canSign).flatMap(({ key }) => parseCertificate(key.certificate).addresses);
}

const includes = (addresses: readonly string[], address: string): boolean => addresses.some((each) => sameAddress(each, address));
