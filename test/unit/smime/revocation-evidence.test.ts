import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Bytes, equal } from "../../../src/base/bytes.ts";
import { revocationCheck } from "../../../src/cli/revocation.ts";
import { fileTrust } from "../../../src/cli/trust.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import { derElement, derInteger, derNull, derOctetString, derOid, derSequence } from "../../../src/pki/der.ts";
import { trustRequest } from "../../../src/protocol/shapes.ts";
import { evidenceLimits, type RevocationEvidence, type TrustAnswer, type TrustPort, type TrustRequest } from "../../../src/protocol/trust-port.ts";
import { inspect } from "../../../src/smime/inspect.ts";
import { maxEvidenceOctets } from "../../../src/smime/limits.ts";
import { localKeyPort } from "../../../src/smime/local-key-port.ts";
import { issue } from "../pki/support/authority.ts";
import { crlDer, ocspDer } from "../pki/support/revocation.ts";
import { alice, authority, clear, enclosing, eve, message, opaque, plain, signedObject } from "./attacks/stage.ts";

const NOW = new Date("2026-06-15T00:00:00Z");
const RFC5940 = "1.3.6.1.5.5.7.16.2";
const serial = alice.certificate.serial;
const clears = () => crlDer({ issuer: authority });
const revokes = () => crlDer({ issuer: authority, entries: [{ serial }] });
const answers = (status: "good" | "revoked") => ocspDer({ signer: authority, issuer: authority, about: [{ certificate: alice.certificate, status }] });
const other = (oid: string, info: Bytes): Bytes => derElement(0xa1, derOid(oid), info);

async function read(...choices: Bytes[]): Promise<RevocationEvidence> {
  const object = readCms(enclosing(await signedObject([alice], plain("x")), ...choices));
  if (object.type !== "signed-data") throw new Error(object.type);
  return object.revocation;
}

/** Reads a message of Alice's with choices in her signature; what trust was asked, and what became of it. */
async function reading(trust: TrustPort, mail: Bytes) {
  const asked: TrustRequest[] = [];
  const { status } = await inspect(mail, {
    keys: localKeyPort([], null, () => NOW),
    trust: { ...trust, validate: (request) => (asked.push(request), trust.validate(request)) },
  });
  return { asked, status, signer: status.layers[0]?.signers?.[0] };
}

const opaqueWith = async (...choices: Bytes[]): Promise<Bytes> => message(opaque(enclosing(await signedObject([alice], plain("x")), ...choices)));

describe("lists and answers that a signature encloses (RV-01, RFC 5940)", () => {
  it("are exposed as they came, other forms passed over", async () => {
    const [list, answer] = [clears(), await answers("good")];
    const found = await read(list, other(RFC5940, answer), other("1.3.6.1.5.5.7.16.4", answer), derElement(0xa1, derOctetString(answer)), derElement(0xa1), derElement(0xa1, derElement(0x06, Uint8Array.of(0x80)), answer), derElement(0xa2, derNull()));
    expect([found.crls.length, found.ocsp.length]).toEqual([1, 1]);
    expect(equal(found.crls[0] as Bytes, list) && equal(found.ocsp[0] as Bytes, answer)).toBe(true);
    expect(found.crls[0]?.byteOffset).toBe(0);
    const none = readCms(await signedObject([alice], plain("x")));
    expect(none.type === "signed-data" && none.revocation).toEqual({ crls: [], ocsp: [] });
  });

  it("are so many at most, and so many octets; what is over is passed over, and the message is read", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? derSequence(derInteger(i)) : other(RFC5940, derSequence(derInteger(i)))));
    const kept = async (...choices: Bytes[]) => {
      const { crls, ocsp } = await read(...choices);
      return crls.length + ocsp.length;
    };
    expect(await kept(...many(evidenceLimits.count))).toBe(evidenceLimits.count);
    expect(await kept(...many(evidenceLimits.count + 1))).toBe(evidenceLimits.count);
    // Five octets of header each.
    const half = (more: number) => derElement(0x30, new Uint8Array(evidenceLimits.octets / 2 - 5 + more));
    expect(await kept(half(0), half(0))).toBe(2);
    expect(await kept(half(0), half(1))).toBe(1);
    expect(await kept(half(0), half(1), derSequence(derInteger(1)))).toBe(2);
  });

  it.each(["opaque", "clear"])("go with the question about the signer (%s)", async (form) => {
    const [list, answer] = [clears(), await answers("good")];
    const trust = fileTrust({ anchors: [authority.certificate], intermediates: [], at: NOW });
    const entity = plain("x");
    const object = enclosing(await signedObject([alice], entity, form === "clear" ? { content: null } : {}), list, other(RFC5940, answer));
    const { asked, signer } = await reading(trust, message(form === "clear" ? clear(entity, object) : opaque(object)));
    expect(asked.map(({ revocation }) => revocation)).toEqual([{ crls: [list], ocsp: [answer] }]);
    expect(signer).toMatchObject({ code: "ok", revocation: "not-asked" });
    expect((await reading(trust, message(opaque(await signedObject([alice], plain("x")))))).asked[0]).not.toHaveProperty("revocation");
  });

  it("go with so many questions of one message that they stay within a limit", async () => {
    const people = Array.from({ length: maxEvidenceOctets / evidenceLimits.octets + 1 }, (_, i) => issue({ name: `P${i}`, issuer: authority, emails: [`p${i}@lab.test`] }));
    const trust: TrustPort = { validate: () => Promise.resolve({ code: "ok", chain: [], revocation: "not-asked" } satisfies TrustAnswer), find: () => Promise.resolve([]) };
    const handedOn = async (octets: number): Promise<number> => {
      const big = derElement(0x30, new Uint8Array(octets - 5));
      const { asked } = await reading(trust, message(opaque(enclosing(await signedObject(people, plain("x")), big))));
      expect(asked.length).toBe(people.length);
      return asked.filter(({ revocation }) => revocation).length;
    };
    expect(await handedOn(evidenceLimits.octets)).toBe(people.length - 1);
    expect(await handedOn(Math.floor(maxEvidenceOctets / people.length))).toBe(people.length);
  });
});

describe("the question about trust that crosses contexts", () => {
  const base = { certificate: alice.certificate.der, others: [], purpose: "sign" };
  const parsed = (revocation: unknown) => trustRequest({ ...base, revocation });

  it("may carry evidence", () => {
    expect(trustRequest(base).revocation).toBeNull();
    expect(parsed({ crls: [Uint8Array.of(1)], ocsp: [] }).revocation).toEqual({ crls: [Uint8Array.of(1)], ocsp: [] });
    for (const bad of [7, {}, { crls: [] }, { crls: [1], ocsp: [] }, { crls: "x", ocsp: [] }]) expect(() => parsed(bad)).toThrow("protocol.malformed");
  });

  it("carries so much of it, together", () => {
    const items = (count: number, octets = 1) => Array.from({ length: count }, () => new Uint8Array(octets));
    const half = evidenceLimits.octets / 2;
    for (const good of [{ crls: items(evidenceLimits.count), ocsp: [] }, { crls: items(8), ocsp: items(evidenceLimits.count - 8) }, { crls: items(1, half), ocsp: items(1, half) }]) expect(() => parsed(good)).not.toThrow();
    for (const bad of [
      { crls: items(evidenceLimits.count + 1), ocsp: [] },
      { crls: items(8), ocsp: items(evidenceLimits.count - 7) },
      { crls: items(1, half), ocsp: items(1, half + 1) },
      { crls: [], ocsp: items(1, evidenceLimits.octets + 1) },
    ]) expect(() => parsed(bad)).toThrow("protocol.malformed");
  });
});

describe("the command line asks what was enclosed where it asks about revocation (RV-02)", () => {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-evidence-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function said(given: Bytes | null, ...choices: Bytes[]) {
    const crl = given === null ? [] : [join(folder, "given.crl")];
    if (given !== null) writeFileSync(crl[0] as string, given);
    const revocation = revocationCheck({ crl, ocsp: [], online: false, "allow-host": [] }, NOW);
    const { signer } = await reading(fileTrust({ anchors: [authority.certificate], intermediates: [], at: NOW, revocation }), await opaqueWith(...choices));
    return [signer?.revocation, signer?.code];
  }

  /** A list of somebody else: it asks about revocation, and has nothing to say of Alice. */
  const elsewhere = () => crlDer({ issuer: eve });

  it("as evidence beside the given ones", async () => {
    expect(await said(elsewhere())).toEqual(["unreachable", "revocation.unavailable"]);
    expect(await said(elsewhere(), clears())).toEqual(["good", "ok"]);
    expect(await said(elsewhere(), other(RFC5940, await answers("good")))).toEqual(["good", "ok"]);
    expect(await said(elsewhere(), revokes())).toEqual(["revoked", "revocation.revoked"]);
    expect(await said(elsewhere(), crlDer({ issuer: { ...authority, key: eve.key } }))).toEqual(["unreachable", "revocation.unavailable"]);
    expect(await said(elsewhere(), derSequence(derNull()))).toEqual(["unreachable", "revocation.unavailable"]);
  });

  it("and it takes back nothing that a given one says", async () => {
    const newer = crlDer({ issuer: authority, number: 9, from: "2026-06-14T00:00:00Z" });
    expect(await said(revokes(), newer, other(RFC5940, await answers("good")))).toEqual(["revoked", "revocation.revoked"]);
    expect(await said(clears(), crlDer({ issuer: authority, entries: [{ serial }], from: "2026-06-14T00:00:00Z" }))).toEqual(["revoked", "revocation.revoked"]);
    expect(await said(clears(), other(RFC5940, await answers("revoked")))).toEqual(["revoked", "revocation.revoked"]);
  });

  it("but asks nothing because of it alone", async () => {
    expect(await said(null, revokes())).toEqual(["not-asked", "ok"]);
  });
});
