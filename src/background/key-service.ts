import type { Clock } from "../base/clock.ts";
import { decodeBase64 } from "../base/base64.ts";
import { type Bytes, fromHex } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { receiptRequestAttribute } from "../cms/receipts.ts";
import type { OwnCertificate, SignReply, SignRequest, UnwrapReply, UnwrapRequest } from "../protocol/key-port.ts";
import { OID } from "../pki/oids.ts";
import { makeSignerInfo, replyOf, type Signing } from "../smime/local-key-port.ts";
import type { DocumentName } from "./authority.ts";
import type { Bindings } from "./bindings.ts";
import type { FailureBudget } from "./failure-budget.ts";
import { isOfDraft } from "./kept-drafts.ts";
import { type OwnKey, type OwnKeys, signingFor } from "./own-keys.ts";
import type { ReceiptMemory } from "./receipt-memory.ts";
import { attemptName } from "./secret-service.ts";
import type { Inclusion, SendPermission, SendTickets } from "./send-tickets.ts";

/** At most two private operations for one message, so at most two encrypted layers (architecture §5). */
const MAX_UNWRAPS = 2;

export interface KeyServiceParts {
  bindings: Bindings;
  budget: FailureBudget;
  sendTickets: SendTickets;
  ownKeys: OwnKeys;
  /** Whether the browser shows this tab now. */
  isShown: (tab: number) => Promise<boolean>;
  receipts: Pick<ReceiptMemory, "asked">;
  /** Drafts of an account that are kept here, encrypted to their author. */
  drafts: (origin: string, account: string) => Promise<Bytes[]>;
  /** Called with a frame's document once the last signature of its message was made or failed: a card's login for it alone ends. */
  signed: (document: string) => void;
  clock: Clock;
}

/** `KeyPort` for bound frames: what is allowed follows from the frame's binding, never from what the frame says of itself. */
export interface KeyService {
  certificates(frame: DocumentName): Promise<OwnCertificate[]>;
  /** `KeyPort.choose`: of these own keys the one that can be used soonest. Nothing is charged or counted for it. Throws `keys.not-allowed-here`, `keys.not-found`. */
  choose(frame: DocumentName, ids: readonly string[]): Promise<string>;
  unwrap(frame: DocumentName, request: UnwrapRequest, visible: boolean): Promise<UnwrapReply>;
  /** The frame's message opened: it does not count as a failure. */
  opened(frame: DocumentName): Promise<void>;
  sign(frame: DocumentName, request: SignRequest): Promise<SignReply>;
}

export function keyService({ bindings, budget, sendTickets, ownKeys, isShown, receipts, drafts, signed, clock }: KeyServiceParts): KeyService {
  /** Before anything is charged or counted: a message that has to wait for its key failed at nothing. */
  async function requireReady(frame: DocumentName, { id, key }: OwnKey): Promise<void> {
    try {
      await key.ready();
    } catch (error) {
      await bindings.change(frame, (binding) => (binding.waitsFor = id));
      throw error;
    }
  }

  const chargeName = ({ tab, document }: DocumentName): string => `${tab} ${document}`;

  return {
    async certificates(frame) {
      const { purpose, detached } = await bindings.of(frame);
      // A window whose session is over has no card looked at.
      return (await ownKeys(purpose.origin, detached ? undefined : frame.document)).map(({ id, key }) => ({
        id,
        certificate: key.certificate,
        canSign: key.canSign,
        canDecrypt: key.canDecrypt,
      }));
    },

    async choose(frame, ids) {
      const { purpose, detached } = await bindings.of(frame);
      if (detached) throw new SmimeError("keys.not-allowed-here");
      // Those on cards come first, then the newest certificate: that holds among equals.
      const own = (await ownKeys(purpose.origin, frame.document)).filter(({ id }) => ids.includes(id));
      const states = await Promise.all(own.map(({ key }) => key.ready().then(() => "ready", codeOf)));
      const best = own[states.indexOf("ready")] ?? own[states.indexOf("keys.locked")] ?? own[0];
      if (best === undefined) throw new SmimeError("keys.not-found");
      await bindings.change(frame, (binding) => (binding.named = own.map(({ id }) => id)));
      return best.id;
    },

    async unwrap(frame, request, visible) {
      const { purpose, unwraps, detached } = await bindings.of(frame);
      if (detached) throw new SmimeError("keys.not-allowed-here");
      // A composer opens the message that it answers, or a draft that is kept here; a frame that was opened for no message opens no other.
      if (!purpose.message && !(purpose.kind === "composer" && isOfDraft(await drafts(purpose.origin, purpose.account), request))) throw new SmimeError("protocol.forbidden");
      if (!visible || !(await isShown(frame.tab))) throw new SmimeError("keys.not-allowed-here");
      const own = (await ownKeys(purpose.origin, frame.document)).find(({ id }) => id === request.certificateId);
      if (!own) throw new SmimeError("keys.not-found");
      await requireReady(frame, own);
      if (unwraps >= MAX_UNWRAPS) throw new SmimeError("keys.operation-limit");
      // First, so that a message that was refused for this can be opened once it was allowed.
      await budget.charge(purpose.origin, chargeName(frame));
      await bindings.change(frame, (binding) => {
        if (binding.unwraps >= MAX_UNWRAPS) throw new SmimeError("keys.operation-limit");
        binding.unwraps++;
        binding.opened = false;
      });
      return { contentKey: await own.key.unwrap(request) };
    },

    async opened(frame) {
      const { purpose, unwraps, attempts } = await bindings.change(frame, (binding) => {
        binding.opened = true;
        return binding;
      });
      for (let attempt = 1; attempt <= attempts; attempt++) await budget.refund(purpose.origin, attemptName(frame, attempt));
      if (unwraps > 0) await budget.refund(purpose.origin, chargeName(frame));
    },

    async sign(frame, request) {
      const { purpose, detached } = await bindings.of(frame);
      if (detached) throw new SmimeError("keys.not-allowed-here");
      if (purpose.kind !== "composer") throw new SmimeError("protocol.forbidden");
      const keys = await ownKeys(purpose.origin, frame.document);
      // Another key of his, newer or chosen meanwhile, was not looked at (CE-02).
      const signingOf = ({ from, signer, onCard }: SendPermission): Signing => {
        // Said as what it is, and no other key signs in its place.
        if (onCard && keys.every(({ id }) => id !== signer)) throw new SmimeError("keys.card-removed");
        const signing = signingFor(keys, from);
        if (signing.key.id !== signer) throw new SmimeError("send.ticket");
        return signing;
      };
      // Before the signature is taken from the ticket, so that a locked key costs none.
      await signingOf(await sendTickets.look(request.ticket, frame)).key.key.ready();
      const permission = await sendTickets.takeSignature(request.ticket, frame);
      try {
        const { asks, form, inclusion } = permission;
        const signing = including(signingOf(permission), inclusion);
        if (asks === null) return await replyOf(makeSignerInfo(signing, { ...request, form }, clock));
        const attributes = [receiptRequestAttribute(fromHex(asks.contentIdentifier), asks.to)];
        const signature = await makeSignerInfo(signing, { ...request, form }, clock, { contentType: OID.data, attributes });
        // Before it is given away: a receipt for it could come back at once.
        await receipts.asked(asks.contentIdentifier, request.digestName, signature);
        return await replyOf(Promise.resolve(signature));
      } finally {
        // Between two signatures lies the encryption of the whole content, however long that takes.
        if (permission.signatures === 1) signed(frame.document);
      }
    },
  };
}

/** What goes along, as the policy says; the wish which certificate to encrypt to is signed all the same. */
function including({ key, encryptionCertificate }: Signing, { path, root, encryption }: Inclusion): Signing & { along: Bytes[] } {
  return { key, encryptionCertificate, along: [...(path ? key.chain : []), ...(root === null ? [] : [decodeBase64(root)]), ...(encryption && encryptionCertificate ? [encryptionCertificate] : [])] };
}
