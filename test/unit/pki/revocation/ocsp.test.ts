import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat } from "../../../../src/base/bytes.ts";
import { codeOf } from "../../../../src/base/errors.ts";
import { derElement, derOctetString, derSequence } from "../../../../src/pki/der.ts";
import { OID } from "../../../../src/pki/oids.ts";
import { checkRevocation } from "../../../../src/pki/revocation/check-revocation.ts";
import { parseOcspResponse } from "../../../../src/pki/revocation/ocsp-response.ts";
import { extension, issue, type Wish } from "../support/authority.ts";
import { accessTo, crl, noCheck, ocsp, ocspDer, type OcspWish, refusal, uri } from "../support/revocation.ts";
import { authority, NOW, pathOf, person, root, saidOf } from "../support/revocation-stage.ts";

const alice = person();
const path = pathOf(alice);
const about = (more: Partial<OcspWish["about"][number]> = {}) => [{ certificate: alice.certificate, ...more }];
const answer = (wish: Partial<OcspWish> = {}) => ocsp({ signer: authority, issuer: authority, about: about(), ...wish });
const ask = async (wish: Partial<OcspWish> = {}) => saidOf(path, { ocsp: [await answer(wish)] });
const delegate = (wish: Partial<Wish> = {}) => issue({ name: "Responder", issuer: authority, keyUsage: 0x80, extendedKeyUsage: [OID.OCSPSigning], more: [noCheck], ...wish });
const rsaKey = (modulusLength: number) => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
  return { ...authority, key: privateKey, publicKey };
};

describe("OCSP answers of RFC 6960 (RV-01)", () => {
  it("are good, revoked with date and reason, or know nothing", async () => {
    expect(await ask()).toBe("good");
    expect(await ask({ about: about({ status: "unknown" }) })).toBe("revocation.unknown");
    const response = await answer({ about: about({ status: "revoked", at: "2026-05-01T00:00:00Z", reason: 1 }) });
    const verdict = await checkRevocation({ path, certificates: [], crls: [], ocsp: [response], at: new Date(NOW), demand: "every" });
    expect(verdict.code).toBe("revocation.revoked");
    expect(verdict.certificates[0]).toMatchObject({ state: "revoked", source: "ocsp", revokedAt: new Date("2026-05-01T00:00:00Z"), reason: "keyCompromise", thisUpdate: new Date("2026-06-14T00:00:00Z") });
  });

  it.each(["sha1", "sha256", "sha384", "sha512"] as const)("name the certificate by %s", async (digest) => {
    expect(await ask({ about: about({ digest }) })).toBe("good");
  });

  it("are about this certificate of this issuer, or about another", async () => {
    const bob = person();
    expect(await ask({ about: [{ certificate: bob.certificate }] })).toBe("revocation.no-answer");
    expect(await ask({ issuer: root })).toBe("revocation.no-answer");
    expect(await ask({ about: [{ certificate: bob.certificate, status: "revoked" }, ...about()] })).toBe("good");
    expect(await ask({ about: [] })).toBe("revocation.no-answer");
  });

  it("that contradict themselves count for the worse", async () => {
    expect(await ask({ about: [...about(), ...about({ status: "revoked" })] })).toBe("revoked");
    expect(await ask({ about: [...about({ status: "unknown" }), ...about()] })).toBe("revocation.unknown");
  });

  it.each<[string, Partial<OcspWish>, string]>([
    ["made in the future", { producedAt: "2026-06-15T01:00:00Z" }, "revocation.outdated"],
    ["made before the certificate was", { producedAt: "2019-01-01T00:00:00Z" }, "revocation.outdated"],
    ["not valid yet", { about: about({ from: "2026-06-15T01:00:00Z" }) }, "revocation.outdated"],
    ["by a clock a little ahead", { producedAt: "2026-06-15T00:04:00Z", about: about({ from: "2026-06-15T00:04:00Z" }) }, "good"],
    ["no longer valid", { about: about({ to: "2026-06-14T23:00:00Z" }) }, "revocation.outdated"],
    ["without an end, and young", { about: about({ to: null }) }, "good"],
    ["without an end, and old", { about: about({ to: null, from: "2026-06-01T00:00:00Z" }) }, "revocation.outdated"],
    ["with a critical extension that is not understood", { more: [extension("1.2.3.4", true, derOctetString(new Uint8Array(0)))] }, "revocation.critical-extension"],
    ["with one for the certificate", { about: about({ more: [extension("1.2.3.4", true, derOctetString(new Uint8Array(0)))] }) }, "revocation.critical-extension"],
  ])("%s (RV-02)", async (_name, wish, expected) => {
    expect(await ask(wish)).toBe(expected);
  });

  it.each([1, 2, 3, 5, 6])("that refuse with status %i leave it unchecked, never good", async (status) => {
    expect(await saidOf(path, { ocsp: [parseOcspResponse(refusal(status))] })).toBe("revocation.refused");
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ["a status that does not exist", () => Promise.resolve(refusal(4))],
    ["success without an answer", () => Promise.resolve(refusal(0))],
    ["an answer of another type", async () => Uint8Array.from((await ocspDer({ signer: authority, issuer: authority, about: about() })).map((octet, i, all) => (octet === 1 && all[i - 1] === 1 && all[i - 2] === 0x30 && i < 40 ? 2 : octet)))],
    ["octets behind it", async () => concat(await ocspDer({ signer: authority, issuer: authority, about: about() }), Uint8Array.of(0))],
    ["an extension twice", () => ocspDer({ signer: authority, issuer: authority, about: about(), more: [noCheck, noCheck] })],
    ["no sequence", () => Promise.resolve(derElement(0x04, new Uint8Array(3)))],
    ["nothing", () => Promise.resolve(new Uint8Array(0))],
  ])("is none: %s", async (_name, make) => {
    const octets = await make();
    expect(() => parseOcspResponse(octets)).toThrow("revocation.malformed");
  });
});

describe("who signs an OCSP answer (RV-01, RV-05)", () => {
  it("is the issuer, by name or by key", async () => {
    expect(await ask({ by: "name" })).toBe("good");
    expect(await ask({ by: "key" })).toBe("good");
    expect(await ask({ signer: { ...authority, key: root.key } })).toBe("revocation.signer");
    expect(await ask({ signer: { ...authority, certificate: root.certificate } })).toBe("revocation.signer");
  });

  it.each<[string, Partial<Wish>, string]>([
    ["a responder that the issuer made one", {}, "good"],
    ["without the usage for it", { extendedKeyUsage: [OID.emailProtection] }, "revocation.signer"],
    ["for any usage", { extendedKeyUsage: [OID.anyExtendedKeyUsage] }, "revocation.signer"],
    ["with no usage said", { extendedKeyUsage: [] }, "revocation.signer"],
    ["of another authority", { issuer: root }, "revocation.signer"],
    ["of another authority of the same name", { issuer: issue({ name: "Authority", issuer: root, ca: true, keyUsage: 0x06 }) }, "revocation.signer"],
    ["that has expired", { to: "2026-06-01T00:00:00Z" }, "revocation.signer"],
    ["that is not valid yet", { from: "2026-07-01T00:00:00Z" }, "revocation.signer"],
    ["whose key may not sign", { keyUsage: 0x20 }, "revocation.signer"],
    ["with a critical extension that is not understood", { critical: "1.2.3.4" }, "revocation.signer"],
    ["certified with SHA-1", { digest: "sha1" }, "revocation.algorithm"],
    ["with an RSA key of 2048 bits", { keyOf: rsaKey(2048) }, "good"],
    ["with an RSA key of 1024 bits (AL-07)", { keyOf: rsaKey(1024) }, "revocation.algorithm"],
    ["with a critical key identifier", { more: [noCheck, extension(OID.subjectKeyIdentifier, true, derOctetString(new Uint8Array(20)))] }, "revocation.signer"],
  ])("%s", async (_name, wish, expected) => {
    const responder = delegate(wish);
    expect(await ask({ signer: responder, certificates: [responder] })).toBe(expected);
  });

  it("is found among the certificates at hand too, and nowhere else", async () => {
    const responder = delegate();
    expect(await ask({ signer: responder })).toBe("revocation.signer");
    expect(await saidOf(path, { ocsp: [await answer({ signer: responder })], certificates: [responder.certificate] })).toBe("good");
    expect(await ask({ signer: responder, certificates: [person(), responder] })).toBe("good");
  });

  it("is asked about itself, unless its issuer vouched for it or named no place to ask", async () => {
    const named = delegate({ more: [accessTo(OID.OCSP, uri("http://ocsp.example.test/"))] });
    const own = await answer({ signer: named, certificates: [named], about: [...about(), { certificate: named.certificate }] });
    expect(await saidOf(path, { ocsp: [own] })).toBe("revocation.signer-unchecked");
    expect(await saidOf(path, { ocsp: [own], crls: [crl({ issuer: authority, scope: { reasons: [1] }, entries: [{ serial: named.certificate.serial }] })] })).toBe("revocation.reasons");
    const unnamed = delegate({ more: [] });
    expect(await ask({ signer: unnamed, certificates: [unnamed] })).toBe("good");
    const bob = person({ more: [accessTo(OID.OCSP, uri("http://ocsp.example.test/"))] });
    const listed = crl({ issuer: authority, scope: { only: "authority" } });
    expect(await saidOf(pathOf(bob), { ocsp: [await answer({ about: [{ certificate: bob.certificate }] })], crls: [listed] })).toBe("good");
  });

  it("does not count once it was revoked itself", async () => {
    for (const more of [[], [accessTo(OID.OCSP, uri("http://ocsp.example.test/"))]]) {
      const responder = delegate({ more });
      const response = await answer({ signer: responder, certificates: [responder], about: about({ status: "good" }) });
      const byIssuer = await answer({ about: [{ certificate: responder.certificate, status: "revoked" }] });
      expect(await saidOf(path, { ocsp: [response, byIssuer] })).toBe("revocation.signer");
    }
  });
});

describe("lists and OCSP answers together", () => {
  const list = (entries: { serial: string; reason?: number }[] = [], from = "2026-06-10T00:00:00Z") => crl({ issuer: authority, entries, from });
  const { serial } = alice.certificate;

  it("one that knows suffices", async () => {
    const refused = parseOcspResponse(refusal(3));
    expect(await saidOf(path, { crls: [list()], ocsp: [refused, await answer({ about: about({ status: "unknown" }) })] })).toBe("good");
    expect(await saidOf(path, { crls: [crl({ issuer: root })], ocsp: [await answer()] })).toBe("good");
  });

  it("revoked counts before good, and a newer answer releases from a hold alone", async () => {
    expect(await saidOf(path, { crls: [list([{ serial, reason: 1 }])], ocsp: [await answer()] })).toBe("revoked");
    expect(await saidOf(path, { crls: [list([{ serial, reason: 6 }])], ocsp: [await answer()] })).toBe("good");
    expect(await saidOf(path, { crls: [list([{ serial, reason: 6 }], "2026-06-14T12:00:00Z")], ocsp: [await answer()] })).toBe("revoked");
    expect(await saidOf(path, { crls: [list()], ocsp: [await answer({ about: about({ status: "revoked" }) })] })).toBe("revoked");
  });

  it("of a certificate that names no source nothing is asked, unless every one is", async () => {
    expect(await saidOf(path, { demand: "named" })).toBe("not-asked");
    expect(await saidOf(path, { demand: "every" })).toBe("revocation.no-answer");
    const named = person({ more: [accessTo(OID.OCSP, uri("http://ocsp.example.test/"))] });
    expect(await saidOf(pathOf(named), { demand: "named" })).toBe("revocation.no-answer");
    expect(await saidOf(path, { demand: "named", crls: [list([{ serial }])] })).toBe("revoked");
    const verdict = await checkRevocation({ path: [root.certificate], certificates: [], crls: [], ocsp: [], at: new Date(NOW), demand: "every" });
    expect(verdict).toMatchObject({ code: "ok", state: "not-asked" });
  });

  it("an answer that the responder signs for a stranger's certificate never throws", async () => {
    const broken = await ocspDer({ signer: authority, issuer: authority, about: about() });
    for (let i = 0; i < broken.length; i += 3) {
      const altered = Uint8Array.from(broken, (octet, at) => (at === i ? octet ^ 0x41 : octet));
      let parsed;
      try {
        parsed = parseOcspResponse(altered);
      } catch (error) {
        expect(["revocation.malformed", "limits.revocation"]).toContain(codeOf(error));
        continue;
      }
      expect(await saidOf(path, { ocsp: [parsed] }), String(i)).toMatch(/^revocation\./);
    }
  });
});

describe("what stands beside an answer", () => {
  it("a nonce and timestamps of certificate transparency are no obstacle", async () => {
    expect(await ask({ more: [extension(OID["id-pkix-ocsp-nonce"], true, derOctetString(Uint8Array.of(1)))], about: about({ more: [extension(OID.ct_cert_scts, true, derSequence())] }) })).toBe("good");
  });
});
