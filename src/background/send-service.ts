import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, hex, utf8 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { sameAddress } from "../mime/addresses.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { Account } from "../policy/scopes.ts";
import { personLimit } from "../policy/setting-values.ts";
import type { Settings } from "../policy/settings.ts";
import type { CipherPlan, CipherReader } from "../protocol/cipher-plan.ts";
import type { ContentCipher, PlannedEnvelope, RecipientCertificate, SealPlan } from "../protocol/draft.ts";
import type { DigestName, SignatureForm } from "../protocol/key-port.ts";
import type { PrepareAnswer, RecipientState } from "../protocol/frame-requests.ts";
import type { RequestInput } from "../protocol/requests.ts";
import type { TrustAnswer } from "../protocol/trust-port.ts";
import { canRead, explainCipher, isTold } from "../smime/choose-cipher.ts";
import { trustCode } from "../smime/trust-code.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { contactsName } from "./contact-service.ts";
import { chosenToEncrypt, type OwnKeys, signingFor } from "./own-keys.ts";
import type { Choice, ChosenCertificate } from "./people-service.ts";
import type { PolicyService } from "./policy-service.ts";
import type { Recipient, RecipientService } from "./recipient-service.ts";
import { bccCopies, envelopeGroups } from "./send-envelopes.ts";
import type { SendTickets } from "./send-tickets.ts";
import { unguessable } from "./tickets.ts";
import { ordinarily, type TrustService } from "./trust-service.ts";

export interface SendServiceParts {
  policy: PolicyService;
  recipients: RecipientService;
  trust: Pick<TrustService, "validate">;
  anchors: TrustService["anchors"];
  sendTickets: SendTickets;
  ownKeys: OwnKeys;
  clock: Clock;
}

/** Where nothing is signed. */
const UNSIGNED = { unchecked: null, digestName: "sha256", canPss: false, root: null, signer: null, onCard: false, ready: () => Promise.resolve() } as const;

/** Names that stand in one refusal. */
const MOST_NAMED = 20;

export type Prepare = RequestInput<"frame", "send.prepare">;

/** A message that the background makes and signs by itself, so that its ticket gives no signature. */
export interface OwnMessage {
  /** A receipt: names the signature that it answers. */
  receipt?: string | null;
  /** The note that asks for a certificate: in the clear even where encryption is forced, as nobody can be asked otherwise. */
  note?: boolean;
}

/**
 * Plans one Send, or says what stands in its way (CO-09: nobody gets a weaker copy; the author is told who is in the way).
 * Policy decides last: under a forced mode the message is signed or encrypted whatever was asked for.
 */
export function sendService({ policy, recipients, trust, anchors, sendTickets, ownKeys, clock }: SendServiceParts) {
  /**
   * Why the sender's own certificate cannot sign now, or `ok` (CE-02: before any use, signing too), and the digest that its key wants.
   * `unchecked`: why its revocation could not be checked; null if it could, or need not be.
   */
  async function signing(origin: string, { document }: DocumentName, account: Account, from: string, byDefault: DigestName): Promise<{ code: string; unchecked: Code | null; digestName: DigestName; canPss: boolean; root: Bytes | null; signer: string | null; onCard: boolean; ready: () => Promise<void> }> {
    try {
      const own = await ownKeys(origin, document);
      const { key } = signingFor(own, from);
      const answer = await trust.validate({ certificate: key.key.certificate, others: key.chain, purpose: "sign", address: from }, ordinarily(account));
      const unchecked = answer.code === "ok" && answer.revocation === "unreachable" ? (answer.revocationDetail?.code ?? "revocation.unavailable") : null;
      const root = rootOf(answer, await anchors(account));
      // RFC 8419 §3.1: Ed25519 goes with SHA-512; every other key takes the default.
      return { code: unchecked === null ? trustCode(answer) : "ok", unchecked, digestName: key.key.requiredDigest ?? byDefault, canPss: key.key.canPss, root: root?.der ?? null, signer: key.id, onCard: own.some(({ id, hardware }) => id === key.id && hardware === true), ready: () => key.key.ready() };
    } catch (error) {
      return { code: codeOf(error), ...UNSIGNED };
    }
  }

  /** Finds whom a message is encrypted to, who stands at each of its addresses, and what is known of them. */
  async function readersOf(named: readonly string[], asked: Pick<RequestInput<"frame", "send.cipher">, "from" | "chosen" | "leftOut">, { purpose }: Binding, values: Settings): Promise<{ found: Map<string, Recipient>; peopleOf: (address: string) => Choice[] }> {
    const { from } = asked;
    // One's own copy goes to the certificate that was chosen for it, whose name is its fingerprint.
    const ownChoice = named.length > 0 ? chosenToEncrypt(await ownKeys(purpose.origin), from) : null;
    const chosen = new Map([...(ownChoice ? [[key(from), ownChoice.id] as const] : []), ...asked.chosen.map(({ address, sha256 }) => [key(address), sha256] as const)]);
    const found = await recipients.resolveAll(named, { chosen, contacts: contactsName(purpose), account: { address: purpose.account, from } });
    const leftOut = new Set(asked.leftOut.map(key));
    const peopleOf = (address: string): Choice[] => {
      const recipient = found.get(key(address));
      const all = (recipient?.people ?? []).map((choice) => (values.CheckCRL ? checkedOnly(choice) : choice));
      // Whoever stands there by name is never left out in silence.
      return recipient?.state.list ? all.filter(({ state }) => !leftOut.has(key(state.address))) : all;
    };
    return { found, peopleOf };
  }

  /** The cipher that `prepare` would take now, by the same rules, and because of whom. Throws `send.recipient-limit`. */
  async function cipherFor(asked: RequestInput<"frame", "send.cipher">, binding: Binding): Promise<CipherPlan> {
    const { values } = await policy.current({ address: binding.purpose.account, from: asked.from });
    const named = unique([...asked.people, asked.from]);
    if (named.length > recipientLimit(values, asked.from) + 1) throw new SmimeError("send.recipient-limit");
    const { peopleOf } = await readersOf(named, asked, binding, values);
    const { cipher, because, without } = explainCipher(values.EncryptionAlgorithms, deciding(named.flatMap(peopleOf)));
    const shown = (people: { address: string; ciphers: string[] }[]): CipherReader[] => people.slice(0, MOST_NAMED).map(({ address, ciphers }) => ({ address, told: isTold(ciphers) }));
    return { cipher, because: shown(because), without: shown(without) };
  }

  async function prepare(asked: Prepare, binding: Binding, frame: DocumentName, { receipt = null, note = false }: OwnMessage = {}): Promise<PrepareAnswer> {
    if (!(await policy.known())) return { state: "refused", code: "send.policy-unknown" };
    const { origin, account } = binding.purpose;
    const from = asked.from.address;
    const around = { address: account, from };
    const { values, forced } = await policy.current(around);
    const sign = asked.sign || forced.sign;
    const encrypt = asked.encrypt || (forced.encrypt && !note);
    const visible = unique([...asked.to, ...asked.cc].map(({ address }) => address));
    const shown = new Set(visible.map(key));
    const hidden = unique(asked.bcc.map(({ address }) => address)).filter((address) => !shown.has(key(address)));
    if (visible.length + hidden.length === 0) return { state: "refused", code: "send.no-recipient" };

    const { code: problem, unchecked: own, digestName, canPss, root, signer, onCard, ready } = sign ? await signing(origin, frame, around, from, values.DefaultSigningAlgorithm) : { code: "ok", ...UNSIGNED };
    if (problem !== "ok") return { state: "refused", code: problem };
    if (own !== null && values.CheckCRL) return { state: "refused", code: "revocation.unavailable" };

    // Lists are gone into for encrypting alone: a message in the clear goes to a list as to any address.
    const named = encrypt ? unique([...visible, ...hidden, from]) : [];
    const limit = recipientLimit(values, from);
    if (named.length > limit + 1) return { state: "refused", code: "send.recipient-limit", names: [String(limit)] };
    const { found, peopleOf } = await readersOf(named, { ...asked, from }, binding, values);
    const unsound = firstUnsound(found);
    if (unsound) return unsound;
    const every = named.flatMap(peopleOf);
    const { cipher } = explainCipher(values.EncryptionAlgorithms, deciding(every));
    if (encrypt && cipher === null) return { state: "refused", code: "send.no-cipher" };
    const choices = new Map(every.map((choice) => [key(choice.state.address), cipher === null ? choice : readable(choice, cipher)]));
    if (choices.size > limit + 1) return { state: "refused", code: "directory.list-too-large", names: listsIn(found) };
    const expected = new Set([...named, ...asked.members].map(key));
    const strangers = [...choices.values()].flatMap(({ state }) => (expected.has(key(state.address)) ? [] : [state.address]));
    if (strangers.length > 0) return { state: "refused", code: "directory.list-changed", names: strangers.slice(0, MOST_NAMED) };
    const missing = [...choices.values()].filter(({ kept }) => kept === null).map(({ state }) => ownCode(state, from));
    const accepted = new Set((forced.encrypt ? [] : asked.unreadableFor).map(key));
    const open = missing.filter(({ address }) => !accepted.has(key(address)));
    if (open.length > 0) {
      return {
        state: "missing",
        addresses: open.map(({ address }) => address),
        problems: open,
        mayGoClear: !forced.encrypt,
        mayLeaveUnreadable: !forced.encrypt,
      };
    }

    // That nothing may be fetched here is said in the composer all the time; anything else the author hears of before it is sent.
    const known = new Set(asked.uncheckedFor.map(key));
    const uncheckable = [...(own === null ? [] : [{ address: from, code: own }]), ...[...choices.values()].flatMap(uncheckedOf)];
    const unchecked = by(uncheckable.filter(({ address, code }) => code !== "revocation.no-way" && !known.has(key(address))), ({ address }) => key(address));
    if (unchecked.length > 0) return { state: "unchecked", people: unchecked };

    const kept = [...choices.values()].flatMap((choice) => choice.kept ?? []);
    if (encrypt && kept.length === 0) return { state: "refused", code: "send.missing-certificates" };
    const certificatesFor = (addresses: string[]): RecipientCertificate[] =>
      encrypt ? distinct(unique([...addresses, from]).flatMap((address) => choices.get(key(address))?.kept ?? [])).map((one) => recipientCertificate(one, values.UseKeyIdentifier)) : [];
    // docs/decisions/0017-lists.md: an encrypted message goes to the people of a list, whom it was encrypted to, and to nobody else.
    const addressesOf = (address: string): string[] => (encrypt ? peopleOf(address).map(({ state }) => state.address) : [address]);
    const groups = envelopeGroups(visible.flatMap(addressesOf), hidden.map(addressesOf), encrypt ? bccCopies(values.BCCEncryptedEmailForking) : "each");
    if (groups.length === 0) return { state: "refused", code: "send.no-recipient" };
    const envelopes: PlannedEnvelope[] = groups.map((group) => ({ ...group, certificates: certificatesFor(group.recipients) }));
    if (encrypt && envelopes.some(({ certificates }) => certificates.length === 0)) return { state: "refused", code: "send.missing-certificates" };

    // Last, so that nobody unlocks a key for a message that something else stands in the way of.
    const closed = await ready().then(() => null, codeOf);
    if (closed !== null) return { state: "refused", code: closed };

    const form: SignatureForm = { pss: values.SignWithRsaPss && canPss, useKeyIdentifier: values.UseKeyIdentifier };
    const tripleWrap = sign && encrypt && values.TripleWrap;
    const ticket = await sendTickets.issue({
      document: frame.document,
      tab: frame.tab,
      origin,
      account,
      from,
      signer,
      onCard,
      signatures: sign && receipt === null && !note ? 1 + (tripleWrap ? envelopes.length : 0) : 0,
      envelopes: envelopes.map(({ recipients }) => recipients),
      protection: { signed: sign, encrypted: encrypt },
      form,
      inclusion: {
        path: values.IncludeCertificateChainWithoutRootCertificate || values.IncludeCertificateChainAndRootCertificate,
        root: values.IncludeCertificateChainAndRootCertificate && root !== null ? encodeBase64(root) : null,
        encryption: values.SignedEmailCertificateInclusion,
      },
      asks: sign && asked.receipt ? { contentIdentifier: contentIdentifier(from, clock()), to: from } : null,
      receipt,
    });
    const plan: SealPlan = {
      ticket,
      sign: sign ? { digestName, clear: values.ClearSign, tripleWrap, form } : null,
      encrypt: encrypt && cipher !== null ? { cipher } : null,
      envelopes,
      headerPolicy: !values.ProtectHeaders ? "none" : values.HideNamesAndTimeZone ? "shy" : "baseline",
      // Nothing announces that a program knows RFC 9788, so everybody may need the hidden fields in the text (HS-06).
      legacyDisplay: encrypt,
    };
    return { state: "ready", plan };
  }

  return { prepare, cipherFor };
}

/** The root of a path that goes along with a signature: the anchor that vouches, and not another one of its name; null where the signer is his own. */
export function rootOf({ chain, anchor }: Pick<TrustAnswer, "chain" | "anchor">, anchors: readonly { certificate: Certificate; sha256: string }[]): Certificate | null {
  return chain.length > 1 ? (anchors.find(({ sha256 }) => sha256 === anchor)?.certificate ?? null) : null;
}

/** Who, when, and a random number (RFC 2634 §2.7), lower-case hex. */
function contentIdentifier(from: string, now: Date): string {
  return hex(utf8(`${from} ${now.toISOString()} ${unguessable()}`));
}

/** A list whose members are not all known stops the message: it would not reach everybody whom it says it is for. */
function firstUnsound(found: ReadonlyMap<string, Recipient>): PrepareAnswer | null {
  for (const { state, people, unresolved } of found.values()) {
    if (!state.list) continue;
    if (unresolved.length > 0) return { state: "refused", code: "directory.list-incomplete", names: unresolved.slice(0, MOST_NAMED) };
    if (people.length === 0) return { state: "refused", code: state.code, names: [state.address] };
  }
  return null;
}

const listsIn = (found: ReadonlyMap<string, Recipient>): string[] => [...found.values()].flatMap(({ state }) => (state.list ? [state.address] : [])).slice(0, MOST_NAMED);

/** The most people of one message of this sender. */
function recipientLimit({ RecipientLimit, RecipientLimitOf }: Pick<Settings, "RecipientLimit" | "RecipientLimitOf">, from: string): number {
  return RecipientLimitOf.map(personLimit).find(({ address }) => sameAddress(address, from))?.limit ?? RecipientLimit;
}

/** Whose programs decide about the cipher: one's own read all. */
const deciding = (every: readonly Choice[]): { address: string; ciphers: string[] }[] =>
  by(every, ({ state }) => key(state.address)).flatMap(({ kept, state }) => (kept && kept.source !== "own" ? [{ address: state.address, ciphers: kept.ciphers }] : []));

/** Takes a certificate away whose holder cannot read the message's cipher (AL-06). One's own programs read all. */
function readable(choice: Choice, cipher: ContentCipher): Choice {
  const { kept, state } = choice;
  if (kept === null || kept.source === "own" || canRead(kept.ciphers, cipher)) return choice;
  return { kept: null, state: { ...state, state: "problem", code: "send.no-common-cipher" } };
}

/** OAEP where it was announced; most programs still write and some read only RSAES-PKCS1-v1_5 (AL-03). */
function recipientCertificate({ certificate, ciphers }: ChosenCertificate, useKeyIdentifier: boolean): RecipientCertificate {
  return { certificate, keyTransport: ciphers.includes("rsaesOaep") ? "rsaesOaep" : "rsaEncryption", useKeyIdentifier };
}

/** Takes a certificate away whose revocation could not be checked. */
function checkedOnly(choice: Choice): Choice {
  const { kept, state } = choice;
  if (kept === null || state.revocation?.state !== "unreachable") return choice;
  return { kept: null, state: { ...state, state: "problem", code: "revocation.unavailable" } };
}

function uncheckedOf({ kept, state: { address, revocation } }: Choice): { address: string; code: Code }[] {
  return kept !== null && revocation?.state === "unreachable" ? [{ address, code: revocation.detail?.code ?? "revocation.unavailable" }] : [];
}

function ownCode(state: RecipientState, from: string): RecipientState {
  return state.state === "none" && same(state.address, from) ? { ...state, code: "send.no-own-certificate" } : state;
}

const key = (address: string): string => address.toLowerCase();

const same = (a: string, b: string): boolean => key(a) === key(b);

const unique = (addresses: readonly string[]): string[] => by(addresses, key);

const distinct = (kept: readonly ChosenCertificate[]): ChosenCertificate[] => by(kept, ({ sha256 }) => sha256);

/** Each once, the first of its name. */
function by<T>(all: readonly T[], name: (one: T) => string): T[] {
  const found = new Map<string, T>();
  for (const one of all) if (!found.has(name(one))) found.set(name(one), one);
  return [...found.values()];
}
