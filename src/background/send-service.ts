import { hex, utf8 } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf } from "../base/errors.ts";
import type { PlannedEnvelope, RecipientCertificate, SealPlan } from "../protocol/draft.ts";
import type { DigestName, SignatureForm } from "../protocol/key-port.ts";
import type { PrepareAnswer, RecipientState } from "../protocol/frame-requests.ts";
import type { RequestInput } from "../protocol/requests.ts";
import type { KeptCertificate } from "../store/people.ts";
import type { TrustPort } from "../protocol/trust-port.ts";
import { trustCode } from "../smime/trust-code.ts";
import type { DocumentName } from "./authority.ts";
import type { Binding } from "./bindings.ts";
import { type OwnKey, signingFor } from "./own-keys.ts";
import type { Choice, PeopleService } from "./people-service.ts";
import type { PolicyService } from "./policy-service.ts";
import type { SendTickets } from "./send-tickets.ts";
import { unguessable } from "./tickets.ts";

export interface SendServiceParts {
  policy: PolicyService;
  people: PeopleService;
  trust: TrustPort;
  sendTickets: SendTickets;
  ownKeys: (origin: string) => Promise<OwnKey[]>;
  clock: Clock;
}

/** Where nothing is signed. */
const UNSIGNED = { unchecked: null, digestName: "sha256", canPss: false } as const;

/** People whose certificates are checked at the same time. */
const TOGETHER = 16;

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
export function sendService({ policy, people, trust, sendTickets, ownKeys, clock }: SendServiceParts) {
  /**
   * Why the sender's own certificate cannot sign now, or `ok` (CE-02: before any use, signing too), and the digest that its key wants.
   * `unchecked`: why its revocation could not be checked; null if it could, or need not be.
   */
  async function signing(origin: string, from: string): Promise<{ code: string; unchecked: Code | null; digestName: DigestName; canPss: boolean }> {
    try {
      const { key } = signingFor(await ownKeys(origin), from);
      const answer = await trust.validate({ certificate: key.key.certificate, others: key.chain, purpose: "sign", address: from });
      const unchecked = answer.code === "ok" && answer.revocation === "unreachable" ? (answer.revocationDetail?.code ?? "revocation.unavailable") : null;
      // RFC 8419 §3.1: Ed25519 goes with SHA-512; every other key takes the default.
      return { code: unchecked === null ? trustCode(answer) : "ok", unchecked, digestName: key.key.requiredDigest ?? "sha256", canPss: key.key.canPss };
    } catch (error) {
      return { code: codeOf(error), ...UNSIGNED };
    }
  }

  /** @param strict whether one counts as none of which nobody can say that it was not revoked (`CheckCRL`) */
  async function choices(addresses: readonly string[], strict: boolean): Promise<Map<string, Choice>> {
    const found = new Map<string, Choice>();
    // Places far away are asked at the same time, and not by everybody at once.
    for (let i = 0; i < addresses.length; i += TOGETHER) {
      const some = addresses.slice(i, i + TOGETHER);
      for (const [n, choice] of (await Promise.all(some.map((address) => people.choose(address)))).entries()) found.set(some[n] as string, strict ? checkedOnly(choice) : choice);
    }
    return found;
  }

  async function prepare(asked: Prepare, binding: Binding, frame: DocumentName, { receipt = null, note = false }: OwnMessage = {}): Promise<PrepareAnswer> {
    if (!(await policy.known())) return { state: "refused", code: "send.policy-unknown" };
    const { values, forced } = await policy.current();
    const sign = asked.sign || forced.sign;
    const encrypt = asked.encrypt || (forced.encrypt && !note);
    const { origin, account } = binding.purpose;
    const from = asked.from.address;
    const visible = unique([...asked.to, ...asked.cc].map(({ address }) => address));
    const hidden = unique(asked.bcc.map(({ address }) => address)).filter((address) => !includes(visible, address));
    if (visible.length + hidden.length === 0) return { state: "refused", code: "send.no-recipient" };

    const { code: problem, unchecked: own, digestName, canPss } = sign ? await signing(origin, from) : { code: "ok", ...UNSIGNED };
    if (problem !== "ok") return { state: "refused", code: problem };
    if (own !== null && values.CheckCRL) return { state: "refused", code: "revocation.unavailable" };

    const chosen = encrypt ? await choices(unique([...visible, ...hidden, from]), values.CheckCRL) : new Map<string, Choice>();
    const missing = [...chosen.values()].filter(({ kept }) => kept === null).map(({ state }) => ownCode(state, from));
    const accepted = forced.encrypt ? [] : asked.unreadableFor;
    const open = missing.filter(({ address }) => !includes(accepted, address));
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
    const unchecked = [...(own === null ? [] : [{ address: from, code: own }]), ...[...chosen.values()].flatMap(uncheckedOf)].filter(
      ({ address, code }, i, all) => code !== "revocation.no-way" && !includes(asked.uncheckedFor, address) && all.findIndex((other) => same(other.address, address)) === i,
    );
    if (unchecked.length > 0) return { state: "unchecked", people: unchecked };

    const kept = [...chosen.values()].flatMap((choice) => choice.kept ?? []);
    if (encrypt && kept.length === 0) return { state: "refused", code: "send.missing-certificates" };
    const certificatesFor = (addresses: string[]): RecipientCertificate[] =>
      encrypt ? distinct(unique([...addresses, from]).flatMap((address) => chosen.get(address)?.kept ?? [])).map((one) => recipientCertificate(one, values.UseKeyIdentifier)) : [];
    // One envelope is always the visible one, which stays in Sent: without To and Cc the first Bcc copy.
    const groups = visible.length > 0 ? [visible, ...hidden.map((address) => [address])] : hidden.map((address) => [address]);
    const envelopes: PlannedEnvelope[] = groups.map((recipients, index) => ({
      recipients,
      visible: index === 0,
      certificates: certificatesFor(recipients),
    }));
    if (encrypt && envelopes.some(({ certificates }) => certificates.length === 0)) return { state: "refused", code: "send.missing-certificates" };

    const form: SignatureForm = { pss: values.SignWithRsaPss && canPss, useKeyIdentifier: values.UseKeyIdentifier };
    const tripleWrap = sign && encrypt && values.TripleWrap;
    const ticket = await sendTickets.issue({
      document: frame.document,
      tab: frame.tab,
      origin,
      account,
      from,
      signatures: sign && receipt === null && !note ? 1 + (tripleWrap ? envelopes.length : 0) : 0,
      envelopes: envelopes.map(({ recipients }) => recipients),
      protection: { signed: sign, encrypted: encrypt },
      form,
      asks: sign && asked.receipt ? { contentIdentifier: contentIdentifier(from, clock()), to: from } : null,
      receipt,
    });
    const plan: SealPlan = {
      ticket,
      sign: sign ? { digestName, clear: values.ClearSign, tripleWrap, form } : null,
      encrypt: encrypt ? { cipher: cipherFor(kept.filter(({ source }) => source !== "own")) } : null,
      envelopes,
      headerPolicy: values.HideNamesAndTimeZone ? "shy" : "baseline",
      // Nothing announces that a program knows RFC 9788, so everybody may need the hidden fields in the text (HS-06).
      legacyDisplay: encrypt,
    };
    return { state: "ready", plan };
  }

  return { prepare };
}

/** Who, when, and a random number (RFC 2634 §2.7), lower-case hex. */
function contentIdentifier(from: string, now: Date): string {
  return hex(utf8(`${from} ${now.toISOString()} ${unguessable()}`));
}

/** GCM only when everybody announced it, else AES-256-CBC, which every program reads (AL-05). */
function cipherFor(people: readonly KeptCertificate[]): "aes-256-gcm" | "aes-256-cbc" {
  return people.length > 0 && people.every(({ ciphers }) => ciphers.includes("aes-256-gcm")) ? "aes-256-gcm" : "aes-256-cbc";
}

/** OAEP where it was announced; most programs still write and some read only RSAES-PKCS1-v1_5 (AL-03). */
function recipientCertificate({ certificate, ciphers }: KeptCertificate, useKeyIdentifier: boolean): RecipientCertificate {
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

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const includes = (addresses: readonly string[], address: string): boolean => addresses.some((each) => same(each, address));

function unique(addresses: readonly string[]): string[] {
  return addresses.filter((address, index) => addresses.findIndex((other) => same(other, address)) === index);
}

function distinct(kept: readonly KeptCertificate[]): KeptCertificate[] {
  return kept.filter((one, index) => kept.findIndex(({ sha256 }) => sha256 === one.sha256) === index);
}
