import { describe, expect, it } from "vitest";
import type { MessageStatus } from "../../../src/protocol/message-status.ts";
import { draftSentence, type DraftState } from "../../../src/ui/sentence/draft-sentence.ts";
import { emptyModel, sentenceOf } from "../../../src/ui/composer/model.ts";
import { messageTopic } from "../../../src/ui/reader/message-topic.ts";
import { messageSentence, type SentenceContext } from "../../../src/ui/sentence/message-sentence.ts";
import * as s from "./samples.ts";

const context: SentenceContext = { from: "alice@lab.test", outerFrom: "alice@lab.test", insideFrom: null, headersProtected: true, day: (iso) => iso.slice(0, 10) };
const say = (status: MessageStatus, change: Partial<SentenceContext> = {}) => messageSentence(status, { ...context, ...change });

describe("the sentence about a message, row by row of the display table (UI-01)", () => {
  it("unsigned: nothing", () => {
    expect(say(s.status({}, []))).toEqual({ key: "sentence_unprotected", substitutions: [], seal: "none", lock: "none", tone: "quiet" });
  });

  it("valid, trusted, address matches, headers protected: verified, by the validated name (PC-01)", () => {
    expect(say(s.verified)).toEqual({ key: "sentence_verified", substitutions: ["Alice Example"], seal: "filled", lock: "none", tone: "verified" });
  });

  it("valid, headers not protected: neutral", () => {
    expect(say(s.verified, { headersProtected: false })).toMatchObject({ key: "sentence_text_signed", tone: "plain", seal: "filled" });
  });

  it("valid, address differs: names both addresses and is the careful one (UI-06, FR-01)", () => {
    const status = s.unverified({ code: "smime.from-mismatch", address: "eve@evil.test" });
    expect(say(status)).toEqual({ key: "sentence_careful_signer", substitutions: ["eve@evil.test", "alice@lab.test"], seal: "struck", lock: "none", tone: "careful" });
  });

  it.each([
    ["pki.untrusted", "sentence_unverified_untrusted"],
    ["revocation.revoked", "sentence_unverified_revoked"],
    ["revocation.unavailable", "sentence_unverified_not_checkable"],
    ["pki.key-usage", "sentence_unverified_not_for_mail"],
    ["pki.name-constraints", "sentence_unverified_certificate"],
    ["pki.no-address", "sentence_unverified_no_address"],
    ["cms.signer-certificate-missing", "sentence_unverified_certificate_missing"],
    ["smime.from-several", "sentence_unverified_several_senders"],
    ["internal.unexpected", "sentence_unverified_other"],
  ] as const)("valid, but %s: not verified, with the reason", (code, key) => {
    expect(say(s.unverified({ code }))).toMatchObject({ key, tone: "quiet", seal: "struck" });
  });

  it("expired: says when", () => {
    expect(say(s.unverified({ code: "pki.expired" }))).toMatchObject({ key: "sentence_unverified_expired", substitutions: ["2027-05-01"] });
    expect(say(s.unverified({ code: "pki.not-yet-valid" }))).toMatchObject({ substitutions: ["2025-05-01"] });
  });

  it.each([
    ["2026-05-01T00:00:00Z", "already", "revoked"],
    ["2026-06-01T00:00:00Z", "later", "revoked_later"],
  ] as const)("revoked on %s: %s than the time that the signature claims, and not verified either way (RV-03, CP-04)", (revokedAt, which, topic) => {
    const revoked = s.unverified({ code: "revocation.revoked", revocation: "revoked", revocationDetail: { ...s.revokedDetail, revokedAt } });
    expect(say(revoked)).toMatchObject({ key: `sentence_unverified_revoked_${which}`, substitutions: [revokedAt.slice(0, 10)], tone: "quiet", seal: "struck" });
    expect(messageTopic(revoked, say(revoked))).toBe(topic);
  });

  it("revoked, and the signature claims no time: says the day alone", () => {
    const revoked = s.unverified({ code: "revocation.revoked", revocation: "revoked", signingTime: null, revocationDetail: s.revokedDetail });
    expect([say(revoked).key, messageTopic(revoked, say(revoked))]).toEqual(["sentence_unverified_revoked_on", "revoked"]);
  });

  it("broken signature: quiet, nearly as if unsigned (UI-04)", () => {
    expect(say(s.unverified({ verdict: "broken", code: "cms.digest-mismatch" }))).toMatchObject({ key: "sentence_unverified_changed", tone: "quiet" });
  });

  it("encrypted, signature valid: both marks filled", () => {
    expect(say(s.verifiedEncrypted)).toMatchObject({ key: "sentence_verified_encrypted", seal: "filled", lock: "filled" });
  });

  it("encrypted only: the author is not proved (UI-09)", () => {
    expect(say(s.encryptedOnly)).toMatchObject({ key: "sentence_encrypted_only", seal: "struck", lock: "filled" });
  });

  it("encrypted, signature broken inside: the author is not proved, with the reason", () => {
    const status = s.unverified({ verdict: "broken", code: "cms.digest-mismatch" }, true);
    expect(say(status)).toMatchObject({ key: "sentence_unverified_changed_encrypted", lock: "filled", tone: "quiet" });
  });

  it.each([
    ["cms.no-recipient-key", "sentence_closed_no_key"],
    ["cms.algorithm-unknown", "sentence_closed_method"],
    ["keys.not-allowed-here", "sentence_closed_not_here"],
    ["keys.failure-budget", "sentence_closed_budget"],
    ["keys.locked", "sentence_closed_locked"],
    ["limits.encrypted-layers", "sentence_closed_layers"],
    ["smime.part-not-opened", "sentence_closed_part"],
    ["cms.decrypt-failed", "sentence_closed"],
  ] as const)("undecryptable because of %s: the reason", (code, key) => {
    expect(say(s.closed(code))).toMatchObject({ key, lock: "outline", seal: "none" });
    // That a password would open it matters only where nothing else was the matter.
    const locked = code === "cms.no-recipient-key" ? "sentence_closed_password" : key;
    expect(say(s.closed(code, [{ own: false }, { own: false, password: true }]))).toMatchObject({ key: locked, lock: "outline", seal: "none" });
  });

  it("From mismatch without a bound signature: careful, both addresses (FR-01, FR-02)", () => {
    const status = s.status({ encrypted: "decrypted" }, [s.encryptedLayer], ["smime.header-from-differs"]);
    const sentence = say(status, { from: "mallory@evil.test", outerFrom: "mallory@evil.test", insideFrom: "alice@lab.test" });
    expect(sentence).toMatchObject({ key: "sentence_careful_from", substitutions: ["mallory@evil.test", "alice@lab.test"], tone: "careful", lock: "filled" });
  });

  it("a signer who is not the From inside, which is not the one shown: names that From, not the signer twice (FR-01, FR-02)", () => {
    const status = s.unverified({ code: "smime.from-mismatch", address: "eve@evil.test" });
    const sentence = say(status, { from: "eve@evil.test", outerFrom: "eve@evil.test", insideFrom: "alice@lab.test" });
    expect(sentence).toMatchObject({ key: "sentence_careful_signer", substitutions: ["eve@evil.test", "alice@lab.test"] });
  });

  it("protected part inside unprotected mail: no mark for the message (UI-03)", () => {
    const status = { ...s.status({}, []), parts: [{ where: "2", status: s.verified }] };
    expect(say(status)).toMatchObject({ key: "sentence_parts", seal: "none", lock: "none" });
  });

  it("pending: checking, whatever the summary says meanwhile (UI-11)", () => {
    const status = s.status({ signed: "unverified", pending: true, encrypted: "decrypted" }, [s.encryptedLayer, s.signedLayer(s.signer({ code: "smime.checking" }))]);
    expect(say(status)).toMatchObject({ key: "sentence_checking", seal: "outline", lock: "filled" });
  });

  it("outdated methods: said with the claimed year (OL-02)", () => {
    expect(say(s.unverified({ code: "cms.algorithm-outdated", signingTime: "2009-02-01T00:00:00Z" }))).toMatchObject({ key: "sentence_outdated_year", substitutions: ["2009"] });
    expect(say(s.unverified({ code: "cms.algorithm-outdated", signingTime: null }, true))).toMatchObject({ key: "sentence_outdated_encrypted", substitutions: [] });
  });

  it("a signature outside the encryption is an agent's (ES-01)", () => {
    const agent = s.signer({ code: "smime.outer-signature", name: "Gateway" });
    const status = s.status({ signed: "unverified", encrypted: "decrypted" }, [s.signedLayer(agent), s.encryptedLayer], ["smime.outer-signature"]);
    expect(say(status)).toMatchObject({ key: "sentence_agent_signed", substitutions: ["Gateway"], seal: "struck", lock: "filled" });
  });

  it("tells of the innermost signer, and of the one that came furthest (SG-08)", () => {
    const status = s.status({ signed: "unverified" }, [
      s.signedLayer(s.signer({ code: "pki.expired" })),
      s.signedLayer(s.signer({ verdict: "broken", code: "cms.digest-mismatch" }), s.signer({ code: "pki.untrusted" })),
    ]);
    expect(say(status).key).toBe("sentence_unverified_untrusted");
  });
});

describe("the sentence about a draft", () => {
  const draft = (change: Partial<DraftState> = {}): DraftState => ({ sign: true, encrypt: true, canSign: true, canEncrypt: true, unchecked: [], recipients: [{ label: "Bob", state: "found" }], ...change });
  const people = (...states: ("found" | "none" | "problem" | "searching")[]) => states.map((state, i) => ({ label: `P${i + 1}`, state }));

  it.each([
    ["nobody", draft({ recipients: [] }), "draft_nobody", [], null],
    ["one", draft(), "draft_signed_encrypted_one", ["Bob"], null],
    ["two", draft({ recipients: people("found", "found") }), "draft_signed_encrypted_two", ["P1", "P2"], null],
    ["thirteen", draft({ recipients: people(...Array<"found">(13).fill("found")) }), "draft_signed_encrypted_more", ["P1"], 12],
    ["encrypted only", draft({ sign: false }), "draft_encrypted_one", ["Bob"], null],
    ["signed only", draft({ encrypt: false }), "draft_signed", [], null],
    ["neither", draft({ sign: false, encrypt: false }), "draft_clear", [], null],
    ["one without a certificate", draft({ recipients: people("found", "none") }), "draft_missing_one", ["P2"], null],
    ["several without", draft({ recipients: people("problem", "none", "none") }), "draft_missing_more", ["P1"], 2],
    ["searching", draft({ recipients: people("found", "searching") }), "draft_searching", [], null],
    ["no own certificate", draft({ canEncrypt: false }), "draft_no_own_certificate", [], null],
    ["one unchecked", draft({ unchecked: ["Bob"] }), "draft_unchecked_one", ["Bob"], null],
    ["several unchecked", draft({ unchecked: ["Bob", "Carol", "Dan"] }), "draft_unchecked_more", ["Bob"], 2],
    ["unchecked, signed only", draft({ encrypt: false, unchecked: ["Alice"] }), "draft_unchecked_one", ["Alice"], null],
    ["one without a certificate before one unchecked", draft({ recipients: people("found", "none"), unchecked: ["P1"] }), "draft_missing_one", ["P2"], null],
    ["no signing key", draft({ canSign: false }), "draft_no_signing_key", [], null],
  ] as const)("%s", (_name, state, key, substitutions, count) => {
    expect(draftSentence(state)).toMatchObject({ key, substitutions, count });
  });

  it("never says that only they can read it while a certificate is missing (CO-09)", () => {
    const sentence = draftSentence(draft({ recipients: people("found", "found", "none") }));
    expect(sentence.key).not.toMatch(/encrypted/);
    expect(sentence.lock).toBe("outline");
  });

  it("does not look at certificates when it is not encrypted", () => {
    expect(draftSentence(draft({ encrypt: false, recipients: people("none") })).key).toBe("draft_signed");
  });

  it("says that Send will ask where revocation could not be checked, by name; never that only they can read it (CO-09)", () => {
    const person = (who: { name: string | null; address: string }, code: string | null) => ({ [who.address]: { ...who, name: who.name ?? "", state: "found" as const, code: "ok", certificate: null, ...(code && { revocation: { state: "unreachable" as const, detail: { ...s.revokedDetail, code: code as "revocation.fetch" } } }) } });
    const model = { ...emptyModel("new", s.alice.address), identities: [{ id: "1", ...s.alice }], identity: "1", canSign: [s.alice.address], canEncrypt: [s.alice.address], to: [s.bob, s.carol].map((who) => ({ ...who, valid: true })) };
    expect(sentenceOf({ ...model, known: { ...person(s.bob, "revocation.fetch"), ...person(s.carol, null) } })).toMatchObject({ key: "draft_unchecked_one", substitutions: ["Bob Example"] });
    // Where nobody may ask, Send does not ask either.
    expect(sentenceOf({ ...model, known: { ...person(s.bob, "revocation.no-way"), ...person(s.carol, null) } }).key).toBe("draft_signed_encrypted_two");
    const known = { ...person(s.bob, null), ...person(s.carol, null) };
    const question = { ask: "unchecked" as const, people: [{ address: "Alice@lab.test", code: "revocation.fetch" }], unreadableFor: [] };
    expect(sentenceOf({ ...model, known, question })).toMatchObject({ key: "draft_unchecked_one", substitutions: ["Alice Example"] });
    const team = { name: null, address: "team@lab.test", valid: true };
    const members = Object.values({ ...person(s.bob, "revocation.fetch"), ...person(s.carol, "revocation.fetch") });
    const list = { [team.address]: { address: team.address, state: "found" as const, code: "ok", certificate: null, list: { members, unresolved: [] } } };
    expect(sentenceOf({ ...model, to: [team], known: list })).toMatchObject({ key: "draft_unchecked_more", count: 1 });
    expect(sentenceOf({ ...model, to: [team], known: list, leftOut: [s.bob.address] })).toMatchObject({ key: "draft_unchecked_one", substitutions: ["Carol Example"] });
  });
});
